"""Say how far a window is to be trusted: the ranker's score and the signals together, learned from questions over official texts.

The ranker has learned from encyclopaedia articles which windows answer; the judge has learned from citizens' questions over
statutes which of them answer there, and when none does.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from bot.answerers.ranker import Floats, Trees, ranker
from bot.answerers.signals import Reading
from bot.inquiry import Found
from corpus.document import Document

_FILE = Path(__file__).parent / "ranker" / "judge.npz"
_JUDGED, _JUDGED_OFFICIAL = (
    0.3,
    0.8,
)  # what the judge counts beside the ranker, for a text of no place or issuer and for one of some
_SAID = 0.4  # what the share of the question that stands in the sentence and around it counts
GENERAL = "general"  # the ranker's own score, as the judge calls it


def trust(reading: Reading, found: Sequence[Found]) -> Floats:
    """Return how far each window of a reading of what was ``found`` is to be trusted, 0 to 1.2; shape (windows,).

    Part of the judge's probability, the rest the ranker's with a part for what is said of the question: the judge knows official
    texts best, the ranker all others.
    """
    rows = seen(reading)
    said = 0.65 * reading.column("sentence") + 0.25 * reading.column("with_context")
    judged = judge().probabilities(rows, (*reading.names, GENERAL))
    parts = np.array([_JUDGED_OFFICIAL if _official(f.document) else _JUDGED for f in found], np.float32)
    part = parts[[w.found for w in reading.windows]]
    return part * judged + (1 - part) * (rows[:, -1] + _SAID * said)


def of_sentences(reading: Reading, trusted: Floats) -> Floats:
    """Return for each window the trust in the best window that begins in its sentence: which sentence answers."""
    opens = np.array([w.opens for w in reading.windows], np.intp)
    best = np.zeros(int(opens.max(initial=0)) + 1, np.float32)
    np.maximum.at(best, opens, trusted)
    return best[opens]


def aptness(reading: Reading) -> Floats:
    """Return what tells among the windows of one sentence which is the answer: the ranker's score and the words said there."""
    return seen(reading)[:, -1] + _SAID * (0.65 * reading.column("window") + 0.25 * reading.column("with_context"))


def _official(document: Document) -> bool:
    """Whether a text says by whom or for where it was made: a statute, a notice, a plan."""
    return bool(document.region or document.issuer or document.number)


def seen(reading: Reading) -> Floats:
    """Return what the judge sees of each window: its signals and, last, the ranker's score."""
    return np.column_stack([reading.rows, ranker().probabilities(reading.rows, reading.names)])


@cache
def judge() -> Trees:
    """Return the judge that is shipped."""
    return Trees(_FILE)
