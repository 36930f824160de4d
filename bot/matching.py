"""Weigh how much of what a question asks about stands in a text. Knows nothing of documents."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from corpus.fold import fold

Frequencies = Callable[[Sequence[str]], tuple[Mapping[str, int], int]]
_HEAD = 2.0  # what a term of the words asked for counts beside one of those that describe them
_HEAD_LENGTH = 3
_CODE = 4.0  # a code such as GB3095-1996 names one thing
_CODE_LENGTH = 6
_ASIDE = 0.3
_UNSEEN = 0.6
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


def weigh(content: str, frequencies: Frequencies, aside: str = "") -> Weighted:
    """Weigh the terms of ``content`` by how few passages hold them; its last run of words, what is asked for, counts double.

    Terms of ``aside`` count little; so do those that no passage holds, which are more often a person's own words than
    a subject of policy. ``frequencies`` returns how many passages hold each term, and how many passages there are.
    """
    runs = content.split()
    head = set(_terms(runs[-1])) if len(runs) > 1 and len(runs[-1]) >= _HEAD_LENGTH else set()
    main, beside = _terms(content), _terms(aside)
    holds, passages = frequencies(list(dict.fromkeys([*main, *beside])))

    def weight(term: str) -> float:
        rarity = math.log(1 + (passages + 1) / (holds.get(term, 0) + 0.5))
        code = len(term) >= _CODE_LENGTH and any(c.isdigit() for c in term)
        return rarity * (_CODE if code else _HEAD if term in head else 1.0) * (_UNSEEN if not holds.get(term) else 1.0)

    weights = {term: weight(term) for term in main}
    return Weighted(weights | {term: _ASIDE * weight(term) for term in beside if term not in weights})


def _terms(content: str) -> list[str]:
    return list(dict.fromkeys(pair for run in _RUN.findall(fold(content)) for pair in _pairs(run)))


def _pairs(run: str) -> list[str]:
    if not "一" <= run[0] <= "鿿" or len(run) == 1:
        return [run]
    return [run[i : i + 2] for i in range(len(run) - 1)]
