"""Find the year that governs a sentence: its own, that of the sentence which leads in, or that of the goals it stands under."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.document import Span
from corpus.fold import fold
from corpus.numerals import DIGITS
from corpus.outline import Placed, Section

_PLANS = "十一十二十三十四十五十六十七"
_YEAR = re.compile(
    r"(?P<lead>(?:力争|争取|预计|计划|确保)?(?:到|至|截至|截止|在|于|从|自)?)\s*"
    r"(?:(?P<year>(?:19|20)\d\d)(?:-(?P<last>(?:19|20)\d\d))?年?(?P<tail>年底|年末|底|末|前|之前|以前|初|度)?"
    r"|(?P<hanzi>[一二][〇零一二三四五六七八九]{3})年(?P<tail2>底|末|前|之前|以前)?"
    r"|\"?(?P<plan>十[一二三四五六七])五\"?(?:规划|计划)?(?:时期|期间|期)?(?P<tail3>末|后期|期末)?)"
)
_GOAL = re.compile(r"目标|指标|达到|实现|建成|形成|水平|任务")
_OPENING = 14  # characters from the start of a sentence within which a year leads it
_GENERAL_GOAL = re.compile(r"总体目标|总目标|主要目标|发展目标|工作目标|目标任务")


@dataclass(frozen=True)
class Deadline:
    """A year and where it stands."""

    year: int
    span: Span


def years_in(folded: str, start: int = 0, end: int | None = None) -> list[Deadline]:
    """Return the years that a stretch of folded text names, plans (“十一五”) by their last year, in order.

    Years that belong to a title in 《》, to a document number or to a full date are not meant.
    """
    end = len(folded) if end is None else end
    found = []
    for match in _YEAR.finditer(folded, start, end):
        year = _read(match)
        if year and not _inside_reference(folded, match):
            found.append(Deadline(year, Span(match.start(), match.end())))
    return found


def _read(match: re.Match[str]) -> int | None:
    if match["plan"]:
        return 2010 + 5 * (DIGITS[match["plan"][1]] - 1)
    if match["hanzi"]:
        year = int("".join(str(DIGITS[c]) for c in match["hanzi"]))
        return year if 1949 <= year <= 2100 else None
    if not (match["tail"] or match[0].endswith("年") or match["lead"]):
        return None
    return int(match["last"] or match["year"])


def _inside_reference(folded: str, match: re.Match[str]) -> bool:
    before, after = folded[max(0, match.start() - 60) : match.start()], folded[match.end() : match.end() + 12]
    in_title = before.rfind("《") > before.rfind("》")
    numbered = re.match(r"年?\s*\)?\s*(?:第?\s*\d+\s*号)", after) is not None
    dated = re.match(r"年?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*月", after) is not None
    return in_title or numbered or dated


def governing(text: str, placed: Sequence[Placed]) -> tuple[Deadline | None, ...]:
    """Return, for every placed sentence, the deadline it inherits: not its own words' but that of what leads in to it."""
    folded = fold(text)
    own = [_leading(folded, p) for p in placed]
    if any(p.section.derived for p in placed):
        return _in_shuffled(folded, placed, own)
    inherited: list[Deadline | None] = []
    of_section: dict[int, Deadline] = {}  # id of a section -> what governs the sections below it
    running: Deadline | None = None
    for i, p in enumerate(placed):
        if i and (placed[i - 1].section is not p.section):
            running = _from_above(p.section, of_section)
        elif i and placed[i - 1].sentence.line != p.sentence.line and not _colon(folded, placed, i - 1, running):
            running = _lead_in(folded, placed, own, i) or _from_above(p.section, of_section)
        inherited.append(running)
        if own[i]:
            running = own[i]
            _govern(folded, placed, i, own[i], of_section)
    return tuple(inherited)


def _leading(folded: str, p: Placed) -> Deadline | None:
    """The year a sentence opens with: 到2015年，…… also behind its heading: （一）总体目标。到2015年"""
    start = p.section.titles[-1].end if p.sentence.marker and p.section.title and not p.heading else p.sentence.start
    head = folded[start : p.sentence.end].lstrip(":：。 -")
    offset = p.sentence.end - len(head)
    found = years_in(folded, offset, min(p.sentence.end, offset + 40))
    if found and found[0].span.start - offset <= _OPENING:
        return found[0]
    return None


def _colon(folded: str, placed: Sequence[Placed], i: int, running: Deadline | None) -> bool:
    """Inside what a colon introduced, a new line goes on with the same deadline."""
    if running is None:
        return False
    lead = next((p for p in reversed(placed[: i + 1]) if p.sentence.start <= running.span.start < p.sentence.end), None)
    return lead is not None and folded[lead.sentence.end - 1] == ":"


def _lead_in(folded: str, placed: Sequence[Placed], own: Sequence[Deadline | None], i: int) -> Deadline | None:
    before = placed[i - 1]
    return own[i - 1] if folded[before.sentence.end - 1] == ":" else None


def _govern(folded: str, placed: Sequence[Placed], i: int, deadline: Deadline | None, of_section: dict[int, Deadline]) -> None:
    """Note what a leading sentence governs: the sections below its own and, under a general goal, its section's siblings."""
    p = placed[i]
    if deadline is None or not _GOAL.search(p.sentence.span.of(folded)):
        return
    of_section[id(p.section)] = deadline
    title = p.section.title.of(folded) if p.section.title else ""
    if p.section.parent and _GENERAL_GOAL.search(title):
        of_section.setdefault(id(p.section.parent), deadline)


def _from_above(section: Section, of_section: dict[int, Deadline]) -> Deadline | None:
    node: Section | None = section
    while node is not None:
        if id(node) in of_section:
            return of_section[id(node)]
        node = node.parent
    return None


def _in_shuffled(folded: str, placed: Sequence[Placed], own: Sequence[Deadline | None]) -> tuple[Deadline | None, ...]:
    """Where order proves nothing, a lead-in governs the headed sections that it names, or all of them if it is the only one."""
    leads = [(p, d) for p, d in zip(placed, own, strict=True) if d and re.search(r"(?:以下|下列|如下)[^。]{0,8}:$", p.sentence.span.of(folded))]
    years = {d.year for _, d in leads}
    result: list[Deadline | None] = []
    for p, d in zip(placed, own, strict=True):
        titles = [re.sub(r"^\W?[一二三四五六七八九十\d]+\W", "", t.of(folded)).strip(" .、)。") for t in p.section.titles]
        named = next((lead for q, lead in leads if any(len(t) >= 2 and t in q.sentence.span.of(folded) for t in titles)), None)
        only = leads[0][1] if len(years) == 1 and p.section.derived else None
        result.append(None if d else named or only)
    return tuple(result)
