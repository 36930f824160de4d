"""Weigh how much of what a question asks about stands in a text. Knows nothing of documents."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from corpus.everyday import alternatives
from corpus.fold import fold
from corpus.words import words

Frequencies = Callable[[Sequence[str]], tuple[Mapping[str, int], int]]
_HEAD = 2.0  # what a term of the words asked for counts beside one of those that describe them
_HEAD_LENGTH = 3
_CODE = 4.0  # a code such as GB3095-1996 names one thing
_CODE_LENGTH = 6
_ASIDE = 0.6
ACROSS = 0.4  # what a pair of characters counts that spans two words
_SINGLE = 0.5  # what a character counts that is a word
_LITTLE = 0.3
_FORMS = 3  # official words for one everyday word that a search is widened by
_OTHERWISE = 0.9  # what an official form of an everyday word is worth beside the word itself
_UNKNOWN = 0.5  # what an everyday word counts of which nothing stands there
_PARTLY = 0.7  # what an official form counts of which a part stands there
_NAMED = 4  # characters of an indicator
_MEASURES = re.compile(r"(?:率|数量|总量|总额|产量|能耗|水耗|指数|比重|面积|浓度|密度)$")
_MISSING = 0.45
_RUN = re.compile(r"[a-z0-9][a-z0-9.%+-]*|[一-鿿]+")


@dataclass(frozen=True)
class Weighted:
    """The terms of a question's content, each with what it weighs: pairs of characters, Latin words, everyday words.

    ``forms`` holds what else may stand for an everyday word in a text: 脏水 -> 污水, 废水.
    """

    weights: Mapping[str, float]
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def share(self, *texts: str) -> float:
        """Return the share, 0 to 1, of the weight whose terms stand in any of the folded texts; 0 for no terms.

        What people say has more names than are known: an everyday word of which nothing stands there tells less.
        """
        held = missing = 0.0
        for term, weight in self.weights.items():
            part = self._held(term, texts)
            held += part * weight
            missing += (1 - part) * weight * (_UNKNOWN if term in self.forms else 1.0)
        return held / (held + missing) if held else 0.0

    def _held(self, term: str, texts: Sequence[str]) -> float:
        if any(term in text for text in texts):
            return 1.0
        return _OTHERWISE * max((_share_of(form, texts) for form in self.forms.get(term, ())), default=0.0)


@lru_cache(maxsize=50_000)
def _share_of(form: str, texts: Sequence[str]) -> float:
    """How much of an official word stands in one of the texts: 1, or, of a long one, the better part of its pairs."""
    if any(form in text for text in texts):
        return 1.0
    pairs = _pairs(form)
    held = max((sum(pair in text for pair in pairs) for text in texts), default=0) / len(pairs)
    return _PARTLY * held if held > 0.5 else 0.0


def says(terms: Iterable[str], forms: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return all pairs of characters that a question says, in its own words or in official ones."""
    return frozenset(p for term in terms for word in (term, *forms.get(term, ())) for p in _pairs(word))


def told(text: str, said: frozenset[str]) -> tuple[float, float]:
    """Return how much a folded text's own words weigh, and how much of that a question ``says``."""
    pairs = _own_pairs(text)
    return sum(part for _, part in pairs), sum(part for pair, part in pairs if pair in said)


@lru_cache(maxsize=50_000)
def _own_pairs(text: str) -> tuple[tuple[str, float], ...]:
    return tuple((pair, part) for pair, part in _pairs_of(text) if part != ACROSS and len(pair) > 1)


def lacks(content: str, *texts: str) -> bool:
    """Tell whether the indicator that a question names (森林覆盖率) is another one than the folded texts speak of.

    It is where nearly half of its words, or more, stand in none of them, nor an official word for them.
    """
    named = [run for run in content.split() if len(run) >= _NAMED and _MEASURES.search(run)]
    if not named:
        return False
    run = named[-1]
    cut = [run[w.start : w.end] for w in words(run)]
    official = {run[a.start : a.end]: a.official for a in alternatives(run)}
    missing = [w for w in cut if not any(way in text for text in texts for way in (w, *official.get(w, ())))]
    return len(missing) > _MISSING * len(cut)


