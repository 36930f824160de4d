"""Answer from a cell of a table that came as text: a row whose name the question says, under a heading that it says.

A row that lacks cells cannot be told apart; it is then shown whole. Knows no ranking.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.inquiry import Draft, Evidence, Found, Inquiry
from bot.reply import named
from corpus.document import Document, Span
from corpus.fold import fold

_DOCUMENTS = 12
_TITLE = 60  # characters of a line that may entitle a table
_CELLS = re.compile(r"[^ \t|]+")
_NUMBER = re.compile(r"[\d.,%-]+")
_ABOVE = 260  # characters in which a heading is looked for
_GRAM = 4
_SHARED = 0.2  # of the question's stretches of four characters that the document must hold


@dataclass(frozen=True)
class Row:
    """A row of a table: where it stands, its cells, and the headings over them, as far as they fit."""

    span: Span
    cells: tuple[Span, ...]
    headings: tuple[Span, ...]  # as many as cells, or none


def answer_cell(inquiry: Inquiry, found: Sequence[Found]) -> Draft | None:
    """Draft the cell that the question asks for; None where no table names both its row and its heading."""
    question = re.sub(r"\s", "", inquiry.asked.text)
    best: tuple[float, str, Row, Document] | None = None
    documents = list(
        {f.document.id: f.document for f in sorted(found, key=lambda f: (-f.score, f.passage.id))}.values()
    )
    for document in documents[:_DOCUMENTS]:
        rows = list(_rows(document, question))
        entitled = rows and _entitled(inquiry, document)
        if not rows or entitled is False:
            continue
        row = max(rows, key=lambda r: (len(r.cells[0].of(document.text)), -r.span.start))
        fit = _shared(question, document)
        if (entitled or fit >= _SHARED) and (best is None or fit > best[0]):
            best = (fit, document.id, row, document)
    return _draft(question, best[2], best[3]) if best else None


def _rows(document: Document, question: str) -> Iterator[Row]:
    """The rows of numbers whose first cell the question says."""
    folded = fold(document.text)
    for line in re.finditer(r"[^\n\r]+", folded):
        cells = [Span(line.start() + m.start(), line.start() + m.end()) for m in _CELLS.finditer(line[0])]
        if len(cells) < 2 or not all(_NUMBER.fullmatch(c.of(folded)) for c in cells[1:]):
            continue
        name = cells[0].of(folded)
        if len(name) > 1 and not _NUMBER.fullmatch(name) and name in question:
            yield Row(Span(cells[0].start, cells[-1].end), tuple(cells), _headings(folded, line.start(), len(cells)))


def _headings(folded: str, start: int, width: int) -> tuple[Span, ...]:
    """The cells over a table's first row, if there are as many as ``width``; () where that cannot be told."""
    first = start
    for line in reversed(list(re.finditer(r"[^\n\r]+", folded[:start]))):
        cells = _CELLS.findall(line[0])
        if not (len(cells) > 1 and _NUMBER.fullmatch(cells[-1])):
            break
        if len(cells) > width:
            return ()
        first = line.start()
    above = max(0, first - _ABOVE)
    cells = [Span(above + m.start(), above + m.end()) for m in _CELLS.finditer(folded[above:first])]
    cells = [c for c in (_trimmed(folded, c) for c in cells) if c.end > c.start][-width:]
    if (
        cells and (line := folded.rfind("\n", cells[0].start, cells[0].end)) >= 0
    ):  # over the names only the last line counts
        cells[0] = Span(line + 1, cells[0].end)
    return tuple(cells) if len(cells) == width and all(c.end - c.start <= 20 for c in cells) else ()


def _trimmed(folded: str, cell: Span) -> Span:
    words = cell.of(folded)
    return Span(cell.start + len(words) - len(words.lstrip()), cell.end - len(words) + len(words.rstrip()))


def _entitled(inquiry: Inquiry, document: Document) -> bool | None:
    """Whether one line of the document names every year and place that the question names; None where it names none."""
    u = inquiry.understood
    names = [str(year) for year in u.years] + [re.sub(r"[省市]$", "", fold(name)) for name in u.region_names]
    lines = [line for line in fold(f"{document.title}\n{document.text}").splitlines() if len(line) <= _TITLE]
    return any(all(name in line for name in names) for line in lines) if names else None


def _shared(question: str, document: Document) -> float:
    text = re.sub(r"\s", "", fold(document.text))
    grams = {question[i : i + _GRAM] for i in range(len(question) - _GRAM + 1)}
    return sum(gram in text for gram in grams) / max(1, len(grams))


def _draft(question: str, row: Row, document: Document) -> Draft | None:
    column = _column(question, row, document)
    if column is None and not re.search(r"多少|几|最[高低]|是\?*$", question):
        return None
    text = document.text
    cell = row.cells[column] if column else row.span
    answer = " ".join(cell.of(text).split())
    evidence = [Evidence("proof", document, row.span)]
    if row.headings:
        evidence.append(Evidence("scope", document, Span(row.headings[0].start, row.headings[-1].end)))
    marks = "".join(f"[{n}]" for n in range(1, len(evidence) + 1))
    heading = "，".join(" ".join(h.of(text).split()) for h in ([row.headings[column]] if column else row.headings))
    name = row.cells[0].of(text)
    said = f"{name}（{heading}）：**{answer}**{marks}" if heading else f"**{answer}**{marks}"
    return Draft("answered", answer, f"{named(document)}的表中，{said}。", tuple(evidence))


def _column(question: str, row: Row, document: Document) -> int | None:
    """The one column whose heading the question says best."""
    if not row.headings:
        return None
    scores = []
    for heading in row.headings[1:]:
        parts = re.split(r"[\s/()、]+", fold(heading.of(document.text)))
        scores.append(sum(part[i : i + 2] in question for part in parts for i in range(len(part) - 1)))
    best = max(scores, default=0)
    return 1 + scores.index(best) if best and scores.count(best) == 1 else None
