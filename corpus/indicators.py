"""Find the words that say what a figure measures: those of its clause, without the figures and the places they are limited to."""

import re
from collections.abc import Iterator, Sequence

from corpus.document import Span
from corpus.quantities import Quantity
from corpus.regions import find_regions
from corpus.years import years_in

_VERBS_BEFORE = re.compile(
    r"(?:要|应|应当|须|均|都|将|力争|确保|努力|保持|稳定|持续|基本|总体)*"
    r"(?:达到|达|超过|为|是|在|到|至|提高到|提高至|下降到|降到|降至|增加到|增长到|控制在|保持在|稳定在|维持在|持续保持在|实现|完成|突破|高于|大于|低于|不低于|不少于|不超过|占)?\s*$"
)
_PLACE_TAIL = re.compile(r"(?:地区|区域|各市|等地)+")
_MEASURES = r"率|量|数|度|值|额|指数|比例|比重|能耗|水耗|面积|占比|规模|天数|得分"
_COUNTED = rf"{_MEASURES}|企业|产品|中心|平台|项目|单位|区|基地|品牌|名牌|机构|人员|人才|市场|店\)?\"?"
_BACK = 6  # clauses before its own in which a figure's indicator may stand


def clause_of(folded: str, sentence: Span, start: int, end: int) -> Span:
    """Return the clause of a sentence around ``start:end``: what commas and semicolons part, brackets kept whole."""
    left, right, depth = sentence.start, sentence.end, 0
    for i in range(start - 1, sentence.start - 1, -1):
        char = folded[i]
        if char == ")":
            depth += 1
        elif char == "(":
            depth -= 1
        elif depth <= 0 and char in ",，;；。!！?？\n":
            left = i + 1
            break
    depth = 0
    for i in range(end, sentence.end):
        char = folded[i]
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif depth <= 0 and char in ",，;；。!！?？\n":
            right = i
            break
    while left < right and folded[left].isspace():
        left += 1
    return Span(left, right)


def scope(folded: str, clause: Span, quantity: Quantity) -> Span | None:
    """Return the sub-region that a figure is limited to: directly before it, or what its clause or bracket opens with."""
    bracket = _bracket(folded, clause, quantity)
    left = bracket.start + 1 if bracket else clause.start
    while left < quantity.start and folded[left] in " 、":
        left += 1
    places = _places(folded, left, quantity.start)
    if not places:
        return None
    verb = _VERBS_BEFORE.search(folded, left, quantity.start)
    stop = verb.start() if verb else quantity.start
    adjoining = places[-1] if places[-1].end >= stop else None
    return adjoining or (places[0] if places[0].start == left and not folded.startswith("的", places[0].end) else None)


def indicator(folded: str, body: Span, clause: Span, quantity: Quantity, figures: Sequence[Quantity]) -> list[Span]:
    """Return the words that a figure measures, as spans; ``figures`` are all of the sentence that stand for themselves.

    A clause that holds nothing else takes the words of the clause before it: 合格率，珠江三角洲地区达到95%，粤北达到90%.
    """
    before, after = _words(folded, body, clause, quantity, figures)
    if len(_plain(folded, after)) >= 2 and not _complete(folded, before, quantity.unit):
        before = [*before, *after]
    if len(_plain(folded, before)) >= 2:
        return [*_trimmed(folded, before)]
    earlier = clause.start - 1
    for _ in range(_BACK):
        if earlier <= body.start:
            break
        previous = clause_of(folded, body, earlier, earlier)
        nothing = Quantity(previous.end, previous.end, "=", 0, 0, "", previous.end)
        words, _ = _words(folded, body, previous, nothing, figures)
        if len(_plain(folded, words)) >= 3:
            return [*_trimmed(folded, words)]
        earlier = min(previous.start, earlier) - 1
    return []


def _places(folded: str, start: int, end: int) -> list[Span]:
    """Regions that a text names in a row, 东西两翼、粤北地区, as one span each row."""
    rows: list[Span] = []
    for mention in find_regions(folded[start:end]) if end - start >= 2 else ():
        first, last = start + mention.start, start + mention.end
        tail = _PLACE_TAIL.match(folded, last, end)
        last = tail.end() if tail else last
        if rows and folded[rows[-1].end : first] in ("、", "和", ""):
            rows[-1] = Span(rows[-1].start, last)
        else:
            rows.append(Span(first, last))
    return rows


