"""Write the tables of a Markdown text as lines that each stand for themselves; the rest stays as it is."""

import re

from corpus.formats.grid import Cell, table_lines

_TABLE = re.compile(
    r"^(?P<head>[^\n]*\|[^\n]*)\r?\n[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*(?:\r?\n|\Z)"
    r"(?P<rows>(?:[^\n]*\|[^\n]*(?:\n|\Z))*)",
    re.M,
)


def with_tables(text: str) -> str:
    """Return ``text`` with its tables in lines.

    >>> with_tables("| 指标 | 2015年 |\\n|---|---|\\n| 达标率 | 98% |\\n")
    '指标：达标率 | 2015年：98%\\n'
    """
    return _TABLE.sub(_lines, text)


def _lines(table: re.Match[str]) -> str:
    rows = [table["head"], *table["rows"].splitlines()]
    cells = [
        Cell(y, x, value.replace("\\|", "/"), heading=y == 0)
        for y, row in enumerate(rows)
        for x, value in enumerate(re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|")))
    ]
    above = table.string[: table.start()].rstrip().rpartition("\n")[2]
    return "".join(f"{line}\n" for line in table_lines(cells, above))
