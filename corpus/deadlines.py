"""Find the year that governs a sentence: its own, that of the sentence which leads in, or that of the goals it stands under."""

import re
from collections.abc import Sequence

from corpus.fold import fold
from corpus.outline import Placed, Section
from corpus.table_row import row_cells
from corpus.years import Deadline, years_in

__all__ = ["Deadline", "governing", "years_in"]

_GOAL = re.compile(r"目标|指标|达到|实现|建成|形成|水平|任务")
_OPENING = 14  # characters from the start of a sentence within which a year leads it
_REACH = 600  # characters that a year governs on its own line, where nothing else ends its reign
_GENERAL_GOAL = re.compile(r"总体目标|总目标|主要目标|发展目标|工作目标|目标任务")
_LEADS = 40  # lead-ins of a shuffled document that are looked at


def governing(text: str, placed: Sequence[Placed]) -> tuple[Deadline | None, ...]:
    """Return, for every placed sentence, the deadline it inherits: not its own words' but that of what leads in to it."""
    folded = fold(text)
    own = [_leading(folded, p) for p in placed]
    if any(p.section.derived for p in placed):
        return _in_shuffled(folded, placed, own)
    inherited: list[Deadline | None] = []
    of_section: dict[int, Deadline] = {}  # id of a section -> what governs the sections below it
    running: Deadline | None = None
    colon = False  # what governs was introduced by a colon, so that new lines go on with it
    for i, p in enumerate(placed):
        before = placed[i - 1] if i else p
        if before.section is not p.section or (running and _out_of_reach(running, p)):
            running, colon = _from_above(p.section, of_section), False
        elif before.sentence.line != p.sentence.line and not colon:
            leads_in = folded[before.sentence.end - 1] == ":" and bool(own[i - 1])
            running = own[i - 1] if leads_in else _from_above(p.section, of_section)
            colon = leads_in
        inherited.append(running)
        if (mine := own[i]) and _reigns(folded, p, mine):
            running, colon = mine, folded[p.sentence.end - 1] == ":"
            _govern(folded, p, mine, of_section)
    return tuple(inherited)


def _reigns(folded: str, p: Placed, deadline: Deadline) -> bool:
    """A year up to which something is to be done governs what follows; one in which something was done does not."""
    if folded.startswith(("到", "至", "力争", "争取", "确保", "预计", "计划"), deadline.span.start):
        return True
    return bool(_GOAL.search(folded, p.sentence.start, p.sentence.end)) or folded[p.sentence.end - 1] == ":"


def _out_of_reach(running: Deadline, p: Placed) -> bool:
    return p.sentence.start - running.span.end > _REACH


def _leading(folded: str, p: Placed) -> Deadline | None:
    """The year a sentence opens with: 到2015年，…… also behind its heading: （一）总体目标。到2015年"""
    if row_cells(folded, p.sentence.span):
        return None  # its years stand over its own columns
    start = p.section.titles[-1].end if p.sentence.marker and p.section.title and not p.heading else p.sentence.start
    head = folded[start : min(p.sentence.end, start + 60)]
    offset = start + len(head) - len(head.lstrip(":：。 -"))
    found = years_in(folded, offset, min(p.sentence.end, offset + 40))
    leads = found and found[0].span.start - offset <= _OPENING
    return found[0] if leads and not folded.startswith(("以来", "起"), found[0].span.end) else None


def _govern(folded: str, p: Placed, deadline: Deadline, of_section: dict[int, Deadline]) -> None:
    """Note what a leading sentence governs: the sections below its own and, under a general goal, its section's siblings."""
    if not _GOAL.search(folded, p.sentence.start, p.sentence.end):
        return
    of_section[id(p.section)] = deadline
    title = p.section.title.of(folded) if p.section.title else ""
    parent = p.section.parent
    if parent and parent.parent and _GENERAL_GOAL.search(title):  # at the top level the siblings are no goals
        of_section.setdefault(id(parent), deadline)


def _from_above(section: Section, of_section: dict[int, Deadline]) -> Deadline | None:
    node: Section | None = section
    while node is not None:
        if id(node) in of_section:
            return of_section[id(node)]
        node = node.parent
    return None


def _in_shuffled(folded: str, placed: Sequence[Placed], own: Sequence[Deadline | None]) -> tuple[Deadline | None, ...]:
    """Where order proves nothing, a lead-in governs the headed sections that it names, or all of them if it is the only one."""
    leads = [(p.sentence.span.of(folded), d) for p, d in zip(placed, own, strict=True) if d]
    leads = [(words, d) for words, d in leads if re.search(r"(?:以下|下列|如下)[^。]{0,8}:$", words)][:_LEADS]
    years = {d.year for _, d in leads}
    result: list[Deadline | None] = []
    for p, d in zip(placed, own, strict=True):
        titles = [
            re.sub(r"^\W?[一二三四五六七八九十\d]+\W", "", t.of(folded)).strip(" .、)。") for t in p.section.titles
        ]
        named = next((lead for words, lead in leads if any(len(t) >= 2 and t in words for t in titles)), None)
        only = leads[0][1] if len(years) == 1 and p.section.derived else None
        result.append(None if d else named or only)
    return tuple(result)
