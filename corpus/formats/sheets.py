"""Read spreadsheets: .xlsx, cells as they are shown, merged headings over all they cover; .csv and .tsv."""

import csv
import datetime
import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from corpus.formats.extract import Extract, Tell, Unreadable, decoded, silent
from corpus.formats.grid import Cell, table_lines
from corpus.formats.zipped import Zip

MOST_CELLS = 1_000_000  # of one file
_MOST_COLUMNS = 500
_DELIMITERS = ",\t;|"


def extract(data: bytes, tell: Tell = silent) -> Extract:
    """Return the sheets of a workbook, hidden ones left out, each under its name."""
    import openpyxl

    archive = Zip(data)
    for name in archive.members:  # openpyxl would unpack without bounds and read a DTD
        if name.endswith((".xml", ".rels")):
            archive.xml(name)
    try:
        with warnings.catch_warnings(action="ignore"):  # of extensions that it does not know
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError, IndexError) as error:
        raise Unreadable(
            f"the workbook is damaged ({type(error).__name__}: {str(error)[:80]}): get the file again"
        ) from error
    lines: list[str] = []
    hidden = 0
    sheets = [sheet for sheet in book.worksheets]
    for number, sheet in enumerate(sheets):
        tell(number, len(sheets), 0.0)
        if sheet.sheet_state != "visible":
            hidden += 1
            continue
        found = list(table_lines(list(_cells(sheet))))
        lines += [sheet.title, *found] if found and len(sheets) > 1 else found
    notes = (f"{hidden} hidden sheets were left out",) if hidden else ()
    if "xl/vbaProject.bin" in archive:
        notes = (*notes, "its macros were left out")
    return Extract("\n".join(lines), "xlsx", pages=len(sheets) - hidden, notes=notes)


def extract_csv(data: bytes, tell: Tell = silent) -> Extract:
    """Return the rows of a file of separated values."""
    text, encoding = decoded(data)
    delimiter = max(_DELIMITERS, key=text[:100_000].count)
    csv.field_size_limit(10_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable(f"the rows cannot be told apart ({error}): save it as .xlsx") from error
    if sum(map(len, rows)) > MOST_CELLS:
        raise Unreadable(f"more than {MOST_CELLS:,} cells: split it")
    cells = [Cell(y, x, value) for y, row in enumerate(rows) for x, value in enumerate(row[:_MOST_COLUMNS])]
    return Extract("\n".join(table_lines(cells)), "csv", encoding)


def _cells(sheet: Any) -> Iterator[Cell]:
    """Yield the cells that hold something, a merged one with its reach; hidden rows and columns left out."""
    if sheet.max_row * min(sheet.max_column, _MOST_COLUMNS) > 4 * MOST_CELLS:
        raise Unreadable(f"sheet '{sheet.title}' has more than {MOST_CELLS:,} cells: split it or save the table alone")
    merged = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    hidden_rows = {n for n, row in sheet.row_dimensions.items() if row.hidden}
    hidden_columns = {
        n
        for column in sheet.column_dimensions.values()
        if column.hidden
        for n in range(column.min or 0, (column.max or 0) + 1)
    }
    for row in sheet.iter_rows(max_col=min(sheet.max_column, _MOST_COLUMNS)):
        for cell in row:
            if cell.value is None or cell.row in hidden_rows or cell.column in hidden_columns:
                continue
            area = merged.get((cell.row, cell.column))
            rows = area.max_row - area.min_row + 1 if area else 1
            columns = area.max_col - area.min_col + 1 if area else 1
            yield Cell(cell.row - 1, cell.column - 1, _shown(cell), min(rows, 10_000), min(columns, _MOST_COLUMNS))


def _shown(cell: Any) -> str:
    """What a cell shows: 0.98 formatted as a percentage is 98%."""
    value, form = cell.value, cell.number_format or "General"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.datetime | datetime.date):
        day = value.date() if isinstance(value, datetime.datetime) else value
        time = (
            value.strftime(" %H:%M") if isinstance(value, datetime.datetime) and value.time() != datetime.time() else ""
        )
        return f"{day.year}年{day.month}月{day.day}日{time}"
    if isinstance(value, int | float):
        percent = "%" in form
        number = value * 100 if percent else value
        decimals = form.split("%")[0].partition(".")[2]
        places = len(decimals) - len(decimals.lstrip("0")) if decimals else None
        exact = (
            f"{round(number, 10 if places is None else max(places, 2)):,.10f}"
            if "," in form
            else f"{round(number, 10):.10f}"
        )
        exact = exact.rstrip("0").rstrip(".")
        shown = f"{number:{',' if ',' in form else ''}.{places}f}" if places else exact
        return f"{shown}%" if percent else shown
    return str(value)
