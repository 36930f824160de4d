"""Compare two wordings: width, case, punctuation and the forms of numbers and dates make no difference, figures do."""

import re
from collections import Counter

from corpus.fold import fold
from corpus.numerals import find_dates
from corpus.quantities import Quantity, find_quantities

_SILENT = re.compile(r"[^\w%.]|_|(?<!\d)\.|\.(?!\d)")
_LONG = 30  # characters: a longer gold answer is matched by what it shares, not by containment


def says(answer: str, gold: str) -> bool:
    """Tell whether a short answer says a gold answer, however figures, dates and punctuation are written.

    A gold answer must stand in an answer of at most 60 or five times its own characters, so that a whole passage does
    not count, or share four fifths of the characters (three fifths where it has over 30) and all its numbers.
    Comparators are not looked at here: ``figures_said`` does.
    """
    a, g = plain(answer), plain(gold)
    if not g:
        return False
    if _brief(a, g) and _stands(g, a):
        return True
    return _numbers(g) <= _numbers(a) and shared(a, g) >= (0.6 if len(g) > _LONG else 0.8)


def figures_said(answer: str, gold: str) -> bool:
    """Tell whether every figure of a gold answer stands in the answer: value, unit and comparator.

    An answer too long to be a short one says none: every sentence full of figures would be right otherwise.
    """
    wanted, said = figures(gold), figures(answer)
    if wanted and not _brief(plain(answer), plain(gold)):
        return False
    return all(any(same(figure, other) for other in said) for figure in wanted)


def figures(text: str) -> list[Quantity]:
    """Return the quantities of any text; a date is none."""
    return _quantities(fold(text))


def same(a: Quantity, b: Quantity) -> bool:
    """Tell whether two figures agree; a missing unit or comparator agrees with any."""
    values = (a.low, a.high) == (b.low, b.high)
    return values and (a.unit == b.unit or "" in (a.unit, b.unit)) and _agree(a.comparator, b.comparator)


def plain(text: str) -> str:
    """Return ``text`` with all folded that is no difference: 「９８％ 以上」 and 「不低于百分之九十八」 are ``98%``."""
    folded = fold(text)
    parts = [(d.start, d.end, f"{d.iso}日") for d in find_dates(folded)]
    parts += [(q.start, q.end, _written(q)) for q in _quantities(folded)]
    for start, end, written in sorted(parts, reverse=True):
        folded = folded[:start] + written + folded[end:]
    return _SILENT.sub("", folded)


def shared(a: str, b: str) -> float:
    """Return the F1 of the characters of two texts, 0 to 1."""
    both = sum((Counter(a) & Counter(b)).values())
    return 2 * both / (len(a) + len(b)) if both else 0.0


def _brief(answer: str, gold: str) -> bool:
    return len(answer) <= max(60, 5 * len(gold))


def _stands(gold: str, answer: str) -> bool:
    """A figure stands only as a whole: 98% not in 198% and 0.4 not in 0.47."""
    before = r"(?<![\d.])" if gold[0].isdigit() else ""
    after = r"(?![\d.])" if gold[-1].isdigit() else ""
    return re.search(before + re.escape(gold) + after, answer) is not None


def _quantities(folded: str) -> list[Quantity]:
    dates = find_dates(folded)
    return [q for q in find_quantities(folded) if not any(d.start < q.end and q.start < d.end for d in dates)]


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text))


def _agree(a: str, b: str) -> bool:
    return a[0] == b[0] or "=" in (a, b)


def _written(q: Quantity) -> str:
    ends = [format(value, ".6f").rstrip("0").rstrip(".") for value in dict.fromkeys((q.low, q.high))]
    return "至".join(ends) + q.unit