def weigh(content: str, frequencies: Frequencies, aside: str = "") -> Weighted:
    """Weigh the terms of ``content`` by how few passages hold them; its last run of words, what is asked for, counts double.

    Terms of ``aside`` count less; so do words of everyday talk (see ``corpus.words``), and pairs of characters that no
    word holds and no passage. An everyday word with official ones is one term, as rare as what stands for it there.
    ``frequencies`` returns how many passages hold each term, and how many passages there are.
    """
    runs = content.split()
    last = runs[-1] if len(runs) > 1 and len(runs[-1]) >= _HEAD_LENGTH else ""
    main, forms = terms_of(content)
    head = set(terms_of(last)[0])
    told, told_forms = terms_of(aside)
    beside = {term: _ASIDE * part for term, part in told.items() if term not in main}
    forms |= told_forms
    weights = weights_of(main | beside, forms, frequencies)
    return Weighted(
        {t: w * (_HEAD if t in head and t not in forms else 1.0) for t, w in weights.items() if w > 0}, forms
    )


def weights_of(
    parts: Mapping[str, float], forms: Mapping[str, Sequence[str]], frequencies: Frequencies
) -> dict[str, float]:
    """Return what the terms of ``terms_of`` weigh by how few passages hold them; 0 for a chance pair that none holds."""
    holds, passages = frequencies(list(dict.fromkeys(p for term in parts for p in _parts(term, forms))))

    def weight(term: str, part: float) -> float:
        rarities = [math.log(1 + (passages + 1) / (holds.get(p, 0) + 0.5)) for p in _parts(term, forms)]
        if term in forms:
            return part * max(1, len(term) - 1) * sum(rarities) / len(rarities)
        if part <= ACROSS and len(term) == 2 and not holds.get(term):
            return 0.0
        code = len(term) >= _CODE_LENGTH and any(c.isdigit() for c in term)
        return part * rarities[0] * (_CODE if code else 1.0)

    return {term: weight(term, part) for term, part in parts.items()}


def official(content: str) -> str:
    """Return the words that official texts use for the everyday ones of ``content``, the best of each; "" for none."""
    return " ".join(word for found in alternatives(fold(content)) for word in found.official[:_FORMS])


def terms_of(content: str) -> tuple[dict[str, float], dict[str, tuple[str, ...]]]:
    """The terms of some words, in order, each with what it counts, and for the everyday ones what may stand for them."""
    folded, forms = fold(content), dict[str, tuple[str, ...]]()
    plain = list(folded)
    for found in alternatives(folded):
        if not found.asks:
            forms[folded[found.start : found.end]] = found.official
        plain[found.start : found.end] = " " * (found.end - found.start)
    parts: dict[str, float] = {}
    for term, part in _pairs_of("".join(plain)):
        parts[term] = max(part, parts.get(term, 0.0))
    return parts | dict.fromkeys(forms, 1.0), forms


def _pairs_of(plain: str) -> Iterator[tuple[str, float]]:
    """The pairs of characters of some words, each with what the word that holds it counts; a character that is a word."""
    cut = list(words(plain))
    of = [(n, word) for n, word in enumerate(cut) for _ in range(word.start, word.end)]
    for run in _RUN.finditer(plain):
        if not _is_han(run[0]):
            yield run[0], 1.0
            continue
        for i in range(*run.span()):
            number, word = of[i]
            if word.end - word.start == 1 and word.part > _LITTLE:
                yield plain[i], _SINGLE * word.part
            if i + 1 < run.end():
                yield plain[i : i + 2], word.part if of[i + 1][0] == number else ACROSS


def _parts(term: str, forms: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What tells how rare a term is: itself, or the pairs of what best stands for it."""
    return _pairs(forms[term][0]) if term in forms else [term]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] if _is_han(run) and len(run) > 1 else [run]


def _is_han(run: str) -> bool:
    return "一" <= run[0] <= "鿿"
