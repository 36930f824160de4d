"""Take a line apart that stands for a row of a table, 指标：达标率 | 2015年：98%. Works on folded text; knows no document."""

import re
from dataclasses import dataclass

from corpus.document import Span

BETWEEN = " | "
LONGEST = 400  # characters of a row that is one sentence; a longer one is cut like other text
_HEADING = re.compile(r"(?P<heading>[^:|]{1,40}):(?!//)")


@dataclass(frozen=True)
class RowCell:
    """A cell with the heading over it; both stand in the line."""

    heading: Span | None
    value: Span


def row_cells(folded: str, line: Span) -> tuple[RowCell, ...]:
    """Return the cells of a line that stands for a row; () of any other line. Most cells of a row have a heading."""
    if folded.find(BETWEEN, line.start, line.end) < 0:
        return ()
    cells: list[RowCell] = []
    start = line.start
    while start <= line.end:
        end = folded.find(BETWEEN, start, line.end)
        end = line.end if end < 0 else end
        match = _HEADING.match(folded, start, end)
        heading = Span(*match.span("heading")) if match else None
        cells.append(RowCell(heading, Span(match.end() if match else start, end)))
        start = end + len(BETWEEN)
    headed = sum(cell.heading is not None for cell in cells)
    return tuple(cells) if headed >= 0.6 * len(cells) else ()
