"""Measure the search alone.

python -m eval.retrieval --data DIR [SET…]

DIR/retrieval holds NAME.passages.jsonl.gz and NAME.questions.jsonl.gz: the search as the chatbot orders it
(``again``), words and vectors together, the words alone, the vectors alone. The passages go into an index of their own
that is thrown away afterwards. DIR/dev holds documents and questions with their history (see ``eval.outside``): the
chatbot's own search, as a set called dev.
"""

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot.matching import official
from bot.settings import Settings
from bot.start import start
from corpus.document import Passage, Span
from embeddings.encoder import load_encoder
from embeddings.fusion import refine
from embeddings.index import Hit, Index
from embeddings.late import nearness
from embeddings.models import ModelError
from embeddings.record import Given
from eval.intervals import interval
from eval.outside import DOCUMENTS, SETS, prepare
from eval.ranking import DEPTH, measure
from eval.recall import recall_table

_DEV = "dev"
_FIRST = 32  # passages that are read again, as the chatbot does
_CANDIDATES = 200  # all that terms and vectors bring to the fusion, 100 each, so that each can be ranked alone
_HEAD = "| set | questions | passages | search | nDCG@10 | R@1 |\n|---|--:|--:|---|--:|--:|"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each set and way to search; 1 if there is nothing to measure."""
    given = parser().parse_args(arguments)
    there = _sets(given.data)
    names = given.sets or there
    if missing := [name for name in names if name not in there] or ([] if names else ["any set"]):
        print(f"Nothing measured: {given.data} does not hold {', '.join(missing)}.", file=sys.stderr)
        return 1
    try:
        encoder = load_encoder(Settings.from_environment().embedding)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{encoder.name}\n\n{_HEAD}", flush=True)
    for name in names:
        if name != _DEV:
            print("\n".join(rows(encoder, given.data / "retrieval", name)), flush=True)
    return _of_dev(given.data / "dev") if _DEV in names else 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.retrieval", description="Measure the search alone.")
    made.add_argument("--data", metavar="DIR", type=Path, required=True, help="the folder that holds retrieval/, dev/")
    made.add_argument("sets", metavar="SET", nargs="*", help="names of sets in retrieval/, or dev (all that are there)")
    return made


def _sets(data: Path) -> list[str]:
    """Return the names of the sets that ``data`` holds whole."""
    folder = data / "retrieval"
    names = sorted(path.name.removesuffix(".questions.jsonl.gz") for path in folder.glob("*.questions.jsonl.gz"))
    names = [name for name in names if (folder / f"{name}.passages.jsonl.gz").is_file()]
    has_dev = all((data / "dev" / name).is_file() for name in (DOCUMENTS, SETS[0]))
    return [*names, _DEV] if has_dev else names


def _of_dev(folder: Path) -> int:
    settings, faults = prepare(folder)
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    print(f"\n{recall_table(start(settings), folder / SETS[0])}", flush=True)
    return 0


def rows(encoder: Any, folder: Path, name: str) -> list[str]:
    """Index one set, search every question, and return a row for each way to search."""
    passages = passages_of(folder / f"{name}.passages.jsonl.gz")
    questions = list(_lines(folder / f"{name}.questions.jsonl.gz"))
    with tempfile.TemporaryDirectory() as home:
        index = Index(Path(home), encoder)
        began = time.perf_counter()
        index.bring_level(name, Given(passages))
        print(f"{name}: {len(passages) / (time.perf_counter() - began):.0f} passages/s indexed", file=sys.stderr)
        began = time.perf_counter()
        found = {q["id"]: index.search(q["question"], _CANDIDATES) for q in tqdm(questions, desc=name, delay=2)}
        seconds = time.perf_counter() - began
    print(f"{name}: {1000 * seconds / len(questions):.1f} ms a question", file=sys.stderr)
    texts = {passage.id: passage.text for passage in passages}
    again = {q["id"]: _again(q["question"], found[q["id"]], texts) for q in tqdm(questions, desc=name, delay=2)}
    relevant = {q["id"]: q["document_ids"] for q in questions}
    return [
        f"| {name} | {len(questions)} | {len(passages)} | {way} | {_figures(measure(rankings, relevant))} |"
        for way, rankings in ({"again": again} | _rankings(found)).items()
    ]


def _again(question: str, hits: Sequence[Hit], texts: Mapping[str, str]) -> list[str]:
    """Return the first passages as the chatbot's search orders them: read again by how near their words come."""
    first = hits[:_FIRST]
    near = nearness(f"{question} {official(question)}", [texts[hit.passage_id] for hit in first])
    scores = refine([hit.score for hit in first], near.tolist())
    ranked = sorted(zip(scores, (hit.passage_id for hit in first), strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [id for _, id in ranked[:DEPTH]]


def _rankings(found: Mapping[str, Sequence[Hit]]) -> dict[str, dict[str, list[str]]]:
    """Rank the same candidates in each way; ties by id, as the search does."""

    def by(part: str) -> dict[str, list[str]]:
        return {
            id: [h.passage_id for h in sorted(hits, key=lambda h: (-h.parts[part], h.passage_id))[:DEPTH]]
            for id, hits in found.items()
        }

    fused = {id: [hit.passage_id for hit in hits[:DEPTH]] for id, hits in found.items()}
    return {"both": fused, "words": by("terms"), "vectors": by("vectors")}


def _figures(measured: Mapping[str, Mapping[str, float]]) -> str:
    cells = []
    for name in ("ndcg@10", "hit@1"):
        values = [scores[name] for scores in measured.values()]
        low, high = interval(values)
        cells.append(f"{100 * sum(values) / len(values):.1f} ({100 * low:.1f}–{100 * high:.1f})")
    return " | ".join(cells)


def passages_of(file: Path) -> list[Passage]:
    """Return the passages of a set."""
    return [_passage(line) for line in _lines(file)]


def _passage(line: Mapping[str, Any]) -> Passage:
    text = line["text"]
    return Passage(line["id"], line["id"], (Span(0, len(text)),), (), text, "")


def _lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


if __name__ == "__main__":
    sys.exit(main())
