"""Write a table as lines that each stand for themselves: 指标：饮用水源达标率 | 2015年：98%. Knows cells, no format.

A figure keeps the headings of its row and its column in its own line, so that a passage, a target or a quote that holds
the line holds them too. What is laid out as a table without being one comes out as its cells, line by line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.fold import fold
from corpus.formats.beside import caption_unit, says_unit, with_units
from corpus.lines import FIELD_NAMES
from corpus.table_row import BETWEEN

Rows = Sequence[Sequence[str]]


_LABEL = re.compile(rf"(?:{FIELD_NAMES})\s*[:：]?|[^:：。]{{1,14}}[:：]")
_HEADING = re.compile(
    r"指标|项目|名称|序号|编号|类别|类型|事项|内容|任务|措施|单位|部门|地区|区域|城市|区县|年份|年度|时间|时限|期限|目标|标准|金额|数量|备注|属性|说明|责任|牵头|地址|电话"
)
_FIGURE = re.compile(r"[^\w一-鿿]*[<>≤≥]?[\d.,]+\s*(?:%|‰|万|亿|元|个|人|家|以上|以下|左右|[a-z]{1,3})*[^\w一-鿿]*")
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s*年)?(?:[^\d。]{0,12})?")
_LONGEST_HEADING = 40  # characters
_LONGEST_CELL = 200  # characters of a mean cell, above which a table only lays text out
_DEEPEST_HEAD = 4  # rows of headings
_MOST_COLUMNS = 1000  # a page may claim that a cell reaches over a billion
_MOST_CELLS = 2_000_000  # of one table, merged ones counted as often as they reach
_RUNNING = re.compile(r"。|.{61}")  # what a cell of running text holds


@dataclass(frozen=True)
class Cell:
    """A cell where it begins: its place, how far it reaches, its text; ``heading`` where the format says it is one."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    heading: bool = False


def table_lines(cells: Sequence[Cell], above: str = "") -> Iterator[str]:
    """Yield the lines of a table, top to bottom; ``above`` is the line over it, which may say its unit."""
    rows, heads = _spread(cells)
    if not rows or not rows[0]:
        return
    if len(rows[0]) == 1:
        yield from (row[0] for row in rows if row[0])
        return
    at, unit = 0, caption_unit(above)
    while at < len(rows) and (_is_whole(rows[at]) or _says_unit(rows[at])):  # what entitles the table
        yield (line := " ".join(dict.fromkeys(cell for cell in rows[at] if cell)))
        unit = caption_unit(line) or unit
        at += 1
    rows, heads = rows[at:], heads[at:]
    if rows and _is_form(rows):
        yield from (line for row in rows for line in _form_lines(row))
        return
    depth = _head_depth(rows, heads, cells, at)
    headings = _headings(rows[:depth])
    yield from _lines([with_units(row, headings, unit) if headings else row for row in rows[depth:]], headings)


def row_line(row: Sequence[str], headings: Sequence[str] = ()) -> str:
    """Return the line of one row, a cell under a heading with it; a cell that reaches over several columns once."""
    parts: list[str] = []
    last = None
    for i, value in enumerate(row):
        heading = headings[i] if i < len(headings) else ""
        if value and (value, heading) != last and value != heading:
            parts.append(f"{heading}：{value}" if heading else value)
        last = (value, heading) if value else None
    return BETWEEN.join(parts)


def plain(text: str) -> str:
    """Return the text of a cell in one line, blanks between Chinese characters that only lay out taken away."""
    text = re.sub(r"\s+", " ", text.replace("|", "/").replace("\u200b", "")).strip()
    return re.sub(r"(?<=[一-鿿])\s(?=[一-鿿](?:\s|$|[:：]))|(?<=^[一-鿿])\s+(?=[一-鿿])", "", text)


