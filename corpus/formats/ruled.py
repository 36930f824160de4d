"""Find the tables that lines rule on the pages of a PDF, by pdfplumber. Knows places, takes no text from it.

Its text has radicals in place of characters, so whoever has better text gives it for a place.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from corpus.formats.grid import Cell, table_lines

_SNAP = 3.0  # points within which edges of cells are one
_FEWEST_CELLS = 4

TextAt = Callable[[float, float, float, float], str]  # left, bottom, right, top → what stands there


@dataclass(frozen=True)
class RuledTable:
    """A table: where it lies, in points from the lower left, and the boxes of its cells."""

    left: float
    bottom: float
    right: float
    top: float
    boxes: tuple[tuple[float, float, float, float], ...]

    def lines(self, text_at: TextAt, above: str = "") -> Iterator[str]:
        """Yield the table's lines, with the text that ``text_at`` has for each cell; ``above`` is the line over it."""
        columns = _edges([box[0] for box in self.boxes], [box[2] for box in self.boxes])
        rows = _edges([-box[3] for box in self.boxes], [-box[1] for box in self.boxes])
        cells = []
        for left, bottom, right, top in self.boxes:
            x, y = _nearest(columns, left), _nearest(rows, -top)
            wide, high = max(1, _nearest(columns, right) - x), max(1, _nearest(rows, -bottom) - y)
            cells.append(Cell(y, x, text_at(left + 1, bottom + 1, right - 1, top - 1), high, wide))
        yield from table_lines(sorted(cells, key=lambda cell: (cell.row, cell.column)), above)


class Ruled:
    """The ruled tables of a PDF, page by page; the file is opened at the first page that is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pdf: Any = None

    def __enter__(self) -> "Ruled":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pdf is not None:
            self._pdf.close()

    def tables(self, number: int) -> Sequence[RuledTable]:
        """Return the tables of one page; none where pdfplumber cannot read it."""
        import pdfplumber

        try:
            if self._pdf is None:
                self._pdf = pdfplumber.open(io.BytesIO(self._data))
            page = self._pdf.pages[number]
            found = [_table(page, table) for table in page.find_tables()]
            page.close()
        except Exception:  # pdfminer raises whatever a damaged file leads it to; the page keeps its text
            return ()
        return [table for table in found if len(table.boxes) >= _FEWEST_CELLS]


def _table(page: Any, table: Any) -> RuledTable:
    height, left, floor = page.bbox[3], page.bbox[0], page.bbox[1]
    boxes = [
        (x0 - left, height - bottom - floor, x1 - left, height - top - floor) for x0, top, x1, bottom in table.cells
    ]
    x0, top, x1, bottom = table.bbox
    return RuledTable(x0 - left, height - bottom - floor, x1 - left, height - top - floor, tuple(boxes))


def _edges(*values: Sequence[float]) -> list[float]:
    """The places of the edges, those that nearly coincide once."""
    edges: list[float] = []
    for value in sorted(each for some in values for each in some):
        if not edges or value - edges[-1] > _SNAP:
            edges.append(value)
    return edges


def _nearest(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - value))
