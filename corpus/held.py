"""What the library holds before and during one pass over files, looked up by id, place and name. Knows no format."""

from dataclasses import replace
from typing import Literal

from corpus.files import Found, stamp
from corpus.known import Known
from corpus.library import Library, Record, Source, Unread
from corpus.report import FileReport
from corpus.understood import reader_version


class Held:
    """The documents on record as a pass over files sees them."""

    def __init__(self, library: Library, origin: Literal["folder", "added"]) -> None:
        self.library = library
        self.origin = origin
        self.reader = reader_version()
        self.unread = library.unread()
        self._removed = library.removed() if origin == "folder" else frozenset()
        self.look_up()

    def look_up(self) -> None:
        """Read anew what is on record."""
        self.records = {record.document_id: record for record in self.library.records()}
        self.taken = set(self.records)  # and the ids of what is being read
        self.places = {(each.source.path, each.source.line): each for each in self.records.values()}
        followed = [each for each in self.records.values() if each.source.origin == "folder"]
        self.names = (
            {(each.source.name, each.source.line): each for each in followed} if self.origin == "folder" else {}
        )
        self.known = Known(self.library)

    def record(self, found: Found, line: str = "") -> Record | None:
        """Return what is on record of a file, or of a line of it."""
        return self.places.get((found.place, line)) or self.names.get((found.name, line))

    def is_removed(self, found: Found, line: str = "") -> bool:
        """Whether a person removed what the file, or line, holds."""
        return (found.name, line) in self._removed

    def is_stale(self, record: Record) -> bool:
        """Whether a document should be read again though its file is the same: by newer code, or now that there is OCR."""
        reader = record.measures.reader
        newer = reader.split(" ")[0] != self.reader.split(" ")[0]
        return bool(reader) and (newer or (record.measures.unread_pages > 0 and reader != self.reader))

    def source(self, found: Found, record: Record | None, line: str = "") -> Source:
        """Return where the file stands now. What was once added stays added; a file keeps its name in the folder."""
        added = self.origin == "added" or (record is not None and record.source.origin == "added")
        name = found.name if self.origin == "folder" else record.source.name if record else ""
        return Source("added" if added else "folder", found.place, name, line, *stamp(found.file))

    def drop(self, record: Record, reason: str) -> FileReport:
        """Take a document off the record and say so."""
        self.library.remove(record.document_id, stays_removed=False)
        del self.records[record.document_id]
        self.taken.discard(record.document_id)
        self.places.pop((record.source.path, record.source.line), None)
        self.names.pop((record.source.name, record.source.line), None)
        return FileReport(record.source.path, "removed", reason, record.document_id)

    def not_read_before(self, found: Found, source: Source) -> Unread | None:
        """Return why a file of the folder gave no document when it was read as it is now."""
        unread = self.unread.get(found.place) if self.origin == "folder" and source.mtime else None
        current = (source.size, source.mtime, self.reader)
        return unread if unread and (unread.size, unread.mtime, unread.reader) == current else None

    def remember(self, found: Found, report: FileReport) -> None:
        """Keep in mind which files of the folder gave no document, so that they are not read again at every start."""
        if self.origin != "folder" or self.library.readonly:
            return
        size, mtime = stamp(found.file)
        if report.status in ("failed", "skipped") and mtime:
            unread = Unread(size, mtime, self.reader, report.status, report.reason or "")
            if self.unread.get(found.place) != unread:
                self.library.put_unread(found.place, unread)
        elif found.place in self.unread:
            self.library.put_unread(found.place, None)

    def forget_unread(self, within: tuple[str, ...], kept: set[str]) -> None:
        """Forget the files below these places that gave no document, but those at ``kept``: they are no longer there."""
        for path in [each for each in self.unread if each.startswith(within) and each not in kept]:
            if not self.library.readonly:
                self.library.put_unread(path, None)
            del self.unread[path]

    def unchanged(self, shown: str, record: Record, source: Source) -> FileReport:
        """Say that a document is as it was, and note where it stands now."""
        source = replace(source, encoding=record.source.encoding)
        if source != record.source and not self.library.readonly:
            self.library.put_source(record.document_id, source)
        counts = (record.passages, record.targets)
        return FileReport(
            shown, "unchanged", None, record.document_id, *counts, source.encoding, measures=record.measures
        )
