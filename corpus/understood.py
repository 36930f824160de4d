"""One file read and understood: its document with all that follows, what was measured, and how it crosses between processes."""

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from corpus import rows
from corpus.derive import Derived, derive
from corpus.formats.extract import Extract
from corpus.identity import Given
from corpus.likeness import sketch
from corpus.report import Measures

_VERSION = "2"  # raise it when a format is read differently: what is not plain text is then read again
_IDENTITY = ("title", "number", "issuer", "region", "issued")


@dataclass(frozen=True)
class Understood:
    """A document with what was measured while it was read, and the sketch of its sentences."""

    derived: Derived
    measures: Measures
    sketch: bytes
    encoding: str
    given: Given  # what came with the document from outside of its text
    seconds: float = 0.0  # that reading and understanding it took


def understand(id: str, found: Extract, given: Given | None = None) -> Understood:
    """Derive all that follows from an extract; ``given`` goes before what the file says of itself."""
    known = _merged(found.given, given or Given())
    derived = derive(id, found.text, known)
    tally = derived.tally
    dropped = {**found.dropped, "page furniture": tally.furniture, "repeats": tally.repeated}
    measures = Measures(
        found.format, found.pages, len(found.text), {why: count for why, count in dropped.items() if count},
        found.ocr_pages, round(found.confidence, 4) if found.confidence is not None else None, found.garbled_pages,
        found.unread_pages, tally.repeats, tally.headings, _told(derived), found.notes, _reader(found.format),
    )  # fmt: skip
    return Understood(derived, measures, sketch(found.text), found.encoding, known)


def reader_version() -> str:
    """Return what decides how files are read here: the code's version and the tools that are installed."""
    from corpus.formats import scans

    tools = [name for name in ("soffice", "libreoffice", "antiword") if shutil.which(name)]
    return " ".join([_VERSION, *(["ocr"] if scans.available() else []), *tools[:1]])


def as_message(understood: Understood) -> dict[str, Any]:
    """Return what was understood as an object for JSON; sound even where the process that made it is not to be trusted."""
    derived = understood.derived
    return {
        "text": derived.document.text,
        "identity": rows.identity_row(derived.document),
        "passages": [rows.passage_row(passage, 0) for passage in derived.passages],
        "targets": [rows.target_row(target, 0) for target in derived.targets],
        "measures": rows.measures_row(understood.measures),
        "sketch": understood.sketch.hex(),
        "encoding": understood.encoding,
        "given": asdict(understood.given),
        "seconds": understood.seconds,
        "pages": understood.measures.pages,
    }


def from_message(id: str, message: Mapping[str, Any]) -> Understood:
    """Return what ``as_message`` wrote; every row is made to belong to document ``id``."""
    document = rows.document(id, message["text"], message["identity"])
    passages = tuple(rows.passage((row[0], id, *row[3:])) for row in message["passages"])
    targets = tuple(rows.target(row[0], id, row[3]) for row in message["targets"])
    derived = Derived(document, passages, targets)
    measures, given = rows.measures(message["measures"]), Given(**message["given"])
    return Understood(
        derived, measures, bytes.fromhex(message["sketch"]), message["encoding"], given, message["seconds"]
    )


def _merged(own: Given, given: Given) -> Given:
    return Given(**{f.name: getattr(given, f.name) or getattr(own, f.name) for f in fields(Given)})


def _told(derived: Derived) -> dict[str, Any]:
    document = derived.document
    return {
        name: "derived" if name in document.derived else "found" if getattr(document, name) else "missing"
        for name in _IDENTITY
    }


def _reader(format: str) -> str:
    return "" if format == "txt" else reader_version()
