"""One pass over files: what the library held before, what is read now, and what became of each. Knows no format."""

import hashlib
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from corpus.derive import DERIVE_VERSION
from corpus.files import Found, meet_members, name_documents, name_line
from corpus.identity import Given
from corpus.known import Known
from corpus.library import Library, Record, Source, Unread
from corpus.limits import Limits
from corpus.progress import Advance, Progress, showing
from corpus.reader import Line, ReadError, holds_files, holds_lines, read_lines
from corpus.readers import Outcome, Readers
from corpus.report import FileReport, IngestReport, Measures, Status, total
from corpus.understood import reader_version

_SETTLED = 2_000_000_000  # nanoseconds: a file written so recently may change again within its time stamp
_REMOVED = "removed by a person; `add` brings it back"


@dataclass(frozen=True)
class _Job:
    """A document that is being read: where it comes from, what is on record of it, and the outcome to come."""

    shown: str
    id: str
    record: Record | None
    source: Source
    given: Given
    outcome: "Future[Outcome]"
    raw: bytes = b""  # where it is not the outcome's
    wanted: str = ""  # the id that it should have had


class Pass:
    """One pass over files."""

    def __init__(self, library: Library, origin: Literal["folder", "added"], limits: Limits) -> None:
        self.library = library
        self.origin = origin
        self.limits = limits
        self.reader = reader_version()
        self.removed = library.removed() if origin == "folder" else frozenset()
        self.unread = library.unread()
        self.files: list[FileReport] = []
        self.counts: Counter[Status] = Counter()
        self.measures: list[Measures] = []
        self.passages = self.targets = self.derived_again = 0
        self._told: dict[Path, int] = {}  # bytes of files in hand that the progress has heard of
        self._look_up()

    def _look_up(self) -> None:
        self.records = {record.document_id: record for record in self.library.records()}
        self.taken = set(self.records)  # and the ids of what is being read
        self.places = {(each.source.path, each.source.line): each for each in self.records.values()}
        followed = [each for each in self.records.values() if each.source.origin == "folder"]
        self.names = (
            {(each.source.name, each.source.line): each for each in followed} if self.origin == "folder" else {}
        )
        self.known = Known(self.library)

    def bring(self, met: list[Found], progress: Progress | None) -> IngestReport:
        """Read what is new or changed, write it, and say what became of every file met."""
        start = time.monotonic()
        out = [found for found in met if found.skipped or found.failed]
        lines = [found for found in met if found not in out and holds_lines(found.path)]
        whole = [found for found in met if found not in out and not holds_lines(found.path)]
        outdated = [each for each in self.records.values() if each.version != DERIVE_VERSION]
        size = sum(each.source.size for each in outdated) + sum(_stat(found.path)[0] for found in (*lines, *whole))
        with showing(progress, size) as advance, Readers(self.limits) as self.readers:
            self._derive_again(outdated, advance)
            self._note_out(out)
            for found in lines:  # first: an id that was given goes before one made from a file's name
                self._lines(found, advance)
            self._whole(whole, advance)
        self.library.settle()
        seconds = round(time.monotonic() - start, 3)
        counted = (dict(self.counts), self.passages, self.targets, self.derived_again)
        return IngestReport(tuple(self.files), *counted, seconds, total(self.measures))

    def drop_missing(self, met: list[Found]) -> None:
        """Take off the record what came from the followed folder and is no longer there."""
        names = {found.name for found in met if not found.skipped}
        within = [found for found in met if found.failed or holds_files(found.path)]
        unseen = tuple("" if found.name == "." else f"{found.name}/" for found in within)
        for record in list(self.names.values()):
            if record.source.name not in names and not record.source.name.startswith(unseen):
                self._drop(record, "no longer in the folder")
        places = {found.place for found in met}
        inside = tuple(f"{found.place}/" for found in within)
        for path in self.unread if not self.library.readonly else ():
            if path not in places and not path.startswith(inside):
                self.library.put_unread(path, None)

    def _drop(self, record: Record, reason: str) -> None:
        self.library.remove(record.document_id, stays_removed=False)
        del self.records[record.document_id]
        self.taken.discard(record.document_id)
        self.places.pop((record.source.path, record.source.line), None)
        self.names.pop((record.source.name, record.source.line), None)
        self._note(FileReport(record.source.path, "removed", reason, record.document_id))

    def _derive_again(self, outdated: list[Record], advance: Advance) -> None:
        jobs = deque[tuple[Record, Future[Outcome]]]()
        for record in [*outdated, None]:
            if record and (document := self.library.document(record.document_id)):
                encoding, id = record.source.encoding, record.document_id
                jobs.append((record, self.readers.text(id, document.text, encoding, record.given)))
            while jobs and (record is None or len(jobs) > self.readers.ahead):
                self._put_again(*jobs.popleft(), advance)
        if outdated:
            self._look_up()

    def _put_again(self, record: Record, future: "Future[Outcome]", advance: Advance) -> None:
        outcome = future.result()
        if outcome.understood is None:
            self._note(FileReport(record.source.path, "failed", outcome.reason, record.document_id))
        else:
            self.library.put_derived(outcome.understood.derived, DERIVE_VERSION)
            self.derived_again += 1
        advance(record.source.size, record.source.path)

    def _note_out(self, out: Iterable[Found]) -> None:
        for found in out:
            self._note(FileReport(found.shown, "failed" if found.failed else "skipped", found.failed or found.skipped))

    def _whole(self, met: list[Found], advance: Advance) -> None:
        """Read files that are a document each, members of archives among them."""
        archives = [found for found in met if holds_files(found.path)]
        files = [found for found in met if not holds_files(found.path)]
        sizes = {found.path: _stat(found.path)[0] for found in files}
        for archive in archives:
            members = self._members(archive)
            sizes.update({found.path: _stat(archive.path)[0] // len(members) for found in members})
            files += members
            if not members:
                advance(_stat(archive.path)[0], archive.shown)
        new = [each for each in files if self._record(each) is None and (each.name, "") not in self.removed]
        ids = name_documents(new, self.taken)
        jobs = ((self._file(each, ids.get(each.path, ""), sizes[each.path], advance), each) for each in files)
        for report, found in self._in_order(jobs):
            self._note(report)
            self._remember(found, report)
            advance(sizes[found.path] - self._told.pop(found.path, 0), found.shown)

    def _in_order(self, jobs: Iterable[tuple[FileReport | _Job, Found]]) -> Iterator[tuple[FileReport, Found]]:
        """Yield what becomes of jobs in their order, while later ones are being worked on."""
        waiting = deque[tuple[FileReport | _Job, Found]]()
        for each in jobs:
            waiting.append(each)
            while len(waiting) > self.readers.ahead:
                job, found = waiting.popleft()
                yield self._finished(job), found
        for job, found in waiting:
            yield self._finished(job), found

    def _finished(self, job: FileReport | _Job) -> FileReport:
        return job if isinstance(job, FileReport) else self._put(job, job.outcome.result())

    def _members(self, archive: Found) -> list[Found]:
        """Return the files of an archive; where it has not changed, note what is on record of them."""
        inside = f"{archive.place}/"
        size, mtime = _stat(archive.path)
        records = [each for (path, _), each in self.places.items() if path.startswith(inside)]
        unread = {path: each for path, each in self.unread.items() if path.startswith(inside)}
        stamps = {(r.source.size, r.source.mtime) for r in records} | {(u.size, u.mtime) for u in unread.values()}
        stale = any(self._stale(r) for r in records) or any(u.reader != self.reader for u in unread.values())
        if self.origin == "folder" and mtime and stamps == {(size, mtime)} and not stale:
            for record in records:
                self._note(self._unchanged(record.source.path, record, record.source))
            for path, each in unread.items():
                self._note(FileReport(path, each.status, each.reason))
            return []
        try:
            met = meet_members(archive, self.readers.members(archive))
        except ReadError as error:
            self._note(FileReport(archive.shown, "failed", error.reason))
            return []
        self._note_out([found for found in met if found.skipped or found.failed])
        members = [found for found in met if not (found.skipped or found.failed)]
        if not members and not any(found.failed for found in met):
            self._note(FileReport(archive.shown, "skipped", "no document in it"))
        names = {found.name for found in members}
        for record in [each for (name, _), each in self.names.items() if name.startswith(f"{archive.name}/")]:
            if record.source.name not in names:
                self._drop(record, "no longer in the archive")
        return members

    def _record(self, found: Found, line: str = "") -> Record | None:
        return self.places.get((found.place, line)) or self.names.get((found.name, line))

    def _stale(self, record: Record) -> bool:
        """Whether a document should be read again though its file is the same: by newer code, or now that there is OCR."""
        reader = record.measures.reader
        newer = reader.split(" ")[0] != self.reader.split(" ")[0]
        return bool(reader) and (newer or (record.measures.unread_pages > 0 and reader != self.reader))

    def _file(self, found: Found, id: str, size: int, advance: Advance) -> FileReport | _Job:
        record = self._record(found)
        if record is None and (found.name, "") in self.removed:
            return FileReport(found.shown, "removed", _REMOVED)
        source = self._source(found, record)
        stale = record is not None and self._stale(record)
        stamp = (source.size, source.mtime)
        if record and source.mtime and stamp == (record.source.size, record.source.mtime) and not stale:
            return self._unchanged(found.shown, record, replace(source, digest=record.source.digest))
        unread = self.unread.get(found.place) if self.origin == "folder" else None
        if unread and source.mtime and (*stamp, self.reader) == (unread.size, unread.mtime, unread.reader):
            return FileReport(found.shown, unread.status, unread.reason, record.document_id if record else None)

        def page(done: int, pages: int) -> None:
            share = size * done // max(1, pages) - self._told.get(found.path, 0)
            self._told[found.path] = self._told.get(found.path, 0) + max(0, share)
            advance(max(0, share), f"{found.shown} page {done + 1}/{pages}")

        id = record.document_id if record else id
        self.taken.add(id)
        known = record.source.digest if record and not stale else ""
        return _Job(found.shown, id, record, source, Given(), self.readers.file(found, source.size, id, known, page))

    def _remember(self, found: Found, report: FileReport) -> None:
        """Keep in mind which files of the folder gave no document, so that they are not read again at every start."""
        if self.origin != "folder" or self.library.readonly:
            return
        size, mtime = _stat(found.file)
        if report.status in ("failed", "skipped") and mtime:
            unread = Unread(size, mtime, self.reader, report.status, report.reason or "")
            if self.unread.get(found.place) != unread:
                self.library.put_unread(found.place, unread)
        elif found.place in self.unread:
            self.library.put_unread(found.place, None)

    def _lines(self, found: Found, advance: Advance) -> None:
        entries: list[FileReport] = []
        met: set[str] = set()
        consumed = 0

        def jobs() -> Iterator[tuple[FileReport | _Job, Found]]:
            nonlocal consumed
            for line in read_lines(found.path):
                met.add(line.id)
                yield self._line(found, line), found
                advance(line.consumed - consumed, found.shown)
                consumed = line.consumed

        try:
            entries += [report for report, _ in self._in_order(jobs())]
        except ReadError as error:
            self._note(FileReport(found.shown, "failed", error.reason))
            return
        self._fold(found, entries)
        if self.names and not any(entry.status == "failed" for entry in entries):
            gone = [each for each in self.names.values() if each.source.name == found.name]
            for record in gone:
                if record.source.line not in met:
                    self._drop(record, f"line '{record.source.line}' is no longer in the file")

    def _line(self, found: Found, line: Line) -> FileReport | _Job:
        shown = f"{found.shown}:{line.number}"
        if line.error:
            return FileReport(shown, "failed", line.error.reason)
        record = self._record(found, line.id)
        if record is None and (found.name, line.id) in self.removed:
            return FileReport(shown, "removed", _REMOVED)
        source = self._source(found, record, line.id)
        source = replace(source, size=len(line.raw), mtime=0, digest=hashlib.sha256(line.raw).hexdigest())
        if record and record.source.digest == source.digest:
            return self._unchanged(shown, record, source)
        id = record.document_id if record else name_line(line.id, found, self.taken)
        self.taken.add(id)
        outcome = self.readers.text(id, line.text, given=line.given)
        return _Job(shown, id, record, source, line.given, outcome, line.raw, line.id)

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
        self.files += [whole, *(entry for entry in entries if entry.reason or entry.similar)]

    def _source(self, found: Found, record: Record | None, line: str = "") -> Source:
        """Return where the file stands now. What was once added stays added; a file keeps its name in the folder."""
        added = self.origin == "added" or (record is not None and record.source.origin == "added")
        name = found.name if self.origin == "folder" else record.source.name if record else ""
        size, mtime = _stat(found.file)
        return Source("added" if added else "folder", found.place, name, line, size, mtime)

    def _put(self, job: _Job, outcome: Outcome) -> FileReport:
        source = replace(job.source, digest=job.source.digest or outcome.digest)
        if outcome.same and job.record:
            return self._unchanged(job.shown, job.record, source)
        if outcome.understood is None:
            on_record = job.record.document_id if job.record else None
            return FileReport(
                job.shown, "skipped" if outcome.status == "skipped" else "failed", outcome.reason, on_record
            )
        found = outcome.understood
        source = replace(source, encoding=found.encoding)
        similar = self.known.like(job.id, found)
        self.library.put(
            found.derived, source, found.given, outcome.raw or job.raw, DERIVE_VERSION,
            replaces=job.record is not None, measures=found.measures, sketch=found.sketch,
        )  # fmt: skip
        counts = (len(found.derived.passages), len(found.derived.targets))
        self.records[job.id] = Record(job.id, source, found.given, DERIVE_VERSION, *counts, found.measures)
        self.known.put(job.id, found)
        self.measures.append(found.measures)
        status: Status = "changed" if job.record else "added"
        other = status == "added" and job.wanted and job.id != job.wanted
        reason = f"on record as '{job.id}': another document has the id '{job.wanted}'" if other else None
        return FileReport(
            job.shown, status, reason, job.id, *counts, source.encoding, found.measures, similar, found.seconds
        )

    def _unchanged(self, shown: str, record: Record, source: Source) -> FileReport:
        source = replace(source, encoding=record.source.encoding)
        if source != record.source and not self.library.readonly:
            self.library.put_source(record.document_id, source)
        counts = (record.passages, record.targets)
        return FileReport(
            shown, "unchanged", None, record.document_id, *counts, source.encoding, measures=record.measures
        )

    def _note(self, report: FileReport) -> None:
        self.files.append(report)
        self.counts[report.status] += 1
        self.passages += report.passages
        self.targets += report.targets


def _stat(path: Path) -> tuple[int, int]:
    """Return size and time of a file; time 0: it may still be being written, or cannot be seen."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    settled = abs(time.time_ns() - status.st_mtime_ns) > _SETTLED
    return status.st_size, status.st_mtime_ns if settled else 0
