"""Find the years that a text names as a time: 2015年, 二〇一五年, “十二五”末, 本世纪末. Works on folded text."""

import re
from dataclasses import dataclass

from corpus.document import Span
from corpus.numerals import DIGITS

_TAIL = r"(?:年底|年末|底|末|前|之前|以前|初|度)"
_YEAR = re.compile(
    rf"(?<!\d)(?P<year>(?:19|20)\d\d)(?:年?\s?[-~至]\s?(?P<last>(?:19|20)\d\d))?(?!\d)年?(?P<tail>{_TAIL})?"
    r"|(?P<hanzi>[一二][〇零一二三四五六七八九]{3})年(?:底|末|前|之前|以前)?"
    r"|\"?(?P<plan>十[一二三四五六七])五\"?(?:规划|计划)?(?:时期|期间|期)?(?:末|后期|期末|初)?"
    r"|(?:本|21|二十一)世纪(?P<part>中叶|末)"
)
_LEAD = re.compile(r"(?:力争|争取|预计|计划|确保)?(?:到|至|截至|截止|在|于|从|自)?\s*$")
_LONGEST_LEAD = 4


@dataclass(frozen=True)
class Deadline:
    """A year and where it stands."""

    year: int
    span: Span


def years_in(folded: str, start: int = 0, end: int | None = None) -> list[Deadline]:
    """Return the years that a stretch of folded text names, plans (“十一五”) by their last year, in order.

    Years that belong to a title in 《》, to a document number or to a full date are not meant.

    >>> [d.year for d in years_in('到2015年,"十一五"末和本世纪末,2011-2020年')]
    [2015, 2010, 2100, 2020]
    """
    end = len(folded) if end is None else end
    found = []
    for match in _YEAR.finditer(folded, start, end):
        before = max(start, match.start() - _LONGEST_LEAD)
        lead = _LEAD.search(folded[before : match.start()])
        opens = before + lead.start() if lead else match.start()
        year = _end_of_century(folded, match) if match["part"] else _read(match, led=opens < match.start())
        if year and not _inside_reference(folded, match):
            found.append(Deadline(year, Span(opens, match.end())))
    return found


def _read(match: re.Match[str], led: bool) -> int | None:
    if match["plan"]:
        return 2010 + 5 * (DIGITS[match["plan"][1]] - 1)
    if match["hanzi"]:
        year = int("".join(str(DIGITS[c]) for c in match["hanzi"]))
        return year if 1949 <= year <= 2100 else None
    if not (match["tail"] or match[0].endswith("年") or led):
        return None
    return int(match["last"] or match["year"])


def _end_of_century(folded: str, match: re.Match[str]) -> int:
    """What speaks of years of the last century only was written in it."""
    last = match[0].startswith("本") and re.search(r"19\d\d年", folded) and not re.search(r"20\d\d年", folded)
    return (1900 if last else 2000) + (100 if match["part"] == "末" else 50)


def _inside_reference(folded: str, match: re.Match[str]) -> bool:
    before, after = folded[max(0, match.start() - 60) : match.start()], folded[match.end() : match.end() + 12]
    in_title = before.rfind("《") > before.rfind("》")
    numbered = re.match(r"年?\s*\)?\s*(?:第?\s*\d+\s*号)", after) is not None
    dated = re.match(r"年?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*月", after) is not None
    return in_title or numbered or dated
