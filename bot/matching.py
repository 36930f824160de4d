"""Weigh how much of what a question asks about stands in a text. Knows nothing of documents."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from corpus.fold import fold

Frequencies = Callable[[Sequence[str]], tuple[Mapping[str, int], int]]
_RUN = re.compile(r"[a-z0-9][a-z0-9.%+-]*|[一-鿿]+")


@dataclass(frozen=True)
class Weighted:
    """The terms of a question's content, pairs of characters and Latin words, each with what it weighs (its rarity)."""

    weights: Mapping[str, float]

    @property
    def total(self) -> float:
        return sum(self.weights.values())

    def share(self, *texts: str) -> float:
        """Return the share, 0 to 1, of the weight whose terms stand in any of the folded texts; 0 for no terms."""
        if not self.weights:
            return 0.0
        return sum(w for term, w in self.weights.items() if any(term in text for text in texts)) / self.total

    def missing(self, *texts: str) -> tuple[str, ...]:
        """Return the terms that stand in none of the folded texts."""
        return tuple(term for term in self.weights if not any(term in text for text in texts))


def weigh(content: str, frequencies: Frequencies) -> Weighted:
    """Weigh the terms of ``content`` by how few passages hold them.

    ``frequencies`` returns how many passages hold each term, and how many passages there are.
    """
    terms = list(dict.fromkeys(pair for run in _RUN.findall(fold(content)) for pair in _pairs(run)))
    if not terms:
        return Weighted({})
    holds, passages = frequencies(terms)
    return Weighted({term: math.log(1 + (passages + 1) / (holds.get(term, 0) + 0.5)) for term in terms})


def _pairs(run: str) -> list[str]:
    if not "一" <= run[0] <= "鿿" or len(run) == 1:
        return [run]
    return [run[i : i + 2] for i in range(len(run) - 1)]
