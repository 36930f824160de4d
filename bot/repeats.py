"""Leave out what says the same again: passages of one place with the same figures and nearly the same words."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from bot.inquiry import Found
from corpus.fold import fold

_GRAM = 4  # characters
_SAME = 0.85  # the share of grams, of all that two passages have, from which on they say the same
_COPIES = 2  # documents that the same may be shown from
_IDLE = re.compile(r"[\W_]+")
_FIGURES = re.compile(r"\d+(?:\.\d+)?|[〇零一二三四五六七八九十百千万亿]{2,}")


def distinct(found: Iterable[Found], per_document: int | None = None) -> list[Found]:
    """Return what was found without repeats, and at most so many passages of each document; the first of each stays.

    What stands in several documents may be wanted from the second as well; a third says nothing new. The same words with other figures, or said by the organ of another place, are another commitment: both stay.
    """
    kept: list[Found] = []
    alike: dict[tuple[str | None, str], list[tuple[str, frozenset[str]]]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for each in found:
        figures, grams = _said(each.passage.text)
        others = alike[each.document.region, figures]
        same = [document for document, other in others if len(grams & other) >= _SAME * len(grams | other)]
        if each.document.id in same or len(same) >= _COPIES:
            continue
        counts[each.document.id] += 1
        if per_document is None or counts[each.document.id] <= per_document:
            others.append((each.document.id, grams))
            kept.append(each)
    return kept


@lru_cache(maxsize=20_000)
def _said(text: str) -> tuple[str, frozenset[str]]:
    """Return the figures of a text, in order, and its grams; questions find the same passages over and over."""
    folded = fold(text)
    plain = _IDLE.sub("", folded)
    grams = frozenset(plain[start : start + _GRAM] for start in range(max(1, len(plain) - _GRAM + 1)))
    return " ".join(_FIGURES.findall(folded)), grams