def _bracket(folded: str, clause: Span, quantity: Quantity) -> Span | None:
    left = folded.rfind("(", clause.start, quantity.start)
    if left < 0 or ")" in folded[left : quantity.start]:
        return None
    right = folded.find(")", quantity.end, clause.end)
    return Span(left, right + 1 if right >= 0 else clause.end)


def _plain(folded: str, spans: Sequence[Span]) -> str:
    return re.sub(r"[\W\d]", "", "".join(span.of(folded) for span in spans))


def _words(
    folded: str, body: Span, clause: Span, quantity: Quantity, figures: Sequence[Quantity]
) -> tuple[list[Span], list[Span]]:
    """The clause's words before and after a figure: brackets with figures, other figures and their places left out."""
    bracket = _bracket(folded, clause, quantity)
    own = [q for q in figures if clause.start <= q.start < clause.end]
    others = [q for q in own if not (bracket and q == quantity)]
    start = max(clause.start, body.start, _row_start(folded, quantity, others))
    gaps = [bracket] if bracket else []
    gaps += [g for q in own if (g := _bracket(folded, clause, q))]
    gaps += [_with_verb(folded, start, q) for q in (*others, quantity) if q.start >= start]
    gaps += [
        place for g in list(gaps) for place in _places(folded, start, min(g.start, clause.end)) if place.end >= g.start
    ]
    kept = list(_without(Span(start, clause.end), gaps))
    edge = bracket.start if bracket else quantity.start
    before = [_undated(folded, span) for span in kept if span.end <= edge]
    following = min((q.start for q in others if q.start > quantity.start), default=clause.end)
    until = clause.end if bracket or quantity.unit in ("%", "") else following  # 6个税种2个费种
    after = [span for span in kept if edge <= span.start < until]
    return [s for s in before if s.end > s.start], after


def _row_start(folded: str, quantity: Quantity, figures: Sequence[Quantity]) -> int:
    """After the last figure of a row that has words of its own: 企业达2家、名牌达5家, but not 80元、100元."""
    starts = [q.end + 1 for q in figures if q.end < quantity.start and folded[q.end] == "、"]
    while starts and not re.search(r"[^\W\d]", folded[starts[-1] : quantity.start]):
        starts.pop()
        quantity = next((q for q in reversed(figures) if q.end < quantity.start), quantity)
    return starts[-1] if starts else 0


def _with_verb(folded: str, start: int, quantity: Quantity) -> Span:
    verb = _VERBS_BEFORE.search(folded, max(start, quantity.start - 16), quantity.start)
    return Span(verb.start() if verb and verb.group().strip() else quantity.start, quantity.end)


def _without(span: Span, gaps: Sequence[Span]) -> Iterator[Span]:
    at = span.start
    for gap in sorted(gaps):
        if gap.start > at:
            yield Span(at, min(gap.start, span.end))
        at = max(at, gap.end)
    if at < span.end:
        yield Span(at, span.end)


def _undated(folded: str, span: Span) -> Span:
    """Leave out the deadline that an indicator opens with."""
    years = [d for d in years_in(folded, span.start, span.end) if d.span.start <= span.start + 2]
    start = years[-1].span.end if years else span.start
    while start < span.end and folded[start] in " ,、:(-":
        start += 1
    return Span(min(start, span.end), span.end)


def _trimmed(folded: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Leave out what joins words to figures: 的小型企业, 门票："""
    for i, span in enumerate(spans):
        start, end = span.start, span.end
        while i == 0 and start < end and folded[start] in "的 、:":
            start += 1
        while end > start and folded[end - 1] in " 、:-":
            end -= 1
        if start < end:
            yield Span(start, end)


def _complete(folded: str, spans: Sequence[Span], unit: str) -> bool:
    """What stands before the figure already names something measured, or counted where the unit counts."""
    words = "".join(span.of(folded) for span in spans)
    named = _MEASURES if unit in ("%", "") else _COUNTED
    return bool(re.search(rf"(?:{named})(?:[^一-鿿]*|分别|均)$", words))
