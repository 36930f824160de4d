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
GENERAL = "general"  # the ranker's own score, as the judge calls it


def trust(reading: Reading) -> Floats:
    """Return the probability, 0 to 1, that each window of a reading answers; shape (windows,)."""
    return judge().probabilities(seen(reading), (*reading.names, GENERAL))


def seen(reading: Reading) -> Floats:
    """Return what the judge sees of each window: its signals and the ranker's score."""
    return np.column_stack([reading.rows, ranker().probabilities(reading.rows, reading.names)])


@cache
def judge() -> Trees:
    """Return the judge that is shipped."""
    return Trees(_FILE)
