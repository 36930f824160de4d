"""One pass over files: what is new or changed is read and written, and what became of each is noted. Knows no format."""

import hashlib
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Literal

from corpus.account import Account
from corpus.archives import open_archive
from corpus.derive import DERIVE_VERSION
from corpus.files import Found, name_documents, name_line, stamp
from corpus.held import Held
from corpus.identity import Given
from corpus.library import Library, Record, Source
from corpus.limits import Limits
from corpus.progress import Advance, Progress, showing
from corpus.reader import Line, ReadError, holds_files, holds_lines, read_lines
from corpus.readers import Outcome, Readers
from corpus.report import FileReport, IngestReport, Status
from corpus.shares import Shares

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
        self.limits = limits
        self.held = Held(library, origin)
        self.account = Account()

    def drop_missing(self, met: list[Found]) -> None:
        """Take off the record what came from the followed folder and is no longer there."""
        names = {found.name for found in met if not found.skipped}
        within = [found for found in met if found.failed or holds_files(found.path)]
        unseen = tuple("" if found.name == "." else f"{found.name}/" for found in within)
        for record in list(self.held.names.values()):
            if record.source.name not in names and not record.source.name.startswith(unseen):
                self.account.note(self.held.drop(record, "no longer in the folder"))
        inside = tuple(f"{found.place}/" for found in within)
        kept = {path for path in self.held.unread if path.startswith(inside)} | {found.place for found in met}
        self.held.forget_unread(("",), kept)

    def bring(self, met: list[Found], progress: Progress | None) -> IngestReport:
        """Read what is new or changed, write it, and say what became of every file met."""
        began = time.monotonic()
        out = [found for found in met if found.skipped or found.failed]
        files = [found for found in met if found not in out]
        outdated = [each for each in self.held.records.values() if each.version != DERIVE_VERSION]
        size = sum(each.source.size for each in outdated) + sum(stamp(found.path)[0] for found in files)
        with showing(progress, size) as advance, Readers(self.limits) as self.readers:
            self._derive_again(outdated, advance)
            self._note_out(out)
            shares = Shares(advance)
            files = self._unpacked(files, shares)
            for found in files:  # first: an id that was given goes before one made from a file's name
                if holds_lines(found.path):
                    self._lines(found, shares)
            self._whole([found for found in files if not holds_lines(found.path)], shares)
        self.library.settle()
        return self.account.report(time.monotonic() - began)

    def _derive_again(self, outdated: list[Record], advance: Advance) -> None:
        jobs = deque[tuple[Record, Future[Outcome]]]()
        for record in [*outdated, None]:
            if record and (document := self.library.document(record.document_id)):
                encoding, id = record.source.encoding, record.document_id
                jobs.append((record, self.readers.text(id, document.text, encoding, record.given)))
            while jobs and (record is None or len(jobs) > self.readers.ahead):
                self._put_again(*jobs.popleft(), advance)
        if outdated:
            self.held.look_up()

    def _put_again(self, record: Record, future: "Future[Outcome]", advance: Advance) -> None:
        outcome = future.result()
        if outcome.understood is None:
            self.account.note(FileReport(record.source.path, "failed", outcome.reason, record.document_id))
        else:
            self.library.put_derived(outcome.understood.derived, DERIVE_VERSION)
            self.account.derived_again += 1
        advance(record.source.size, record.source.path)

    def _note_out(self, out: Iterable[Found]) -> None:
        for found in out:
            reason = found.failed or found.skipped
            self.account.note(FileReport(found.shown, "failed" if found.failed else "skipped", reason))

    def _unpacked(self, files: list[Found], shares: Shares) -> list[Found]:
        """Return the files with those of archives in place of the archives."""
        unpacked: list[Found] = []
        for found in files:
            if holds_files(found.path):
                members = open_archive(found, self.held, self.account, self.readers)
                shares.divide(found, members)
                unpacked += members
            else:
                shares.give(found)
                unpacked.append(found)
        return unpacked

    def _whole(self, files: list[Found], shares: Shares) -> None:
        """Read files that are a document each."""
        new = [each for each in files if self.held.record(each) is None and not self.held.is_removed(each)]
        ids = name_documents(new, self.held.taken)
        jobs = ((self._file(each, ids.get(each.path, ""), shares), each) for each in files)
        for report, found in self._in_order(jobs):
            self.account.note(report)
            self.held.remember(found, report)
            shares.end(found)

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

    def _file(self, found: Found, id: str, shares: Shares) -> FileReport | _Job:
        record = self.held.record(found)
        if record is None and self.held.is_removed(found):
            return FileReport(found.shown, "removed", _REMOVED)
        source = self.held.source(found, record)
        stale = record is not None and self.held.is_stale(record)
        if record and not stale and source.mtime and (source.size, source.mtime) == record.source.stamp:
            return self.held.unchanged(found.shown, record, replace(source, digest=record.source.digest))
        if unread := self.held.not_read_before(found, source):
            return FileReport(found.shown, unread.status, unread.reason, record.document_id if record else None)
        id = record.document_id if record else id
        self.held.taken.add(id)
        known = record.source.digest if record and not stale else ""
        reading = self.readers.file(found, source.size, id, known, shares.page(found))
        return _Job(found.shown, id, record, source, Given(), reading)

    def _lines(self, found: Found, shares: Shares) -> None:
        """Read a file of document lines."""
        entries: list[FileReport] = []
        met: set[str] = set()

        def jobs() -> Iterator[tuple[FileReport | _Job, Found]]:
            content = self.readers.bytes(found) if found.archive else None
            for line in read_lines(found.path, content):
                met.add(line.id)
                yield self._line(found, line), found
                shares.read(found, line.consumed, len(content) if content else 0)

        try:
            entries += [report for report, _ in self._in_order(jobs())]
        except ReadError as error:
            self.account.note(FileReport(found.shown, "failed", error.reason))
            return
        finally:
            shares.end(found)
        self.account.fold(found.shown, entries)
        if not any(entry.status == "failed" for entry in entries):
            for record in [each for (name, _), each in self.held.names.items() if name == found.name]:
                if record.source.line not in met:
                    reason = f"line '{record.source.line}' is no longer in the file"
                    self.account.note(self.held.drop(record, reason))

    def _line(self, found: Found, line: Line) -> FileReport | _Job:
        shown = f"{found.shown}:{line.number}"
        if line.error:
            return FileReport(shown, "failed", line.error.reason)
        record = self.held.record(found, line.id)
        if record is None and self.held.is_removed(found, line.id):
            return FileReport(shown, "removed", _REMOVED)
        source = self.held.source(found, record, line.id)
        source = replace(source, size=len(line.raw), mtime=0, digest=hashlib.sha256(line.raw).hexdigest())
        if record and record.source.digest == source.digest:
            return self.held.unchanged(shown, record, source)
        id = record.document_id if record else name_line(line.id, found, self.held.taken)
        self.held.taken.add(id)
        outcome = self.readers.text(id, line.text, given=line.given)
        return _Job(shown, id, record, source, line.given, outcome, line.raw, line.id)

    def _put(self, job: _Job, outcome: Outcome) -> FileReport:
        source = replace(job.source, digest=job.source.digest or outcome.digest)
        if outcome.same and job.record:
            return self.held.unchanged(job.shown, job.record, source)
        if outcome.understood is None:
            on_record = job.record.document_id if job.record else None
            status: Status = "skipped" if outcome.status == "skipped" else "failed"
            return FileReport(job.shown, status, outcome.reason, on_record)
        found = outcome.understood
        source = replace(source, encoding=found.encoding)
        similar = self.held.known.like(job.id, found)
        self.library.put(
            found.derived, source, found.given, outcome.raw or job.raw, DERIVE_VERSION,
            replaces=job.record is not None, measures=found.measures, sketch=found.sketch,
        )  # fmt: skip
        counts = (len(found.derived.passages), len(found.derived.targets))
        self.held.records[job.id] = Record(job.id, source, found.given, DERIVE_VERSION, *counts, found.measures)
        self.held.known.put(job.id, found)
        self.account.measured(found.measures)
        status = "changed" if job.record else "added"
        other = status == "added" and job.wanted and job.id != job.wanted
        reason = f"on record as '{job.id}': another document has the id '{job.wanted}'" if other else None
        return FileReport(
            job.shown, status, reason, job.id, *counts, source.encoding, found.measures, similar, found.seconds
        )
