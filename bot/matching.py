"""Weigh how much of what a question asks about stands in a text. Knows nothing of documents."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.everyday import alternatives
from corpus.fold import fold

Frequencies = Callable[[Sequence[str]], tuple[Mapping[str, int], int]]
_HEAD = 2.0  # what a term of the words asked for counts beside one of those that describe them
_HEAD_LENGTH = 3
_CODE = 4.0  # a code such as GB3095-1996 names one thing
_CODE_LENGTH = 6
_ASIDE = 0.3
_FORMS = 3  # official words for one everyday word that a search is widened by
_OTHERWISE = 0.9  # what an official form of an everyday word is worth beside the word itself
_UNSEEN = 0.6
_RUN = re.compile(r"[a-z0-9][a-z0-9.%+-]*|[一-鿿]+")


@dataclass(frozen=True)
class Weighted:
    """The terms of a question's content, each with what it weighs: pairs of characters, Latin words, everyday words.

    ``forms`` holds what else may stand for an everyday word in a text: 脏水 -> 污水, 废水.
    """

    weights: Mapping[str, float]
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(self.weights.values())

    def share(self, *texts: str) -> float:
        """Return the share, 0 to 1, of the weight whose terms stand in any of the folded texts; 0 for no terms."""
        if not self.weights:
            return 0.0
        return sum(weight * self._held(term, texts) for term, weight in self.weights.items()) / self.total

    def _held(self, term: str, texts: Sequence[str]) -> float:
        if any(term in text for text in texts):
            return 1.0
        return _OTHERWISE if any(form in text for form in self.forms.get(term, ()) for text in texts) else 0.0


def weigh(content: str, frequencies: Frequencies, aside: str = "") -> Weighted:
    """Weigh the terms of ``content`` by how few passages hold them; its last run of words, what is asked for, counts double.

    Terms of ``aside`` count little; so do those that no passage holds, which are more often a person's own words than
    a subject of policy. An everyday word is one term, as rare as what stands for it in official texts.
    ``frequencies`` returns how many passages hold each term, and how many passages there are.
    """
    runs = content.split()
    last = runs[-1] if len(runs) > 1 and len(runs[-1]) >= _HEAD_LENGTH else ""
    main, forms = _terms(content)
    head, beside = set(_terms(last)[0]), [term for term in _terms(aside)[0] if term not in main]
    holds, passages = frequencies(list(dict.fromkeys(p for t in (*main, *beside) for p in _parts(t, forms))))

    def rarity(pair: str) -> float:
        seen = holds.get(pair, 0)
        return math.log(1 + (passages + 1) / (seen + 0.5)) * (1.0 if seen else _UNSEEN)

    def weight(term: str) -> float:
        parts = [rarity(part) for part in _parts(term, forms)]
        code = len(term) >= _CODE_LENGTH and any(c.isdigit() for c in term)
        length = max(1, len(term) - 1) if term in forms else 1
        return length * sum(parts) / len(parts) * (_CODE if code else _HEAD if term in head else 1.0)

    return Weighted({t: weight(t) for t in main} | {t: _ASIDE * weight(t) for t in beside}, forms)


def official(content: str) -> str:
    """Return the words that official texts use for the everyday ones of ``content``, the best of each; "" for none."""
    return " ".join(word for found in alternatives(fold(content)) for word in found.official[:_FORMS])


def _terms(content: str) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """The terms of some words, in order, and for the everyday ones what may stand for them."""
    folded, forms = fold(content), dict[str, tuple[str, ...]]()
    plain = list(folded)
    for found in alternatives(folded):
        forms[folded[found.start : found.end]] = found.official
        plain[found.start : found.end] = " " * (found.end - found.start)
    pairs = [pair for run in _RUN.findall("".join(plain)) for pair in _pairs(run)]
    return list(dict.fromkeys([*pairs, *forms])), forms


def _parts(term: str, forms: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What tells how rare a term is: itself, or the pairs of what best stands for it."""
    return _pairs(forms[term][0]) if term in forms else [term]


def _pairs(run: str) -> list[str]:
    if not "一" <= run[0] <= "鿿" or len(run) == 1:
        return [run]
    return [run[i : i + 2] for i in range(len(run) - 1)]
