"""Say how far a window is to be trusted: the ranker's score and the signals together, learned from questions over official texts.

The ranker has learned from encyclopaedia articles which windows answer; the judge has learned from citizens' questions over
statutes which of them answer there, and when none does.
"""

from functools import cache
from pathlib import Path

import numpy as np

from bot.answerers.ranker import Floats, Trees, ranker
from bot.answerers.signals import Reading

_FILE = Path(__file__).parent / "ranker" / "judge.npz"
_JUDGED = 0.3  # what the judge counts beside the ranker
_SAID = 0.4  # what the share of the question that stands in the sentence and around it counts
GENERAL = "general"  # the ranker's own score, as the judge calls it


def trust(reading: Reading) -> Floats:
    """Return how far each window of a reading is to be trusted, 0 to 1.2; shape (windows,).

    Part of the judge's probability, the rest the ranker's with a part for what is said of the question: the judge knows official
    texts best, the ranker all others.
    """
    rows = seen(reading)
    said = 0.65 * reading.column("sentence") + 0.25 * reading.column("with_context")
    judged = judge().probabilities(rows, (*reading.names, GENERAL))
    return _JUDGED * judged + (1 - _JUDGED) * (rows[:, -1] + _SAID * said)


def seen(reading: Reading) -> Floats:
    """Return what the judge sees of each window: its signals and, last, the ranker's score."""
    return np.column_stack([reading.rows, ranker().probabilities(reading.rows, reading.names)])


@cache
def judge() -> Trees:
    """Return the judge that is shipped."""
    return Trees(_FILE)
