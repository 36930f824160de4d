"""Read the table of a comparison out of an answer, and show its figures side by side. Knows nothing of how it was found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

from bot.answer import Answer
from bot.web import texts
from bot.web.sources import escaped
from corpus.fold import fold
from corpus.quantities import Quantity, find_quantities

_MARKER = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True)
class Row:
    """One thing compared: the cells as they read, the numbers of the citations that prove them, its figure if it has one."""

    cells: tuple[str, ...]
    numbers: tuple[int, ...]
    figure: Quantity | None
    said: str  # the figure's cell as it reads: 98%以上


@dataclass(frozen=True)
class Comparison:
    """A table of at least two rows, of which at least one is proven."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def unit(self) -> str | None:
        """The unit that all figures share, None where they have none in common and cannot be drawn side by side."""
        units = {row.figure.unit for row in self.rows if row.figure}
        return units.pop() if len(units) == 1 else None


def comparison_of(answer: Answer) -> Comparison | None:
    """Return the first table of an answer whose rows carry markers; None where there is none."""
    if answer.refused or "|" not in answer.text:
        return None
    header, *rows = _table(answer.text) or [[]]
    compared = tuple(_row(cells, len(answer.citations)) for cells in rows)
    if len(compared) < 2 or not any(row.numbers for row in compared):
        return None
    return Comparison(tuple(_plain(cell) for cell in header), compared)


def chart_html(comparison: Comparison, anchor: str) -> str:
    """Return a bar for each row that has a figure, each leading to its sentence; empty for fewer than two figures of one unit.

    The bars are drawn, nothing is loaded; who cannot see them reads names and figures.
    """
    unit, figures = comparison.unit, [row.figure for row in comparison.rows if row.figure]
    if unit is None or len(figures) < 2:
        return ""
    top = 100.0 if unit == "%" and all(f.high <= 100 for f in figures) else max(f.high for f in figures)
    if top <= 0:
        return ""
    bars = "".join(_bar(row, top, anchor) for row in comparison.rows)
    title = texts.CHART_UNIT.format(unit=escaped(unit)) if unit else texts.CHART
    return f'<figure class="chart"><figcaption>{title}</figcaption>{bars}</figure>'


def _bar(row: Row, top: float, anchor: str) -> str:
    name = f'<span class="bar-name">{escaped(row.cells[0])}</span>'
    if row.figure is None:
        return f'<div class="bar-row absent">{name}<span class="bar-said">{texts.CHART_ABSENT}</span></div>'
    low, high = (round(100 * value / top, 2) for value in (row.figure.low, row.figure.high))
    start = low if high > low else 0.0  # 5-6家 is drawn from 5 to 6
    drawn = f'<svg class="bar"><rect x="{start}%" width="{high - start:g}%" height="100%"></rect></svg>'
    said, number = escaped(row.said), row.numbers[0] if row.numbers else 0
    if number:
        title = texts.CELL.format(number=number)
        said = f'<a class="cell" href="#{escaped(anchor)}-{number}" title="{title}">{said}</a>'
    return f'<div class="bar-row">{name}{drawn}<span class="bar-said">{said}</span></div>'


def _row(cells: Sequence[str], sources: int) -> Row:
    numbers = [int(n) for cell in cells for n in _MARKER.findall(cell) if 1 <= int(n) <= sources]
    marked = next((cell for cell in cells[1:] if _MARKER.search(cell)), "")
    said = _plain(marked)
    figures = find_quantities(fold(said)) if said else []
    return Row(
        tuple(_plain(cell) for cell in cells), tuple(dict.fromkeys(numbers)), figures[0] if figures else None, said
    )


def _plain(cell: str) -> str:
    return _MARKER.sub("", cell).replace("**", "").strip()


def _table(text: str) -> list[list[str]] | None:
    """Return the cells of the first table, row by row, the header first."""
    rows: list[list[str]] = []
    is_cell = False
    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            is_cell = True
        elif token.type == "inline" and is_cell:
            rows[-1].append(token.content)
            is_cell = False
        elif token.type == "table_close":
            return rows
    return None
