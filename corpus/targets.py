"""Find the quantified commitments of a document: indicator, figure, deadline and scope, each with its span."""

import re
from collections.abc import Iterator, Sequence

from corpus.document import Document, Span, Target
from corpus.fold import fold
from corpus.indicators import clause_of, indicator, scope
from corpus.outline import Placed
from corpus.quantities import Quantity, find_quantities
from corpus.units import TIMES
from corpus.years import Deadline, years_in

_REACHED = re.compile(
    r"近年来|多年来|去年|上年|已(?:经)?(?:累计|达|有|建|完成|实现|突破|超过)|累计|位居|截[至止](?!时间|日期)|目前|共有|(?:提高|增长|上升|下降)了"
    r"|(?:指数|率)(?:达到|达|为)\d[\d.]*%?,位居"
)
WHOLE = re.compile(r"全部(?=\(|达到?|通过|实现|完成|符合|采用|持证|纳入|建成|取得|安装)")
_LABELS = TIMES | {
    "周年",
    "期",
    "届",
    "号",
    "条",
    "款",
    "类",
    "级",
    "度",
    "周",
    "节",
    "次",
    "起",
}  # units that rather date or name
_STATES = re.compile(r"(?:达到?|为|提高到|降[至到]|控制在|保持在|稳定在|实现|完成|期|期限|时间|不)$")
_GIVES = re.compile(r"(?:处以?|给予|罚款?|奖励|奖|补助|补贴|资助|支付|缴纳|赔偿)[^,;]{0,12}$")
_LONGEST = 2000  # characters, above which a line without stops is no sentence
_NEAR = 12  # characters behind a figure that still speak of it
_MOST = 40  # figures, above which a sentence is a table


def targets(document: Document, placed: Sequence[Placed], deadlines: Sequence[Deadline | None]) -> Iterator[Target]:
    """Yield the targets of a document in order of their quantities.

    ``deadlines`` holds what governs each placed sentence from above; a year in the sentence itself goes before it.
    """
    folded = fold(document.text)
    for p, above in zip(placed, deadlines, strict=True):
        sentence = p.sentence.span
        if p.heading or sentence.end - sentence.start > _LONGEST:
            continue
        figures = list(_figures(folded, sentence))
        for quantity, clause in figures if len(figures) <= _MOST else ():
            if target := _target(document, folded, p, above, quantity, clause, [q for q, _ in figures]):
                yield target


def _figures(folded: str, sentence: Span) -> Iterator[tuple[Quantity, Span]]:
    """Yield the figures that stand for themselves, with their clauses, in order."""
    found = find_quantities(folded, sentence.start, sentence.end)
    for match in WHOLE.finditer(folded, sentence.start, sentence.end):
        found.append(Quantity(match.start(), match.end(), "=", 100.0, 100.0, "%", match.start()))
    for quantity in sorted(found, key=lambda q: q.start):
        clause = clause_of(folded, sentence, quantity.start, quantity.end)
        if not attributive(folded, clause, quantity):
            yield quantity, clause


def attributive(folded: str, clause: Span, quantity: Quantity) -> bool:
    """Tell whether a figure only describes what is counted, 产值1000万元以上的企业, 超1000亿元的名牌企业, or dates something."""
    before, after = folded[clause.start : quantity.start], folded[quantity.end : clause.end]
    if quantity.unit in _LABELS and quantity.comparator == "=" and quantity.low == quantity.high:
        return not _STATES.search(before)
    share = quantity.unit == "%" and quantity.comparator != "="  # 60%以上的小型企业
    described = re.match(r"(?:人民币|美元)?(?:以上|以下|以内)?的(?!\d)", after) and len(after) > 2
    if not share and described and not _GIVES.search(before):
        return True
    return not quantity.unit and quantity.comparator == "=" and not _STATES.search(before)


def _target(
    document: Document,
    folded: str,
    p: Placed,
    above: Deadline | None,
    quantity: Quantity,
    clause: Span,
    figures: Sequence[Quantity],
) -> Target | None:
    sentence = p.sentence.span
    body = Span(p.sentence.marker.end if p.sentence.marker else sentence.start, sentence.end)
    words = indicator(folded, body, clause, quantity, figures)
    if not words:
        return None
    deadline = _deadline(folded, sentence, quantity) or above
    where = scope(folded, clause, quantity)
    said_of_now = deadline is None or deadline.span.of(folded).startswith("截")
    return Target(
        id=f"{document.id}@{quantity.start}",
        document_id=document.id,
        indicator=re.sub(r"\s", "", "".join(span.of(document.text) for span in words)),
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
        scope=where.of(document.text) if where else None,
        scope_span=where,
        reached=said_of_now and bool(_REACHED.search(folded, sentence.start, min(sentence.end, quantity.end + _NEAR))),
    )


def _deadline(folded: str, sentence: Span, quantity: Quantity) -> Deadline | None:
    """The last year that the sentence names before the figure; one since when something holds is none."""
    own = [d for d in years_in(folded, sentence.start, quantity.start) if not folded.startswith("以来", d.span.end)]
    return own[-1] if own else None
