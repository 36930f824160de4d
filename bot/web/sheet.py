"""Write rows as CSV that a spreadsheet opens rightly and that cannot make it do anything. Knows nothing of what they say."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_MARK = "\ufeff"  # else Excel takes UTF-8 for the code page of its country
_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "＝",
    "＋",
    "－",
    "＠",
)  # how a cell begins that a spreadsheet would calculate


def sheet(fields: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the fields of each row under their names; lists are joined, absent values are empty."""
    return table([fields, *([row[field] for field in fields] for row in rows)])


def table(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows of cells, the first of them the header."""
    out = io.StringIO()
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return _MARK + out.getvalue()


def cell(value: Any) -> str:
    """Return a value as text; an apostrophe stands before what a spreadsheet would take for a formula.

    >>> cell("=1+1"), cell(-3.5), cell(["一", "二"]), cell(None)
    ("'=1+1", '-3.5', '一 > 二', '')
    """
    if isinstance(value, list | tuple):
        value = " > ".join(map(str, value))
    if isinstance(value, int | float):
        return str(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
