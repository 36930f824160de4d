"""Bring files into the library and say what became of each. Knows files and the library; knows nothing of the index."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

from corpus.derive import DERIVE_VERSION, Derived, derive
from corpus.files import Found, meet, name_documents, name_line
from corpus.identity import Given
from corpus.library import Library, LibraryError, Record, Source
from corpus.reader import Line, ReadError, holds_lines, read, read_lines
from corpus.report import FileReport, IngestReport, Status

Progress = Callable[[int, int, str], None]  # bytes done, bytes in all, the file in hand
Advance = Callable[[int, str], None]  # bytes of work done just now, the file in hand
_SETTLED = 2_000_000_000  # nanoseconds: a file written so recently may change again within its time stamp
_REMOVED = "removed by a person; `add` brings it back"


def add(library: Library, paths: Iterable[Path], progress: Progress | None = None) -> IngestReport:
    """Bring files, folders and files of document lines into the library, to stay until they are removed.

    What cannot be read is reported and the rest goes in. Raises ``LibraryError`` when the library cannot be written.
    """
    met = {found.path: found for path in paths for found in meet(path)}
    return _Run(library, "added").bring(list(met.values()), progress)


def follow(library: Library, folder: Path, progress: Progress | None = None) -> IngestReport:
    """Bring the library level with a folder: what is new or changed comes in, what is gone from the folder leaves.

    Documents that were added stay, those of the folder that a person removed stay away; a missing folder is an
    empty one. Documents do not change when the folder has not.
    """
    met = meet(folder) if _exists(folder) else []
    run = _Run(library, "folder")
    run.drop_missing(met)
    return run.bring(met, progress)


def remove(library: Library, document_id: str) -> FileReport:
    """Take a document off the record; one of the followed folder stays away. Raises ``LibraryError`` if unknown."""
    record = next((each for each in library.records() if each.document_id == document_id), None)
    if record is None or not library.remove(document_id):
        raise LibraryError(f"There is no document '{document_id}'. `python app.py list` shows the ids.")
    library.settle()
    return FileReport(record.source.path, "removed", "by request", document_id)


class _Run:
    """One pass over files: what the library held before, and what became of each file so far."""

    def __init__(self, library: Library, origin: Literal["folder", "added"]) -> None:
        self.library = library
        self.origin = origin
        self.removed = library.removed() if origin == "folder" else frozenset()
        self.files: list[FileReport] = []
        self.counts: Counter[Status] = Counter()
        self.passages = self.targets = self.derived_again = 0
        self._look_up()

    def _look_up(self) -> None:
        self.records = {record.document_id: record for record in self.library.records()}
        self.places = {(each.source.path, each.source.line): each for each in self.records.values()}
        followed = [each for each in self.records.values() if each.source.origin == "folder"]
        self.names = (
            {(each.source.name, each.source.line): each for each in followed} if self.origin == "folder" else {}
        )

    def bring(self, met: list[Found], progress: Progress | None) -> IngestReport:
        start = time.monotonic()
        out = [found for found in met if found.skipped or found.failed]
        lines = [found for found in met if found not in out and holds_lines(found.path)]
        whole = [found for found in met if found not in out and not holds_lines(found.path)]
        outdated = [each for each in self.records.values() if each.version != DERIVE_VERSION]
        total = sum(each.source.size for each in outdated) + sum(_size(found.path) for found in (*lines, *whole))
        with _shown(progress, total) as advance:
            self._derive_again(outdated, advance)
            for found in out:
                status: Status = "failed" if found.failed else "skipped"
                self._note(FileReport(found.shown, status, found.failed or found.skipped))
            for found in lines:  # first: an id that was given goes before one made from a file's name
                self._lines(found, advance)
            ids = self._ids(whole)
            for found in whole:
                self._note(self._file(found, ids.get(found.path, "")))
                advance(_size(found.path), found.shown)
        self.library.settle()
        seconds = round(time.monotonic() - start, 3)
        totals = (dict(self.counts), self.passages, self.targets, self.derived_again)
        return IngestReport(tuple(self.files), *totals, seconds)

    def drop_missing(self, met: list[Found]) -> None:
        """Take off the record what came from the followed folder and is no longer there."""
        names = {found.name for found in met if not found.skipped}
        unseen = tuple("" if found.name == "." else f"{found.name}/" for found in met if found.failed)
        for record in list(self.names.values()):
            if record.source.name not in names and not record.source.name.startswith(unseen):
                self._drop(record, "no longer in the folder")

    def _drop(self, record: Record, reason: str) -> None:
        self.library.remove(record.document_id, stays_removed=False)
        del self.records[record.document_id]
        self.places.pop((record.source.path, record.source.line), None)
        self.names.pop((record.source.name, record.source.line), None)
        self._note(FileReport(record.source.path, "removed", reason, record.document_id))

    def _derive_again(self, outdated: list[Record], advance: Advance) -> None:
        for record in outdated:
            document = self.library.document(record.document_id)
            derived = _derived(document.id, document.text, record.given) if document else "removed meanwhile"
            if isinstance(derived, str):
                self._note(FileReport(record.source.path, "failed", derived, record.document_id))
            else:
                self.library.put_derived(derived, DERIVE_VERSION)
                self.derived_again += 1
            advance(record.source.size, record.source.path)
        if outdated:
            self._look_up()

    def _ids(self, files: list[Found]) -> dict[Path, str]:
        new = [each for each in files if self._record(each) is None and (each.name, "") not in self.removed]
        return name_documents(new, self.records.keys())

    def _record(self, found: Found, line: str = "") -> Record | None:
        return self.places.get((found.place, line)) or self.names.get((found.name, line))

    def _file(self, found: Found, id: str) -> FileReport:
        record = self._record(found)
        if record is None and (found.name, "") in self.removed:
            return FileReport(found.shown, "removed", _REMOVED)
        source = self._source(found, record)
        if record and source.mtime and (source.mtime, source.size) == (record.source.mtime, record.source.size):
            return self._unchanged(found.shown, record, replace(source, digest=record.source.digest))
        try:
            reading = read(found.path)
        except ReadError as error:
            return FileReport(found.shown, "failed", error.reason, record.document_id if record else None)
        source = replace(source, digest=hashlib.sha256(reading.raw).hexdigest(), encoding=reading.encoding)
        id = record.document_id if record else id
        return self._put(found.shown, record, id, reading.text, Given(), source, reading.raw)

    def _lines(self, found: Found, advance: Advance) -> None:
        entries: list[FileReport] = []
        met: set[str] = set()
        consumed = 0
        try:
            for line in read_lines(found.path):
                met.add(line.id)
                entries.append(self._line(found, line))
                advance(line.consumed - consumed, found.shown)
                consumed = line.consumed
        except ReadError as error:
            self._note(FileReport(found.shown, "failed", error.reason))
            return
        self._fold(found, entries)
        if self.names and not any(entry.status == "failed" for entry in entries):
            gone = [each for each in self.names.values() if each.source.name == found.name]
            for record in gone:
                if record.source.line not in met:
                    self._drop(record, f"line '{record.source.line}' is no longer in the file")

    def _line(self, found: Found, line: Line) -> FileReport:
        shown = f"{found.shown}:{line.number}"
        if line.error:
            return FileReport(shown, "failed", line.error.reason)
        record = self._record(found, line.id)
        if record is None and (found.name, line.id) in self.removed:
            return FileReport(shown, "removed", _REMOVED)
        source = self._source(found, record, line.id)
        source = replace(source, size=len(line.raw), mtime=0, digest=hashlib.sha256(line.raw).hexdigest())
        id = record.document_id if record else name_line(line.id, found, self.records.keys())
        report = self._put(shown, record, id, line.text, line.given, source, line.raw)
        if id != line.id and report.status == "added":
            return replace(report, reason=f"on record as '{id}': another document has the id '{line.id}'")
        return report

    def _fold(self, found: Found, entries: list[FileReport]) -> None:
        """Note a file of lines as one entry, and the lines that a person should look at."""
        counts = Counter(entry.status for entry in entries)
        order: tuple[Status, ...] = ("failed", "changed", "added", "removed", "unchanged")
        status: Status = next((each for each in order if counts[each]), "failed")
        reason = ", ".join(f"{counts[each]} {each}" for each in order if counts[each]) or "no document in it"
        passages, targets = sum(each.passages for each in entries), sum(each.targets for each in entries)
        whole = FileReport(found.shown, status, reason, None, passages, targets, "utf-8")
        self.counts.update(counts)
        self.passages, self.targets = self.passages + passages, self.targets + targets
        self.files += [whole, *(entry for entry in entries if entry.reason)]

    def _source(self, found: Found, record: Record | None, line: str = "") -> Source:
        """Return where the file stands now. What was once added stays added; a file keeps its name in the folder."""
        added = self.origin == "added" or (record is not None and record.source.origin == "added")
        name = found.name if self.origin == "folder" else record.source.name if record else ""
        size, mtime = _stat(found.path)
        return Source("added" if added else "folder", found.place, name, line, size, mtime)

    def _put(
        self, shown: str, record: Record | None, id: str, text: str, given: Given, source: Source, raw: bytes
    ) -> FileReport:
        if record and record.source.digest == source.digest:
            return self._unchanged(shown, record, source)
        derived = _derived(id, text, given)
        if isinstance(derived, str):
            return FileReport(shown, "failed", derived, record.document_id if record else None)
        self.library.put(derived, source, given, raw, DERIVE_VERSION, replaces=record is not None)
        counts = (len(derived.passages), len(derived.targets))
        self.records[id] = Record(id, source, given, DERIVE_VERSION, *counts)
        return FileReport(shown, "changed" if record else "added", None, id, *counts, source.encoding)

    def _unchanged(self, shown: str, record: Record, source: Source) -> FileReport:
        source = replace(source, encoding=record.source.encoding)
        if source != record.source and not self.library.readonly:
            self.library.put_source(record.document_id, source)
        counts = (record.passages, record.targets)
        return FileReport(shown, "unchanged", None, record.document_id, *counts, source.encoding)

    def _note(self, report: FileReport) -> None:
        self.files.append(report)
        self.counts[report.status] += 1
        self.passages += report.passages
        self.targets += report.targets


def _derived(id: str, text: str, given: Given) -> Derived | str:
    try:
        return derive(id, text, given)
    except Exception as error:  # text that the code was not made for must not keep the other files out
        return f"its text could not be understood ({type(error).__name__}: {str(error)[:100]})"


def _exists(folder: Path) -> bool:
    try:
        folder.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # it cannot be seen just now: nothing is known to be gone
    return True


def _size(path: Path) -> int:
    return _stat(path)[0]


def _stat(path: Path) -> tuple[int, int]:
    """Return size and time of a file; time 0: it may still be being written, or cannot be seen."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    settled = abs(time.time_ns() - status.st_mtime_ns) > _SETTLED
    return status.st_size, status.st_mtime_ns if settled else 0


@contextmanager
def _shown(progress: Progress | None, total: int) -> Iterator[Advance]:
    """Give a function that takes (bytes, file in hand) and shows them; by default a bar on stderr after two seconds."""
    if progress is not None:
        done = 0

        def advance(size: int, name: str) -> None:
            nonlocal done
            done += size
            progress(done, total, name)

        yield advance
        return
    from tqdm import tqdm

    with tqdm(total=total, unit="B", unit_scale=True, delay=2, leave=False, disable=None) as bar:

        def show(size: int, name: str) -> None:
            bar.set_postfix_str(Path(name).name, refresh=False)
            bar.update(size)

        yield show
