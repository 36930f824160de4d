"""Keep the account of one pass over files: what became of each, and the sums. Knows reports; reads and writes nothing."""

from collections import Counter
from collections.abc import Sequence

from corpus.report import FileReport, IngestReport, Measures, Status, total

_ORDER: tuple[Status, ...] = ("failed", "changed", "added", "removed", "unchanged")  # what a file of lines is called by


class Account:
    """What became of the files that were met so far."""

    def __init__(self) -> None:
        self._files: list[FileReport] = []
        self._counts: Counter[Status] = Counter()
        self._measures: list[Measures] = []
        self._passages = self._targets = 0
        self.derived_again = 0  # documents on record that newer code has read anew

    def note(self, report: FileReport) -> None:
        """Note what became of a file."""
        self._files.append(report)
        self._count([report])

    def measured(self, measures: Measures) -> None:
        """Note what was measured of a document that was read."""
        self._measures.append(measures)

    def fold(self, shown: str, entries: Sequence[FileReport]) -> None:
        """Note a file of lines as one entry, and of its lines those that a person should look at."""
        counts = Counter(entry.status for entry in entries)
        status: Status = next((each for each in _ORDER if counts[each]), "failed")
        reason = ", ".join(f"{counts[each]} {each}" for each in _ORDER if counts[each]) or "no document in it"
        passages, targets = sum(each.passages for each in entries), sum(each.targets for each in entries)
        whole = FileReport(shown, status, reason, None, passages, targets, "utf-8")
        self._files += [whole, *(entry for entry in entries if entry.reason or entry.similar)]
        self._count(entries)

    def report(self, seconds: float) -> IngestReport:
        """Return the report of a pass that took so long."""
        sums = (dict(self._counts), self._passages, self._targets, self.derived_again)
        return IngestReport(tuple(self._files), *sums, round(seconds, 3), total(self._measures))

    def _count(self, reports: Sequence[FileReport]) -> None:
        self._counts.update(report.status for report in reports)
        self._passages += sum(report.passages for report in reports)
        self._targets += sum(report.targets for report in reports)
