"""What a run keeps, read back: settings, answers, ranked passages, and the documents as they were. Knows no scores."""

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answer import Answer, Citation
from corpus.document import Span

ANSWERS, RANKED, SOURCES, RECORD = "answers.jsonl", "retrieval.jsonl", "documents.jsonl.gz", "run.json"


class NotARun(ValueError):
    """A folder that no run left; the message names it and what is missing."""


@dataclass(frozen=True)
class Ranked:
    """A passage that the search gave for a question: where it stands and how it begins."""

    id: str
    document_id: str
    spans: tuple[Span, ...]
    text: str


@dataclass(frozen=True)
class Source:
    """A document as it was when the questions were asked, and how it was cut into passages."""

    id: str
    text: str
    passages: Mapping[str, tuple[Span, ...]]  # by passage id


@dataclass(frozen=True)
class Kept:
    """One run that came to its end."""

    folder: Path
    record: Mapping[str, Any]
    answers: Mapping[str, Answer]  # by question id
    ranked: Mapping[str, tuple[Ranked, ...]]
    sources: Mapping[str, Source]

    def asked(self, path: Path) -> bool:
        """Tell whether this run asked the set at ``path`` as it is now."""
        return self.record.get("set_sha256") == hashlib.sha256(path.read_bytes()).hexdigest()


def run_folder(run: Path, home: Path) -> Path:
    """Return the folder of a run that is named by its path, or by its name under ``home``/runs."""
    return run if run.is_dir() else home / "runs" / run


def read_run(folder: Path) -> Kept:
    """Return the run in ``folder``. Raises NotARun."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        answers = {row["id"]: answer_of(row) for row in _rows(folder / ANSWERS)}
        ranked = {row["id"]: tuple(map(_ranked, row["passages"])) for row in _rows(folder / RANKED)}
        sources = {row["id"]: _source(row) for row in _rows(folder / SOURCES)}
    except FileNotFoundError as error:
        missing = Path(str(error.filename)).name
        raise NotARun(
            f"{folder} is no run that ended: {missing} is missing. Name a folder that `eval` left."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotARun(f"{folder} cannot be read as a run: {error}.") from error
    return Kept(folder, record, answers, ranked, sources)


def answer_of(row: Mapping[str, Any]) -> Answer:
    """Return the answer that ``Answer.as_dict`` wrote down."""
    citations = tuple(
        Citation(**{**c, "derived": tuple(c["derived"]), "heading": tuple(c["heading"])}) for c in row["citations"]
    )
    plain = {name: value for name, value in row.items() if name not in ("refused", "citations", "suggestions")}
    return Answer(**plain, citations=citations, suggestions=tuple(row["suggestions"]))


def ranked_row(passage: Ranked) -> dict[str, Any]:
    """Return what a run writes of a ranked passage."""
    spans = [[s.start, s.end] for s in passage.spans]
    return {"id": passage.id, "document_id": passage.document_id, "spans": spans, "text": passage.text}


def source_row(source: Source) -> dict[str, Any]:
    """Return what a run writes of a document."""
    passages = {id: [[s.start, s.end] for s in spans] for id, spans in source.passages.items()}
    return {"id": source.id, "text": source.text, "passages": passages}


def _ranked(row: Mapping[str, Any]) -> Ranked:
    return Ranked(row["id"], row["document_id"], _spans(row["spans"]), row["text"])


def _source(row: Mapping[str, Any]) -> Source:
    return Source(row["id"], row["text"], {id: _spans(spans) for id, spans in row["passages"].items()})


def _spans(pairs: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for line in data.split(b"\n")[:-1]:  # a last line that was cut off when a run was stopped is no answer
        yield json.loads(line)
