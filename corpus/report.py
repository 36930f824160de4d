"""What became of each file that was brought to the library. Knows words and counts; does nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

Status = Literal["added", "changed", "unchanged", "skipped", "failed", "removed"]
Told = Literal["found", "derived", "missing"]
_SHOWN = {"issued": "date"}  # what a field of the identity is called in a report


@dataclass(frozen=True)
class Measures:
    """What was measured while a document was read."""

    format: str = "txt"
    pages: int | None = None
    characters: int = 0  # kept
    dropped: Mapping[str, int] = field(default_factory=dict)  # why -> characters that no passage holds
    ocr_pages: int = 0
    confidence: float | None = None  # of what OCR read, mean, 0 to 1
    garbled_pages: int = 0
    unread_pages: int = 0  # pictures or garbled, not read for want of OCR
    repeats: int = 0  # sentences that stand more than once, folded into one
    headings: int = 0
    identity: Mapping[str, Told] = field(default_factory=dict)
    notes: tuple[str, ...] = ()  # what a person should know, in one line each
    reader: str = ""  # the version of the code and the tools that read it; "": read as plain text

    def __str__(self) -> str:
        parts = [self.format, f"{self.characters:,} characters"]
        if self.pages:
            parts.append(f"{self.pages} pages")
        if self.ocr_pages:
            parts.append(f"{self.ocr_pages} by OCR ({self.confidence or 0:.0%} sure)")
        if self.garbled_pages:
            parts.append(f"{self.garbled_pages} garbled")
        if self.unread_pages:
            parts.append(f"{self.unread_pages} UNREAD")
        parts += [f"{count:,} dropped as {why}" for why, count in self.dropped.items()]
        if self.repeats:
            parts.append(f"{self.repeats} repeats folded")
        missing = [_SHOWN.get(name, name) for name, told in self.identity.items() if told == "missing"]
        parts += [f"no {' or '.join(missing)}"] if missing else []
        return ", ".join([*parts, *self.notes])


@dataclass(frozen=True)
class FileReport:
    """What became of one file, or of one line (``FILE:LINE``) of a file."""

    path: str
    status: Status
    reason: str | None = None
    document_id: str | None = None  # None: no document, or several
    passages: int = 0
    targets: int = 0
    encoding: str | None = None
    measures: Measures | None = None
    similar: tuple[str, ...] = ()  # documents on record that hold the same, or another version of it
    seconds: float = 0.0

    def __str__(self) -> str:
        if self.reason:
            return f"{self.status:9}  {self.path}: {self.reason}"
        counts = [f"{self.passages} passages, {self.targets} targets", *([self.encoding] if self.encoding else [])]
        if self.measures and self.status != "unchanged":
            counts.append(str(self.measures))
        return f"{self.status:9}  {self.path}: {self.document_id} ({', '.join([*counts, *self.similar])})"


@dataclass(frozen=True)
class IngestReport:
    """What became of every file that was met; a file of document lines has one entry, and one a line at fault."""

    files: tuple[FileReport, ...]
    counts: Mapping[Status, int]  # documents by what became of them
    passages: int  # of the documents that were met
    targets: int
    derived_again: int  # documents on record that newer code has read anew
    seconds: float
    totals: Mapping[str, Any] = field(default_factory=dict)  # of the documents that were read: see ``total``

    @property
    def failed(self) -> bool:
        return any(file.status == "failed" for file in self.files)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as one object for JSON; ``files`` is a list of objects, each with its ``path``."""
        return {**asdict(self), "files": [asdict(file) for file in self.files], "failed": self.failed}

    def __str__(self) -> str:
        """Return the line that sums up."""
        counts = ", ".join(f"{count} {status}" for status, count in self.counts.items()) or "nothing met"
        parts = [f"{counts}; {self.passages:,} passages, {self.targets:,} targets"]
        if self.totals.get("characters"):
            parts.append(", ".join(_totals(self.totals)))
        return f"{'; '.join(parts)}; {self.seconds:.1f} s"


def total(measures: Iterable[Measures]) -> dict[str, Any]:
    """Sum up measures: numbers added, ``confidence`` the mean over pages, reasons and identity fields counted."""
    sums: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    told: Counter[str] = Counter()
    sure = 0.0
    for each in measures:
        sums.update({name: getattr(each, name) or 0 for name in _ADDED})
        dropped.update(each.dropped)
        told.update(each.identity.values())
        sure += (each.confidence or 0.0) * each.ocr_pages
    confidence = sure / sums["ocr_pages"] if sums["ocr_pages"] else None
    return {
        **{name: sums[name] for name in _ADDED},
        "confidence": confidence,
        "dropped": dict(dropped),
        "identity": dict(told),
    }


_ADDED = [f.name for f in fields(Measures) if f.type in (int, int | None)]


def _totals(totals: Mapping[str, Any]) -> list[str]:
    names = {"characters": "characters kept", "pages": "pages", "ocr_pages": "pages by OCR", "garbled_pages": "garbled pages",
             "unread_pages": "pages UNREAD", "repeats": "repeats folded", "headings": "headings"}  # fmt: skip
    lines = [f"{totals[name]:,} {words}" for name, words in names.items() if totals.get(name)]
    lines += [f"{count:,} dropped as {why}" for why, count in totals["dropped"].items()]
    return [*lines, *(f"{count} identity fields {told}" for told, count in totals["identity"].items())]
