"""Measure the search alone on the retrieval sets: both together, the words alone, the vectors alone.

python -m eval.retrieval --data DIR

DIR/retrieval holds NAME.passages.jsonl.gz and NAME.questions.jsonl.gz. The passages go into an index of their own
that is thrown away afterwards.
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

from bot.settings import Settings
from corpus.document import Passage, Span
from embeddings.encoder import ModelError, load_encoder
from embeddings.index import Hit, Index
from embeddings.record import Given
from eval.intervals import interval
from eval.ranking import DEPTH, measure

_CANDIDATES = 200  # all that terms and vectors bring to the fusion, 100 each, so that each can be ranked alone
_HEAD = "| set | questions | passages | search | nDCG@10 | R@1 |\n|---|--:|--:|---|--:|--:|"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each set and way to search; 1 if there is nothing to measure."""
    given = parser().parse_args(arguments)
    folder = given.data / "retrieval"
    names = sorted(path.name.removesuffix(".questions.jsonl.gz") for path in folder.glob("*.questions.jsonl.gz"))
    names = [name for name in names if (folder / f"{name}.passages.jsonl.gz").is_file()]
    if not names:
        print(f"Nothing measured: {folder} holds no NAME.passages.jsonl.gz with its questions.", file=sys.stderr)
        return 1
    try:
        encoder = load_encoder(Settings.from_environment().embedding)
        print(f"{encoder.name}\n\n{_HEAD}", flush=True)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    for name in names:
        print("\n".join(rows(encoder, folder, name)), flush=True)
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.retrieval", description="Measure the search alone.")
    made.add_argument("--data", metavar="DIR", type=Path, required=True, help="the folder that holds retrieval/")
    return made


def rows(encoder: Any, folder: Path, name: str) -> list[str]:
    """Index one set, search every question, and return a row for each way to search."""
    passages = [_passage(line) for line in _lines(folder / f"{name}.passages.jsonl.gz")]
    questions = list(_lines(folder / f"{name}.questions.jsonl.gz"))
    with tempfile.TemporaryDirectory() as home:
        index = Index(Path(home), encoder)
        index.bring_level(name, Given(passages))
        began = time.perf_counter()
        found = {q["id"]: index.search(q["question"], _CANDIDATES) for q in tqdm(questions, desc=name, delay=2)}
        seconds = time.perf_counter() - began
    print(f"{name}: {1000 * seconds / len(questions):.1f} ms a question", file=sys.stderr)
    relevant = {q["id"]: q["document_ids"] for q in questions}
    return [
        f"| {name} | {len(questions)} | {len(passages)} | {way} | {_figures(measure(rankings, relevant))} |"
        for way, rankings in _rankings(found).items()
    ]


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


def _passage(line: Mapping[str, Any]) -> Passage:
    text = line["text"]
    return Passage(line["id"], line["id"], (Span(0, len(text)),), (), text, "")


def _lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


if __name__ == "__main__":
    sys.exit(main())
