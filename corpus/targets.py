"""Find the quantified commitments of a document: indicator, figure, deadline and scope, each with its span."""

import re
from collections.abc import Iterator, Sequence

from corpus.deadlines import Deadline, years_in
from corpus.document import Document, Span, Target
from corpus.fold import fold
from corpus.outline import Placed
from corpus.quantities import Quantity, find_quantities
from corpus.regions import find_regions

_BREAK = re.compile(r"[,，;；。！!?？\n]")
_VERBS_BEFORE = re.compile(r"(?:要|应|应当|须|均|都|将|力争|确保|努力|保持|稳定|持续|基本|总体)*(?:达到|达|超过|为|是|在|到|至|提高到|提高至|下降到|降到|降至|增加到|增长到|控制在|保持在|稳定在|维持在|持续保持在|实现|完成|突破|高于|大于|低于|不低于|不少于|不超过|占)?\s*$")
_REACHED = re.compile(r"近年来|多年来|去年|上年|已(?:经)?(?:达|有|建|完成|实现|突破|超过)|位居|截至目前|目前|共有|(?:提高|增长|上升|下降)了|(?:指数|率)(?:达到|达|为)\d[\d.]*%?,位居")
_WHOLE = re.compile(r"全部(?=\(|达到?|通过|实现|完成|符合|采用|持证|纳入|建成|取得|安装)")
_PLACE_TAIL = re.compile(r"(?:地区|区域|各市|等地)+")
_STATISTIC_UNITS = frozenset({"年", "日", "天", "月", "期", "届", "号", "条", "款", "类", "级", "度", "周"})


def targets(document: Document, placed: Sequence[Placed], deadlines: Sequence[Deadline | None]) -> Iterator[Target]:
    """Yield the targets of a document in order of their quantities.

    ``deadlines`` holds what governs each placed sentence from above; a year in the sentence itself goes before it.
    """
    folded = fold(document.text)
    for p, above in zip(placed, deadlines, strict=True):
        if p.heading:
            continue
        quantities = _quantities(folded, p.sentence.span)
        for quantity in quantities:
            if target := _target(document, folded, p, above, quantity, quantities):
                yield target


def _quantities(folded: str, sentence: Span) -> list[Quantity]:
    wholes = [Quantity(m.start(), m.end(), "=", 100.0, 100.0, "%", m.start()) for m in _WHOLE.finditer(folded, sentence.start, sentence.end)]
    return sorted([*find_quantities(folded, sentence.start, sentence.end), *wholes], key=lambda q: q.start)


def _target(
    document: Document, folded: str, p: Placed, above: Deadline | None, quantity: Quantity, all_: Sequence[Quantity]
) -> Target | None:
    sentence = p.sentence.span
    clause = clause_of(folded, sentence, quantity.start, quantity.end)
    if _attributive(folded, clause, quantity):
        return None
    deadline = _deadline(folded, sentence, quantity, above)
    scope = _scope(folded, clause, quantity)
    body = Span(p.sentence.marker.end if p.sentence.marker else sentence.start, sentence.end)
    indicator = _indicator(folded, body, clause, quantity, [q for q in all_ if not _attributive(folded, clause, q)])
    if not indicator:
        return None
    return Target(
        id=f"{document.id}@{quantity.start}",
        document_id=document.id,
        indicator=re.sub(r"\s", "", "".join(span.of(document.text) for span in indicator)),
        quantity=document.text[quantity.start : quantity.end],
        comparator=quantity.comparator,
        low=quantity.low,
        high=quantity.high,
        unit=quantity.unit,
        span=Span(quantity.start, quantity.end),
        clause=clause,
        sentence=sentence,
        headings=tuple(re.sub(r"\s+", " ", t.of(document.text)) for t in p.section.titles),
        year=deadline.year if deadline else None,
        deadline=deadline.span if deadline else None,
        scope=scope.of(document.text) if scope else None,
        scope_span=scope,
        reached=deadline is None and bool(_REACHED.search(sentence.of(folded))),
    )


def clause_of(folded: str, sentence: Span, start: int, end: int) -> Span:
    """Return the clause of a sentence around ``start:end``: what commas and semicolons part, brackets kept whole."""
    left, right, depth = sentence.start, sentence.end, 0
    for i in range(start - 1, sentence.start - 1, -1):
        depth += (folded[i] == ")") - (folded[i] == "(")
        if depth <= 0 and _BREAK.match(folded[i]):
            left = i + 1
            break
    depth = 0
    for i in range(end, sentence.end):
        depth += (folded[i] == "(") - (folded[i] == ")")
        if depth <= 0 and _BREAK.match(folded[i]):
            right = i
            break
    while left < right and folded[left].isspace():
        left += 1
    return Span(left, right)


def _attributive(folded: str, clause: Span, quantity: Quantity) -> bool:
    """A figure that only describes what is counted: 产值1000万元以上的企业, 超1000亿元的名牌企业; or that dates something."""
    after = folded[quantity.end : clause.end]
    if quantity.unit in _STATISTIC_UNITS and quantity.comparator == "=":
        return True
    share = quantity.unit == "%" and quantity.comparator != "="  # 60%以上的小型企业
    if not share and re.match(r"(?:人民币|美元)?(?:以上|以下|以内)?的(?!\d)", after) and len(after) > 2:
        return True
    return not quantity.unit and quantity.comparator == "=" and not _figure_verb(folded, clause, quantity)


