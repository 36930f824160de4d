"""Read the labels: sentences by document and offsets, and the figures in them. No text is kept with them."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.document import Span

LABELS = Path(__file__).with_name("labels.jsonl")
_FILES = {"cn_laws": "corpora/cn_laws.jsonl.gz", "dev": "dev/documents.jsonl.gz"}


@dataclass(frozen=True)
class Figure:
    """A figure of a labelled sentence. ``kind``: a target, a state already reached, or any (neither asked for nor wrong)."""

    span: Span
    kind: str
    indicator: tuple[Span, ...] = ()  # the fewest words that say what is measured
    comparator: str | None = None  # None: both readings are right
    low: float = 0.0
    high: float = 0.0
    unit: str = ""
    year: int | None = None


@dataclass(frozen=True)
class Sentence:
    """A labelled sentence with all its figures, in order."""

    corpus: str  # cn_laws, dev
    id: str
    span: Span
    figures: tuple[Figure, ...]


def read_labels(half: str, path: Path = LABELS) -> list[Sentence]:
    """Return the labelled sentences of a half: ``work`` or ``report``."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [_sentence(row) for row in rows if row["half"] == half]


def _sentence(row: dict) -> Sentence:
    figures = tuple(
        Figure(**{**f, "span": Span(*f["span"]), "indicator": tuple(Span(*s) for s in f.get("indicator", ()))})
        for f in row["figures"]
    )
    return Sentence(row["corpus"], row["id"], Span(row["start"], row["end"]), figures)


def texts_of(sentences: Sequence[Sentence], data: Path) -> dict[str, str]:
    """Return the texts of the labelled documents by id.

    Raises FileNotFoundError, naming the file, where one that holds them is missing under ``data``.
    """
    wanted = {s.id for s in sentences}
    corpora = sorted({s.corpus for s in sentences})
    return {id: text for corpus in corpora for id, text in _rows(data / _FILES[corpus]) if id in wanted}


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["id"], row["text"]
