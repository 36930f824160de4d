"""What people think of answers: kept in one SQLite file, each with the answer that it belongs to.

Every door calls ``remember(answer)`` for an answer that it gave and ``keep(answer.id, verdict)`` when the person judges
it; the answer itself never comes from the person. Only the newest answers are remembered, in memory; nothing is stored
of a question that nobody judges. What is stored has personal numbers and addresses taken out, and goes after ``DAYS``.

    python -m bot.feedback          print what was kept, a JSON object a line
"""

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from bot.answer import Answer
from bot.masking import mask

REASONS = ("wrong", "source", "incomplete", "unanswered", "other")
MAX_COMMENT = 1000  # characters
DAYS = 365  # days that feedback is kept
REMEMBERED = 2000  # answers that can still be judged
_PERSONS_WORDS = (
    "question",
    "standalone",
    "answer",
    "text",
    "note",
)  # of the answer object: they may repeat the person


class FeedbackError(ValueError):
    """A verdict that cannot be taken; the message says what was expected and what was found."""


class UnknownAnswer(FeedbackError):
    """The answer was never given here, or so long ago that it is no longer remembered."""


class NotKept(Exception):
    """The file cannot be written, as on a full disk or in a read-only home."""


@dataclass(frozen=True)
class Verdict:
    """Whether an answer helped, and, where it did not, why. Raises FeedbackError for what is none."""

    liked: bool
    reasons: tuple[str, ...] = ()
    comment: str = ""

    def __post_init__(self) -> None:
        for reason in self.reasons:
            if reason not in REASONS:
                raise FeedbackError(f"A reason is one of {', '.join(REASONS)}, found {reason[:40]!r}.")
        if len(self.comment) > MAX_COMMENT:
            raise FeedbackError(f"A comment has at most {MAX_COMMENT} characters, found {len(self.comment)}.")


class Feedback:
    """The feedback of one home. Threads may share it."""

    def __init__(self, home: Path) -> None:
        self.file = home / "feedback.sqlite"
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._lock = Lock()

    def remember(self, answer: Answer) -> None:
        """Let this answer be judged."""
        with self._lock:
            self._answers[answer.id] = answer
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)

    def keep(self, answer_id: str, verdict: Verdict) -> None:
        """Store a verdict; a later one on the same answer replaces it. Raises UnknownAnswer or NotKept."""
        with self._lock:
            answer = self._answers.get(answer_id)
        if answer is None:
            raise UnknownAnswer("This answer is not, or no longer, known: ask again, then judge.")
        row = (
            answer.id,
            datetime.now(UTC).isoformat(timespec="seconds"),
            verdict.liked,
            json.dumps(sorted(set(verdict.reasons), key=REASONS.index)),
            mask(verdict.comment.strip()),
            json.dumps(_masked(answer), ensure_ascii=False),
        )
        try:
            with closing(self._open()) as file, file:
                file.execute("DELETE FROM feedback WHERE given < ?", (_oldest(),))
                file.execute("INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?)", row)
        except (sqlite3.Error, OSError) as error:
            raise NotKept(f"{self.file}: {error}") from error

    def all(self) -> Iterator[dict[str, Any]]:
        """Yield what was kept, oldest first: ``answer_id, given, liked, reasons, comment, answer``."""
        if not self.file.exists():
            return
        with closing(sqlite3.connect(f"{self.file.resolve().as_uri()}?mode=ro", uri=True)) as file:
            for id, given, liked, reasons, comment, answer in file.execute(
                "SELECT * FROM feedback ORDER BY given, rowid"
            ):
                judged = {"answer_id": id, "given": given, "liked": bool(liked), "reasons": json.loads(reasons)}
                yield {**judged, "comment": comment, "answer": json.loads(answer)}

    def _open(self) -> sqlite3.Connection:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        file = sqlite3.connect(self.file, timeout=5)
        file.execute(
            "CREATE TABLE IF NOT EXISTS feedback (answer_id TEXT PRIMARY KEY, given TEXT NOT NULL, liked INTEGER NOT NULL,"
            " reasons TEXT NOT NULL, comment TEXT NOT NULL, answer TEXT NOT NULL)"
        )
        return file


def _masked(answer: Answer) -> dict[str, Any]:
    """Return the answer object without what tells who asked; citations are published text and stay as they are."""
    kept = answer.as_dict()
    for name in _PERSONS_WORDS:
        kept[name] = mask(kept[name]) if kept[name] else kept[name]
    return {**kept, "suggestions": [mask(suggestion) for suggestion in kept["suggestions"]]}


def _oldest() -> str:
    return (datetime.now(UTC) - timedelta(days=DAYS)).isoformat(timespec="seconds")


def _print_all() -> None:
    from bot.settings import Settings

    for judged in Feedback(Settings.from_environment().home).all():
        print(json.dumps(judged, ensure_ascii=False))


if __name__ == "__main__":
    _print_all()
