"""Find what a sentence enumerates, and read how many items a question wants named. Knows no documents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.document import Span
from corpus.fold import fold

_FEWEST, _MOST = 2, 15  # items that are counted
_ITEM = 40  # characters of an item between two 、
_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_CLASS = r"(?:大|个|类|项|种|方面|家|条|样|点|步|名)"
_WHICH = re.compile(
    rf"哪(?P<n>几|\d{{1,2}}|[两二三四五六七八九十])?{_CLASS}|分别[是指为叫](?!多少|几|百)|都有哪些|都是(?:哪些|什么)"
)
_COUNT = re.compile(rf"(?<![\d.年第])(?P<n>\d{{1,2}}|[两二三四五六七八九十]){_CLASS}(?![%月日])")
_LEADS_IN = re.compile(r"[:：]|(?:分别|主要)?(?:包括|是指|即)")
_LAST = re.compile(r"(?:以及|及其?|和|与|或者?)(?=[^、]{1,20}$)")
_ORDINAL = re.compile(
    r"[一二三四五六七八九十]是|\([一二三四五六七八九十\d]{1,2}\)|(?<!\d)\d{1,2}[.、](?!\d)|首先|其次|最后"
)


@dataclass(frozen=True)
class Enumeration:
    """Items that a sentence enumerates; ``span`` holds them all, as whole clauses of the document."""

    span: Span
    items: int


def asked_items(folded: str) -> int | None:
    """Return how many items a folded question asks to be named, 0 where it does not say; None where it asks for none.

    >>> asked_items("重点抓的6大产业是哪几个"), asked_items("要关停哪五类小厂"), asked_items("分别指什么"), asked_items("是多少")
    (6, 5, 0, None)
    """
    which = _WHICH.search(folded)
    if not which:
        return None
    counts = [which["n"], *(m["n"] for m in _COUNT.finditer(folded))]
    numbers = [int(n) if n.isdigit() else _DIGITS[n] for n in counts if n and n != "几"]
    return next((n for n in numbers if _FEWEST <= n <= _MOST), 0)


def enumerations(text: str, sentence: Span) -> Iterator[Enumeration]:
    """Yield what a sentence of ``text`` enumerates: parts between ；, clauses after a colon, items between 、."""
    folded = fold(sentence.of(text)).rstrip("。;! \n")
    start, end = sentence.start, sentence.start + len(folded)
    if (parts := folded.count(";") + 1) >= _FEWEST:
        yield Enumeration(Span(start, end), parts)
    lead = _LEADS_IN.search(folded)
    if lead and ";" not in folded and (parts := len(re.findall(r"[^,:]+", folded[lead.end() :]))) >= _FEWEST:
        opens = lead.end() + (folded[lead.end() : lead.end() + 1] == ":")
        yield Enumeration(Span(start + opens, end), parts)
    for clause in re.finditer(r"[^,;:。]+", folded):
        if (items := _items(clause[0])) >= _FEWEST:
            yield Enumeration(Span(start + clause.start(), start + clause.end()), items)


def _items(clause: str) -> int:
    """How many things a clause joins by 、."""
    parts = re.sub(r"\([^()]*\)", "", clause).split("、")
    if len(parts) < _FEWEST or any(len(part) > _ITEM for part in parts[1:-1]):
        return 0
    last = re.split(r"等", parts[-1])[0]
    return len(parts) + bool(_LAST.search(last))


def names_as_many(wanted: int | None, text: str, span: Span) -> bool:
    """Tell whether a stretch of ``text`` names as many items as are ``wanted`` (see ``asked_items``); True where no number is."""
    if not wanted:
        return True
    ordinals = len(set(_ORDINAL.findall(fold(span.of(text)))))
    return ordinals >= wanted or any(e.items == wanted for e in enumerations(text, span))
