"""What became of each file that was brought to the library. Knows words and counts; does nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["added", "changed", "unchanged", "skipped", "failed", "removed"]


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

    def __str__(self) -> str:
        if self.reason:
            return f"{self.status:9}  {self.path}: {self.reason}"
        counts = f"{self.passages} passages, {self.targets} targets, {self.encoding}"
        return f"{self.status:9}  {self.path}: {self.document_id} ({counts})"


@dataclass(frozen=True)
class IngestReport:
    """What became of every file that was met; a file of document lines has one entry, and one a line at fault."""

    files: tuple[FileReport, ...]
    counts: Mapping[Status, int]  # documents by what became of them
    passages: int  # of the documents that were met
    targets: int
    derived_again: int  # documents on record that newer code has read anew
    seconds: float

    @property
    def failed(self) -> bool:
        return any(file.status == "failed" for file in self.files)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as one object for JSON; ``files`` is a list of objects, each with its ``path``."""
        return {**asdict(self), "files": [asdict(file) for file in self.files], "failed": self.failed}