def _figure_verb(folded: str, clause: Span, quantity: Quantity) -> bool:
    before = folded[clause.start : quantity.start]
    return before.endswith(("达到", "达", "为", "提高到", "降至", "降到", "控制在", "保持在", "稳定在", "实现", "完成"))


def _deadline(folded: str, sentence: Span, quantity: Quantity, above: Deadline | None) -> Deadline | None:
    own = years_in(folded, sentence.start, quantity.start)
    return own[-1] if own else above


def _scope(folded: str, clause: Span, quantity: Quantity) -> Span | None:
    """The sub-region that a figure is limited to: a place directly before it, or one that its clause or bracket opens with."""
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


def _places(folded: str, start: int, end: int) -> list[Span]:
    """Regions that a text names in a row, 东西两翼、粤北地区, as one span each row."""
    rows: list[Span] = []
    for mention in find_regions(folded[start:end]):
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


def _indicator(folded: str, body: Span, clause: Span, quantity: Quantity, figures: Sequence[Quantity]) -> list[Span]:
    """The words that say what is measured: those of the clause without its figures and the places they are limited to.

    A clause that holds nothing else takes the words of the clause before it: 合格率，珠江三角洲地区达到95%，粤北达到90%.
    """
    before, after = _words(folded, body, clause, quantity, figures)
    if len(_plain(folded, after)) >= 2 and not _complete(folded, before, quantity.unit):
        before = [*before, *after]
    if _plain(folded, before):
        return before
    earlier = clause.start - 1
    while earlier > body.start:
        previous = clause_of(folded, body, earlier, earlier)
        words, _ = _words(folded, body, previous, Quantity(previous.end, previous.end, "=", 0, 0, "", previous.end), figures)
        if len(_plain(folded, words)) >= 3:
            return words
        earlier = min(previous.start, earlier) - 1
    return []


def _plain(folded: str, spans: Sequence[Span]) -> str:
    return re.sub(r"[\W\d]", "", "".join(span.of(folded) for span in spans))


def _words(
    folded: str, body: Span, clause: Span, quantity: Quantity, figures: Sequence[Quantity]
) -> tuple[list[Span], list[Span]]:
    """The clause's words before and after a figure: brackets with figures, other figures and their places left out."""
    bracket = _bracket(folded, clause, quantity)
    others = [q for q in figures if clause.start <= q.start < clause.end and not (bracket and q is quantity)]
    rows = [q for q in others if q.end <= quantity.start and folded[q.end : q.end + 1] == "、"]
    start = max(clause.start, body.start, rows[-1].end + 1 if rows else 0)
    gaps = [bracket] if bracket else []
    gaps += [g for q in figures if clause.start <= q.start < clause.end and (g := _bracket(folded, clause, q))]
    gaps += [_with_verb(folded, start, q) for q in [*others, quantity] if q.start >= start]
    gaps += [place for g in list(gaps) for place in _places(folded, start, min(g.start, clause.end)) if place.end >= g.start]
    kept = _without(Span(start, clause.end), gaps)
    edge = bracket.start if bracket else quantity.start
    before = [_undated(folded, span) for span in kept if span.end <= edge]
    after = [span for span in kept if span.start >= edge]
    return [s for s in before if s.end > s.start], after


def _with_verb(folded: str, start: int, quantity: Quantity) -> Span:
    verb = _VERBS_BEFORE.search(folded, start, quantity.start)
    return Span(verb.start() if verb and verb.group().strip() else quantity.start, quantity.end)


def _without(span: Span, gaps: Sequence[Span]) -> list[Span]:
    kept, at = [], span.start
    for gap in sorted(gaps):
        if gap.start > at:
            kept.append(Span(at, min(gap.start, span.end)))
        at = max(at, gap.end)
    if at < span.end:
        kept.append(Span(at, span.end))
    return kept


def _undated(folded: str, span: Span) -> Span:
    """Leave out the deadline that an indicator opens with."""
    years = [d for d in years_in(folded, span.start, span.end) if d.span.start <= span.start + 2]
    start = years[-1].span.end if years else span.start
    while start < span.end and folded[start] in " ,、:(-":
        start += 1
    return Span(min(start, span.end), span.end)


_MEASURES = r"率|量|数|度|值|额|指数|比例|比重|能耗|水耗|面积|占比|规模|天数|得分"
_COUNTED = rf"{_MEASURES}|企业|产品|中心|平台|项目|单位|区|基地|品牌|名牌|机构|人员|人才|市场|店\)?\"?"


def _complete(folded: str, spans: Sequence[Span], unit: str) -> bool:
    """What stands before the figure already names something measured, or counted where the unit counts."""
    words = "".join(span.of(folded) for span in spans)
    named = _MEASURES if unit in ("%", "") else _COUNTED
    return bool(re.search(rf"(?:{named})(?:[^一-鿿]*|分别|均)$", words))
