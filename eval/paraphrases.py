"""Measure the search on questions in other words than the text: python -m eval.paraphrases --data DIR

The set names statutes by their ids in DIR/corpora/cn_laws.jsonl.gz and policies by theirs, and the proving text by
offsets. They are indexed together in a home of their own, ``paraphrase/`` in POLICY_HOME (``--all``: amid all
statutes). A passage is right that overlaps the proving text. Knobs are turned on the split ``tune``; ``report`` is told.
"""

import argparse
import gzip
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from bot.settings import Settings
from bot.start import changing, start
from corpus import ingest
from corpus.document import Passage
from corpus.library import Library
from eval.intervals import interval
from eval.ranking import DEPTH, measure

if TYPE_CHECKING:
    from bot.chatbot import Chatbot

SET = Path(__file__).parent / "paraphrase" / "questions.jsonl"
_CANDIDATES = 200  # all that terms and vectors bring to the fusion, so that the words can be ranked alone
_WAYS = ("words", "both", "chatbot")
_HEAD = "| questions | number | search | nDCG@10 | R@1 | beside words alone |\n|---|--:|---|--:|--:|--:|"


@dataclass(frozen=True)
class Asked:
    """A question of the set and the text that proves its answer, at ``[start, end)`` of a document."""

    id: str
    corpus: str  # policies or cn_laws
    document_id: str
    start: int
    end: int
    question: str
    kind: str  # paraphrase or direct
    split: str  # tune or report


def main(arguments: Sequence[str] | None = None) -> int:
    """Index, search, and print a row for each kind of question and way to search; 1 if there is nothing to measure."""
    given = parser().parse_args(arguments)
    statutes = given.data / "corpora" / "cn_laws.jsonl.gz"
    if missing := [str(path) for path in (SET, statutes) if not path.is_file()]:
        print(f"Nothing measured: {', '.join(missing)} is missing.", file=sys.stderr)
        return 1
    asked = read_asked(SET)
    wanted = None if given.all else {each.document_id for each in asked if each.corpus == "cn_laws"}
    settings = Settings.from_environment()
    settings = replace(settings, home=settings.home / ("paraphrase-all" if given.all else "paraphrase"))
    chatbot = _made(settings, statutes, wanted)
    asked = [each for each in asked if each.split == given.split]
    print(f"{given.split}, {len(chatbot.library.passages())} passages\n\n{table(chatbot, asked)}")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.paraphrases", description="Measure the search on paraphrases.")
    made.add_argument("--data", metavar="DIR", type=Path, required=True, help="the folder that holds corpora/")
    made.add_argument("--split", choices=("tune", "report"), default="tune", help="half of the set (%(default)s)")
    made.add_argument(
        "--all", action="store_true", help="amid all statutes of DIR, not only those that are asked about"
    )
    return made


def read_asked(path: Path) -> list[Asked]:
    """Return the questions of the set."""
    with path.open(encoding="utf-8") as lines:
        return [Asked(**json.loads(line)) for line in lines if line.strip()]


def table(chatbot: "Chatbot", asked: Sequence[Asked]) -> str:
    """Return a row for each kind of question and each way to search."""
    right = {each.id: relevant_ids(chatbot.library, each) for each in asked}
    if lost := [each.id for each in asked if not right[each.id]]:
        raise ValueError(f"No passage overlaps the proving text of {', '.join(lost)}: the set and the texts differ.")
    found: dict[str, dict[str, list[str]]] = {way: {} for way in _WAYS}
    for each in tqdm(asked, desc="searching", unit="question", delay=2):
        for way, ids in rankings(chatbot, each.question).items():
            found[way][each.id] = ids
    measured = {way: measure(found[way], right) for way in _WAYS}
    kinds = ["all", *sorted({each.kind for each in asked})]
    rows = [
        _row(kind, way, measured, [each.id for each in asked if kind in ("all", each.kind)])
        for kind in kinds
        for way in _WAYS
    ]
    return "\n".join([_HEAD, *rows])


def rankings(chatbot: "Chatbot", question: str) -> dict[str, list[str]]:
    """Return the ids of the first passages for a question in each way: by words, by words and vectors, as the chatbot."""
    hits = chatbot.index.search(question, _CANDIDATES)
    by_words = sorted(hits, key=lambda hit: (-hit.parts["terms"], hit.passage_id))
    return {
        "words": [hit.passage_id for hit in by_words[:DEPTH]],
        "both": [hit.passage_id for hit in hits[:DEPTH]],
        "chatbot": [found.passage.id for found in chatbot.find(question).found[:DEPTH]],
    }


def relevant_ids(library: Library, asked: Asked) -> list[str]:
    """Return the passages that overlap the text that proves the answer."""
    return [passage.id for passage in library.passages([asked.document_id]) if _overlaps(passage, asked)]


def _overlaps(passage: Passage, asked: Asked) -> bool:
    return any(span.start < asked.end and asked.start < span.end for span in passage.spans)


def _row(kind: str, way: str, measured: Mapping[str, Mapping[str, Any]], ids: Sequence[str]) -> str:
    def cell(values: Sequence[float], sign: str = "") -> str:
        low, high = interval(values)
        return f"{100 * sum(values) / len(values):{sign}.1f} ({100 * low:{sign}.1f}–{100 * high:{sign}.1f})"

    gains = [measured[way][id]["ndcg@10"] for id in ids]
    beside = [gain - measured["words"][id]["ndcg@10"] for gain, id in zip(gains, ids, strict=True)]
    first = 100 * sum(measured[way][id]["hit@1"] for id in ids) / len(ids)
    cells = (kind, len(ids), way, cell(gains), f"{first:.1f}", "–" if way == "words" else cell(beside, "+"))
    return f"| {' | '.join(map(str, cells))} |"


def _made(settings: Settings, statutes: Path, wanted: set[str] | None) -> "Chatbot":
    """Bring policies and statutes into the home, if they are not there yet, and return a chatbot over them."""
    with tempfile.TemporaryDirectory() as place, changing(settings) as parts:
        held = set(parts.library.document_ids())
        lines = [line for line in _lines(statutes) if (wanted is None or json.loads(line)["id"] in wanted)]
        file = Path(place) / "statutes.jsonl"
        file.write_text("".join(line for line in lines if json.loads(line)["id"] not in held), "utf-8")
        if file.stat().st_size:
            ingest.add(parts.library, [file])
    return start(settings)


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


if __name__ == "__main__":
    sys.exit(main())