def _spread(cells: Sequence[Cell]) -> tuple[list[list[str]], list[list[bool]]]:
    """The table as rows of equal width, what reaches over several cells in each of them, empty rows and columns left out."""
    width = min(max((c.column + c.columns for c in cells), default=0), _MOST_COLUMNS)
    height = min(max((c.row + c.rows for c in cells), default=0), _MOST_CELLS // max(1, width))
    rows = [[""] * width for _ in range(height)]
    heads = [[False] * width for _ in range(height)]
    for cell in cells:
        text = plain(cell.text)
        for row in range(cell.row, min(cell.row + cell.rows, height)):
            for column in range(cell.column, min(cell.column + cell.columns, width)):
                rows[row][column], heads[row][column] = text, cell.heading
    kept = [column for column in range(width) if any(row[column] for row in rows)]
    full = [(row, head) for row, head in zip(rows, heads, strict=True) if any(row)]
    return [[r[c] for c in kept] for r, _ in full], [[h[c] for c in kept] for _, h in full]


def _is_whole(row: Sequence[str]) -> bool:
    """One text over the whole width: the table's title, or that of a part of it."""
    return len(set(row)) == 1


def _says_unit(row: Sequence[str]) -> bool:
    """A row before the headings that holds the table's unit, and at most its title beside it."""
    texts = dict.fromkeys(cell for cell in row if cell)
    return len(texts) <= 2 and any(map(says_unit, texts))


def _is_form(rows: Rows) -> bool:
    """Whether the table is label, value, label, value: an identity table, a form."""
    if len(rows[0]) % 2 or len(rows[0]) > 6:
        return False
    pairs = [(row[i], row[i + 1]) for row in rows for i in range(0, len(row), 2) if row[i] and row[i] != row[i + 1]]
    labelled = sum(bool(_LABEL.fullmatch(label)) for label, _ in pairs)
    return bool(pairs) and labelled >= 0.6 * len(pairs)


def _form_lines(row: Sequence[str]) -> Iterator[str]:
    if _is_whole(row):
        yield row[0]
        return
    for label, value in dict.fromkeys((row[i], row[i + 1]) for i in range(0, len(row), 2)):
        label = re.sub(r"\s+", "", label.rstrip(":： "))
        if label and value and label != value:
            yield f"{label}：{value}"
        elif label or value:
            yield label or value


def _head_depth(rows: Rows, heads: Sequence[Sequence[bool]], cells: Sequence[Cell], skipped: int) -> int:
    """How many rows of headings the table opens with; 0: none, it is laid out as a table or has no headings."""
    if len(rows) < 2:
        return 0
    marked = 0
    while marked < min(len(rows) - 1, _DEEPEST_HEAD) and all(heads[marked]):
        marked += 1
    if marked:
        return marked
    if not _heads(rows):
        return 0
    top = [cell for cell in cells if cell.row == skipped and plain(cell.text)]
    depth = min(max((cell.rows for cell in top), default=1), len(rows) - 1, _DEEPEST_HEAD)
    grouped = any(1 < cell.columns < len(rows[0]) for cell in top)
    if (
        depth == 1
        and grouped
        and len(rows) > 2
        and not any(_FIGURE.fullmatch(c) for c in rows[1] if not _YEAR.fullmatch(c))
    ):
        depth = 2
    return depth


def _heads(rows: Rows) -> bool:
    """Whether the first row reads like headings over the others."""
    first = [text for text in rows[0] if text]
    if len(first) < 0.6 * len(rows[0]) or any(len(text) > _LONGEST_HEADING or "。" in text for text in first):
        return False
    if any(_FIGURE.fullmatch(fold(text)) and not _YEAR.fullmatch(text) for text in first):
        return False
    if sum(bool(re.search(r"\d", text)) and not _YEAR.fullmatch(text) for text in first) > len(first) / 3:
        return False
    below = [text for row in rows[1:] for text in row if text]
    if not below or sum(map(len, below)) > _LONGEST_CELL * len(below):
        return False
    named = sum(bool(_HEADING.search(text) or _YEAR.fullmatch(text)) for text in first)
    figures = sum(bool(re.search(r"\d", text)) for text in below)
    return named >= 1 or len(first) >= 3 or figures >= 0.3 * len(below)


def _headings(rows: Rows) -> list[str]:
    """One heading a column: those above each other joined, each once."""
    joined = ["".join(dict.fromkeys(cell for cell in column if cell)) for column in zip(*rows, strict=True)]
    return [re.sub(r"\s+", "" if re.search("[一-鿿]", each) else " ", each).rstrip(":：") for each in joined]


def _lines(rows: Rows, headings: Sequence[str]) -> Iterator[str]:
    for row in rows:
        if _is_whole(row) and len(row) > 1:
            yield row[0]
        elif headings or not any(_RUNNING.search(cell) for cell in row):
            yield row_line(row, headings)
        else:  # 第一条 beside its text
            yield " ".join(dict.fromkeys(cell for cell in row if cell))
