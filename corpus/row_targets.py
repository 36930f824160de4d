"""Find the quantified commitments in a row of a table: the row names the indicator, a column's heading the year."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.document import Document, Span, Target
from corpus.outline import Placed
from corpus.quantities import Quantity, find_quantities
from corpus.table_row import RowCell
from corpus.years import Deadline, years_in

_NAMES = re.compile(r"指标|项目|名称|事项|内容|任务|工程")
_PLACES = re.compile(r"地区|区域|城市|区县|县区|市县|省份|市州|[省市区县]")
_NO_NAME = re.compile(
    r"序号|编号|代码|单位|类别|类型|属性|备注|说明|责任|牵头|部门|时限|期限|时间|日期|年份|年度|电话|地址|邮编|排名|联系"
)
_UNIT = re.compile(r"(?:计量|度量|数量)?单位")
_NOW = re.compile(r"现状|基数|基期|实际|已?完成[值数]?|现有")
_SAYS_LITTLE = re.compile(
    r"目标值?|指标值?|规划值?|计划|数值|预期|累计|现状值?|基数|基期|实际|完成[值数]|[()\s:年末底到至前]|数$|值$"
)
_BRACKET = re.compile(r"\((?P<unit>[^()]{1,10})\)\s*$")
_BESIDE = 6  # characters of a cell beside its figure, at most
_YEAR = re.compile(r"(?:19|20)\d\d")


def row_targets(
    document: Document, folded: str, p: Placed, above: Deadline | None, cells: Sequence[RowCell]
) -> Iterator[Target]:
    """Yield the targets of a row, in order. ``above`` is the deadline that governs the table."""
    name = _name(folded, cells)
    if name is None:
        return
    place = next(
        (c for c in cells if c.heading and _PLACES.fullmatch(c.heading.of(folded)) and _words(folded, c)), None
    )
    unit_cell = next((c for c in cells if c.heading and _UNIT.fullmatch(c.heading.of(folded).strip())), None)
    for cell in cells:
        heading = cell.heading
        if cell is name or cell is place or cell is unit_cell or heading is None or _NO_NAME.search(heading.of(folded)):
            continue
        quantity = _figure(folded, cell.value)
        indicator = _indicator(document, folded, name, heading, name is place)
        if quantity is None or len(indicator) < 2:
            continue
        factor, unit = _unit(folded, quantity, name, heading, unit_cell)
        deadline = _deadline(folded, heading) or above
        where = place.value if place else None
        yield Target(
            id=f"{document.id}@{quantity.start}",
            document_id=document.id,
            indicator=indicator,
            quantity=document.text[quantity.start : quantity.end],
            comparator=quantity.comparator,
            low=_times(quantity.low, factor),
            high=_times(quantity.high, factor),
            unit=unit,
            span=Span(quantity.start, quantity.end),
            clause=p.sentence.span,
            sentence=p.sentence.span,
            headings=tuple(re.sub(r"\s+", " ", title.of(document.text)) for title in p.section.titles),
            year=deadline.year if deadline else None,
            deadline=deadline.span if deadline else None,
            scope=where.of(document.text).strip() if where else None,
            scope_span=where,
            reached=bool(_NOW.search(folded, heading.start, heading.end)),
        )


def _name(folded: str, cells: Sequence[RowCell]) -> RowCell | None:
    """The cell that says what the row is about."""
    worded = [cell for cell in cells if _words(folded, cell)]
    named = [cell for cell in worded if cell.heading and _NAMES.search(folded, cell.heading.start, cell.heading.end)]
    free = [
        cell for cell in worded if not (cell.heading and _NO_NAME.search(folded, cell.heading.start, cell.heading.end))
    ]
    return next(iter([*named, *free]), None)


def _words(folded: str, cell: RowCell) -> bool:
    """Whether a cell holds words and not a figure."""
    return bool(re.search(r"[^\W\d]{2,}", cell.value.of(folded))) and _figure(folded, cell.value) is None


def _figure(folded: str, value: Span) -> Quantity | None:
    """The figure that a cell holds and little else."""
    found = find_quantities(folded, value.start, value.end)
    if len(found) != 1:
        return None
    figure = found[0]
    if folded[value.start : figure.start].strip() == "-":  # below zero, and no dash between two figures
        figure = replace(figure, start=folded.index("-", value.start), low=-figure.low, high=-figure.high)
    beside = folded[value.start : figure.start] + folded[figure.end : value.end]
    return figure if len(beside.strip()) <= _BESIDE else None


def _indicator(document: Document, folded: str, name: RowCell, heading: Span, is_place: bool) -> str:
    """The row's name, and what the column's heading says besides a year; of a place the heading alone."""
    own = "" if is_place else _BRACKET.sub("", name.value.of(folded)).strip()
    words = heading.of(folded)
    for year in years_in(folded, heading.start, heading.end):
        words = words.replace(year.span.of(folded), "")
    words = _BRACKET.sub("", _YEAR.sub("", words))
    column = heading.of(document.text) if is_place else ""
    more = "" if _SAYS_LITTLE.sub("", words) == "" else re.sub(r"[\s:()]", "", words)
    if is_place and not more:
        return re.sub(r"\s", "", column) if len(_SAYS_LITTLE.sub("", column)) >= 2 else ""
    start = name.value.start + (len(name.value.of(folded)) - len(name.value.of(folded).lstrip()))
    shown = document.text[start : start + len(own)] if own else ""
    return re.sub(r"\s", "", f"{shown}{more}")


def _unit(
    folded: str, quantity: Quantity, name: RowCell, heading: Span, unit_cell: RowCell | None
) -> tuple[float, str]:
    """The unit of a figure, and by what it multiplies: said with it, in a column, or in brackets behind a heading."""
    if quantity.unit:
        return 1.0, quantity.unit
    said = [unit_cell.value.of(folded)] if unit_cell else []
    said += [m["unit"] for span in (heading, name.value) if (m := _BRACKET.search(span.of(folded).strip()))]
    for words in said:
        one = find_quantities(f"1{words.strip()}")
        if len(one) == 1 and one[0].unit and one[0].end == len(words.strip()) + 1:
            return one[0].low or 1.0, one[0].unit
    return 1.0, ""


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _deadline(folded: str, heading: Span) -> Deadline | None:
    """The year that a heading names, also a bare 2015."""
    if years := years_in(folded, heading.start, heading.end):
        return years[-1]
    bare = _YEAR.search(folded, heading.start, heading.end)
    return Deadline(int(bare[0]), Span(*bare.span())) if bare else None
