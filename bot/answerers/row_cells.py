"""Answer from the row of a table that came with its headings in each line: who is responsible, by when, under which class.

Figures with an indicator are targets, and answered as such; this is for the other cells.
"""

import re
from collections.abc import Iterator, Sequence

from bot.inquiry import Draft, Evidence, Found, Inquiry
from bot.reply import named
from corpus.document import Document, Span
from corpus.fold import fold
from corpus.table_row import RowCell, row_cells

_ASPECTS = (  # how people ask, and what the heading of such a column holds
    (
        re.compile(r"谁|哪[个些]?(?:单位|部门|机构)|负责|牵头|主管"),
        re.compile(r"责任|牵头|负责|主管|部门|承办|实施单位"),
    ),
    (re.compile(r"何时|什么时[候间]|时限|期限|多久|几月|哪[一]?年"), re.compile(r"时限|期限|时间|日期|年限")),
)
_LEAST_NAME = 3  # characters of the cell that says what a row is about
_ASPECT = 3  # what an aspect weighs, in pairs of characters


def answer_row(inquiry: Inquiry, found: Sequence[Found]) -> Draft | None:
    """Draft the cell of the row whose name the question says, under the heading that it says best; None: no such row."""
    question = "".join(inquiry.understood.folded.split())
    best: tuple[tuple[int, int, float], Document, RowCell, RowCell] | None = None
    for each in found:
        for cells in _rows(each):
            for name, asked, fit in _asked(each.document, cells, question):
                score = (name.value.end - name.value.start, fit, each.score)
                if best is None or score > best[0]:
                    best = (score, each.document, name, asked)
    return _draft(*best[1:]) if best else None


def _rows(found: Found) -> Iterator[tuple[RowCell, ...]]:
    folded = fold(found.document.text)
    for span in found.passage.spans:
        for line in re.finditer(r"[^\n\r]+", folded[span.start : span.end]):
            if cells := row_cells(folded, Span(span.start + line.start(), span.start + line.end())):
                yield cells


def _asked(document: Document, cells: Sequence[RowCell], question: str) -> Iterator[tuple[RowCell, RowCell, int]]:
    """Yield (cell that names the row, cell asked for, how well its heading fits) where one fits best."""
    folded = fold(document.text)
    for name in cells:
        words = re.sub(r"\([^()]*\)$|\s", "", name.value.of(folded))
        if len(words) < _LEAST_NAME or words not in question or not re.search(r"[^\W\d]{2}", words):
            continue
        rest = question.replace(words, "|")
        fits = [(_fit(cell.heading.of(folded), rest), cell) for cell in cells if cell.heading and cell is not name]
        top = max((fit for fit, _ in fits), default=0)
        fitting = [cell for fit, cell in fits if fit == top]
        if top and len(fitting) == 1:
            yield name, fitting[0], top


def _fit(heading: str, question: str) -> int:
    heading = "".join(heading.split())
    pairs = sum(heading[i : i + 2] in question for i in range(len(heading) - 1))
    return pairs + sum(_ASPECT for asks, holds in _ASPECTS if asks.search(question) and holds.search(heading))


def _draft(document: Document, name: RowCell, asked: RowCell) -> Draft:
    text = document.text
    start = text.rfind("\n", 0, name.value.start) + 1
    end = text.find("\n", name.value.start)
    row = Span(start, len(text) if end < 0 else end)
    value = " ".join(asked.value.of(text).split())
    heading = "".join(asked.heading.of(text).split()) if asked.heading else ""
    about = re.sub(r"[（(][^（()）]*[)）]$", "", " ".join(name.value.of(text).split()))
    said = f"{about}的{heading}：**{value}**[1]"
    return Draft("answered", value, f"{named(document)}的表中，{said}。", (Evidence("proof", document, row),))
