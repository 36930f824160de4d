"""Recognise the enumerators of official texts: 第一章, 第一条, 一、 （一） 1． （1） ①. Knows nothing of what follows them."""

import re
from dataclasses import dataclass

from corpus.numerals import chinese_number

# Outermost first; the level of a marker is its place here. Written for folded text (corpus.fold).
_NUMBER = r"[〇零一二三四五六七八九十百]{1,6}"
_FORMS = (
    ("part", rf"第\s?(?P<n0>{_NUMBER}|\d{{1,2}})\s?(?:[编篇]|部分(?!的))"),
    ("chapter", rf"第\s?(?P<n1>{_NUMBER}|\d{{1,3}})\s?章"),
    ("section", rf"第\s?(?P<n2>{_NUMBER}|\d{{1,3}})\s?节"),
    (
        "article",
        rf"第\s?(?P<n3>{_NUMBER}|\d{{1,4}})(?:-\d{{1,2}})?\s?条(?:之[一二三四五六七八九十]+)?"
        r"(?!\s?[款项第规之的约所、和及至或,中])",
    ),
    ("一、", r"(?P<n4>[一二三四五六七八九十]{1,3})、"),
    ("（一）", r"\((?P<n5>[一二三四五六七八九十]{1,3})\)、?"),
    ("1.", r"(?P<n6>\d{1,2})(?:[.、](?!\d)|[.](?=(?:19|20)\d\d年))"),
    ("（1）", r"(?:\((?P<n7>\d{1,2})\)|(?P<n8>\d{1,2})\)|(?P<n9>[①-⑳]))[.、]?"),
)
_ANY = re.compile("|".join(f"(?P<f{level}>{pattern})" for level, (_, pattern) in enumerate(_FORMS)))
ARTICLE = next(level for level, (name, _) in enumerate(_FORMS) if name == "article")
INNERMOST = len(_FORMS) - 1
ITEM = next(level for level, (name, _) in enumerate(_FORMS) if name == "一、")
# What an enumerator may look like anywhere in a line; ``marker_at`` decides.
CANDIDATE = re.compile(
    r"第\s?[〇零一二三四五六七八九十百\d]|[一二三四五六七八九十]{1,3}、|\((?:[一二三四五六七八九十]{1,3}|\d{1,2})\)|\d{1,2}[.、)]|[①-⑳]"
)


@dataclass(frozen=True)
class Marker:
    """An enumerator at ``start:end`` of the folded text; ``level`` 0 is the outermost form, ``number`` what it counts."""

    start: int
    end: int
    level: int
    number: int


def marker_at(folded: str, position: int) -> Marker | None:
    """Return the enumerator that starts at ``position`` of a folded text, if one does."""
    match = _ANY.match(folded, position)
    if match is None:
        return None
    level = int((match.lastgroup or "f0")[1:])
    names = (f"n{level}",) if level < len(_FORMS) - 1 else ("n7", "n8", "n9")
    return Marker(match.start(), match.end(), level, _count(next(match[name] for name in names if match[name])))


def _count(number: str) -> int:
    if "①" <= number[0] <= "⑳":
        return ord(number[0]) - ord("①") + 1
    return int(number) if number.isdigit() else int(chinese_number(number) or 0)
