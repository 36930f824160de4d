"""Read Chinese numerals and dates: 一千五百, 百分之九十八, 二〇一〇年七月七日. Works on folded text; knows nothing of documents."""

import re
from dataclasses import dataclass

DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_BROKEN = "\ufffd"
_LONGEST = 30  # characters of a numeral


def chinese_number(text: str) -> float | None:
    """Return the value of a Chinese numeral, digit by digit (二〇一〇) or with units (一千五百); None when it is none.

    >>> chinese_number("一千五百"), chinese_number("二〇一〇"), chinese_number("三点五")
    (1500.0, 2010.0, 3.5)
    """
    if not text or len(text) > _LONGEST:
        return None
    whole, _, fraction = text.partition("点")
    value = _whole(whole)
    if value is None or (fraction and any(c not in DIGITS for c in fraction)):
        return None
    return value + sum(DIGITS[c] / 10 ** (i + 1) for i, c in enumerate(fraction))


def _whole(text: str) -> float | None:
    if text and all(c in DIGITS for c in text):
        return float("".join(str(DIGITS[c]) for c in text))
    total, section, digit = 0, 0, None
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in _UNITS:
            section += (1 if digit is None else digit) * _UNITS[char]
            digit = None
        elif char in _LARGE:
            part = section + (digit or 0)
            total = (total + part) * _LARGE[char] if char == "亿" or not total else total + part * _LARGE[char]
            section, digit = 0, None
        else:
            return None
    return float(total + section + (digit or 0)) if text else None


@dataclass(frozen=True)
class DateMention:
    """A full date at ``start:end`` of a folded text, as an ISO string; ``broken`` if unreadable characters were guessed."""

    start: int
    end: int
    iso: str
    broken: bool = False


_D = r"[〇零一二三四五六七八九十]"
_DATE = re.compile(
    rf"(?P<y>(?:19|20)\d\d|[一二][〇零一二三四五六七八九O0{_BROKEN}]{{2,9}}?)\s*"
    rf"(?:年\s*(?P<m>\d{{1,2}}|{_D}{{1,3}})\s*月\s*(?P<d>\d{{1,2}}|{_D}{{1,3}})\s*日"
    r"|\s?[-./]\s?(?P<m2>\d{1,2})\s?[-./]\s?(?P<d2>\d{1,2})(?!\d))"
)


def find_dates(folded: str, year_hints: tuple[int, ...] = ()) -> list[DateMention]:
    """Return the full dates of a folded text, in order.

    A year with broken characters (二��一��年) is read only when one of ``year_hints`` fits what is left of it.

    >>> [d.iso for d in find_dates("二〇〇五年十一月四日,2010-12-14")]
    ['2005-11-04', '2010-12-14']
    """
    found = []
    for match in _DATE.finditer(folded):
        year, broken = _year(match["y"], year_hints)
        month, day = _small(match["m"] or match["m2"]), _small(match["d"] or match["d2"])
        if year and 1 <= month <= 12 and 1 <= day <= 31:
            found.append(DateMention(match.start(), match.end(), f"{year:04d}-{month:02d}-{day:02d}", broken))
    return found


def _year(text: str, hints: tuple[int, ...]) -> tuple[int | None, bool]:
    if text.isdigit():
        return int(text), False
    if _BROKEN in text:
        pattern = "".join(r"\d" if part.startswith(_BROKEN) else str(DIGITS.get(part, "x")) for part in _parts(text))
        return next((year for year in hints if re.fullmatch(pattern, str(year))), None), True
    digits = "".join(str(DIGITS.get(c, 0)) for c in text)
    return (int(digits), False) if len(digits) == 4 and digits[:2] in {"19", "20"} else (None, False)


def _parts(text: str) -> list[str]:
    return re.findall(rf"{_BROKEN}+|[^{_BROKEN}]", text)


def _small(text: str) -> int:
    return int(text) if text.isdigit() else int(chinese_number(text) or 0)
