"""Score rows of signals with boosted trees kept as arrays, so that numpy alone reads what a training script has learned."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_FILE = Path(__file__).parent / "ranker" / "ranker.npz"


Floats = NDArray[np.float32]


class Trees:
    """The trees of a file. ``names`` are the signals that they were trained on, in their order."""

    def __init__(self, file: Path):
        with np.load(file) as kept:
            self.names = tuple(str(name) for name in kept["names"])
            self.threshold = float(kept["answers"])
            self._bias = float(kept["bias"])
            self._depth = int(kept["depth"])
            self._roots = kept["roots"].astype(np.intp)
            self._signal = kept["signal"].astype(np.intp)
            self._bound = kept["bound"].astype(np.float32)
            self._next = kept["next"].astype(
                np.intp
            )  # (nodes, 2): where a row goes that is above, or at most, the bound
            self._value = kept["value"].astype(np.float32)

    def probabilities(self, rows: Floats, names: Sequence[str]) -> Floats:
        """Return the probability, 0 to 1, that each row's window answers; shape (rows,). ``names`` are those of the columns.

        Raises KeyError where a signal is missing that the trees were trained on.
        """
        if not len(rows):
            return np.zeros(0, np.float32)
        place = {name: n for n, name in enumerate(names)}
        rows = rows[:, [place[name] for name in self.names]]
        at = np.broadcast_to(self._roots, (len(rows), len(self._roots)))
        lines = np.arange(len(rows))[:, None]
        for _ in range(self._depth):
            low = rows[lines, self._signal[at]] <= self._bound[at]
            at = self._next[at, low.astype(np.intp)]
        return 1 / (1 + np.exp(-(self._bias + self._value[at].sum(axis=1))))


@cache
def ranker() -> Trees:
    """Return the ranker that is shipped."""
    return Trees(_FILE)
