"""Read a Word document (.docx): paragraphs with the numbers that Word counts for them, tables, notes; never its macros.

Reads the XML itself: python-docx leaves out what was inserted under tracked changes, content controls and the numbers
of numbered paragraphs (一、 （一） 第一条), which official documents are cited by.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from corpus.formats.extract import Extract, Tell, Unreadable, silent
from corpus.formats.grid import Cell, table_lines
from corpus.formats.zipped import Zip

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_INSIDE = frozenset(
    ("r", "hyperlink", "ins", "smartTag", "sdt", "sdtContent", "fldSimple", "moveTo", "customXml", "dir", "bdo", "pict", "drawing")
)  # fmt: skip
_LEFT_OUT = frozenset(
    ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sdtPr", "Fallback", "tblPr", "tblGrid")
)
_PARTS = ("word/footnotes.xml", "word/endnotes.xml")
_MAIN = ("word/document.xml", "word/document2.xml")
_HANZI = "〇一二三四五六七八九"


@dataclass(frozen=True)
class _Level:
    """How one level of a list counts: 第%1条, chineseCounting, from 1."""

    form: str = "%1."
    kind: str = "decimal"
    start: int = 1


@dataclass
class _Lists:
    """The lists of a document and how far each has counted."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)  # by the list's id
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)  # paragraph style → list id, level
    abstract: dict[str, str] = field(default_factory=dict)  # list id → what counts on together
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def label(self, list_id: str, level: int) -> str:
        """Count one paragraph on and return what Word writes before it."""
        levels = self.levels.get(list_id, {})
        if level not in levels:
            return ""
        counts = self.counts[self.abstract.get(list_id, list_id)]
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if levels[level].kind in ("bullet", "none"):
            return ""

        def counted(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            known = levels.get(at, _Level())
            return _written(counts.get(at, known.start), known.kind)

        return re.sub(r"%(\d)", counted, levels[level].form)


def extract(data: bytes, tell: Tell = silent) -> Extract:
    """Return the text of a document. Raises ``Unreadable`` for what is encrypted, damaged or no Word document."""
    archive = Zip(data)
    main = next((name for name in _MAIN if name in archive), None)
    if main is None:
        raise Unreadable("it holds no Word document (word/document.xml is missing): get the file again")
    body = _plain(archive.xml(main)).find("body")
    if body is None:
        raise Unreadable("it holds no Word document (no body): get the file again")
    lists = _lists(archive)
    lines = [line for line in _blocks(body, lists) if line.strip()]
    for part in _PARTS:
        if part in archive:
            lines += [line for line in _notes(_plain(archive.xml(part)), lists) if line.strip()]
    notes = ("its macros were left out",) if "word/vbaProject.bin" in archive else ()
    return Extract("\n".join(lines), "docx", notes=notes)


def _plain(root: Element) -> Element:
    """Take the namespace of WordprocessingML off every name; other names keep theirs."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for space in (_W, _STRICT):
            element.tag = element.tag.removeprefix(space)
        element.attrib.update(
            {k.rpartition("}")[2]: v for k, v in element.attrib.items() if k.startswith((_W, _STRICT))}
        )
    return root


def _blocks(parent: Element, lists: _Lists) -> Iterator[str]:
    above = ""
    for child in parent:
        if child.tag == "p":
            for line in _paragraph(child, lists):
                yield line
                above = line if line.strip() else above
        elif child.tag == "tbl":
            yield from _table(child, lists, above)
        elif child.tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml"):
            yield from _blocks(child, lists)


def _paragraph(paragraph: Element, lists: _Lists) -> Iterator[str]:
    text = "".join(_words(paragraph))
    label = _label(paragraph, lists) if text.strip() else ""
    yield from f"{label}{text.lstrip() if label else text}".split("\n")
    for box in paragraph.iter("txbxContent"):  # a box of text that stands on the page by itself
        yield from _blocks(box, lists)


def _words(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag == "t":
            yield child.text or ""
        elif child.tag in ("tab", "ptab"):
            yield "\t"
        elif child.tag in ("br", "cr"):
            yield "\n" if child.get("type") in (None, "textWrapping", "page", "column") else ""
        elif child.tag == "noBreakHyphen":
            yield "-"
        elif child.tag in _INSIDE:
            yield from _words(child)


def _label(paragraph: Element, lists: _Lists) -> str:
    properties = paragraph.find("pPr")
    if properties is None:
        return ""
    style = properties.find("pStyle")
    list_id, level = lists.styles.get(style.get("val", "") if style is not None else "", ("", 0))
    numbering = properties.find("numPr")
    if numbering is not None:
        list_id = _value(numbering, "numId", list_id)
        level = _number(_value(numbering, "ilvl", str(level)))
    label = lists.label(list_id, level) if list_id and list_id != "0" else ""
    return f"{label} " if label and label[-1].isascii() else label


def _table(table: Element, lists: _Lists, above: str) -> Iterator[str]:
    cells: list[Cell] = []
    inner: list[str] = []
    open_above: dict[int, int] = {}  # column → the cell that goes on downwards
    for y, row in enumerate(table.iter("tr") if table.find("tr") is None else _rows(table)):
        x = _number(_value(row.find("trPr"), "gridBefore", "0"))
        heading = row.find("trPr/tblHeader") is not None
        for cell in _row_cells(row):
            properties = cell.find("tcPr")
            wide = max(1, min(_number(_value(properties, "gridSpan", "1")), 200))
            merge = properties.find("vMerge") if properties is not None else None
            goes_on = merge is not None and merge.get("val", "continue") == "continue"
            if goes_on and x in open_above:
                begun = cells[open_above[x]]
                cells[open_above[x]] = replace(begun, rows=y - begun.row + 1)
            else:
                if merge is not None:
                    open_above[x] = len(cells)
                else:
                    open_above.pop(x, None)
                nested = cell.find("tbl") is not None
                lines = [line for line in _blocks(cell, lists) if line.strip()]
                inner += lines if nested else []
                cells.append(Cell(y, x, " ".join(lines), 1, wide, heading))
            x += wide
    yield from inner or table_lines(cells, above)


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _rows(child)


def _row_cells(row: Element) -> Iterator[Element]:
    for child in row:
        if child.tag == "tc":
            yield child
        elif child.tag in ("sdt", "sdtContent", "customXml"):
            yield from _row_cells(child)


def _notes(root: Element, lists: _Lists) -> Iterator[str]:
    for note in root:
        if note.get("type") not in ("separator", "continuationSeparator", "continuationNotice"):
            yield from _blocks(note, lists)


def _lists(archive: Zip) -> _Lists:
    lists = _Lists()
    if "word/numbering.xml" not in archive:
        return lists
    root = _plain(archive.xml("word/numbering.xml"))
    abstract: dict[str, dict[int, _Level]] = {}
    for element in root.findall("abstractNum"):
        levels = {_number(level.get("ilvl", "0")): _level(level) for level in element.findall("lvl")}
        abstract[element.get("abstractNumId", "")] = levels
    for number in root.findall("num"):
        list_id, of = number.get("numId", ""), _value(number, "abstractNumId", "")
        levels = dict(abstract.get(of, {}))
        restarts = False
        for override in number.findall("lvlOverride"):
            at = _number(override.get("ilvl", "0"))
            if (own := override.find("lvl")) is not None:
                levels[at] = _level(own)
            start = override.find("startOverride")
            if start is not None and at in levels:
                restarts = True
                levels[at] = _Level(levels[at].form, levels[at].kind, _number(start.get("val", "1")))
        lists.levels[list_id] = levels
        lists.abstract[list_id] = list_id if restarts else f"abstract {of}"
    if "word/styles.xml" in archive:
        for style in _plain(archive.xml("word/styles.xml")).findall("style"):
            numbering = style.find("pPr/numPr")
            if numbering is not None and (list_id := _value(numbering, "numId", "")):
                lists.styles[style.get("styleId", "")] = (list_id, _number(_value(numbering, "ilvl", "0")))
    return lists


def _level(element: Element) -> _Level:
    return _Level(
        _value(element, "lvlText", ""), _value(element, "numFmt", "decimal"), _number(_value(element, "start", "1"))
    )


def _value(element: Element | None, name: str, default: str) -> str:
    child = element.find(name) if element is not None else None
    return child.get("val", default) if child is not None else default


def _number(value: str) -> int:
    return int(value) if re.fullmatch(r"\d{1,6}", value) else 0


def _written(number: int, kind: str) -> str:
    """Write a count as Word does: 3 → 三, c, iii, ③."""
    if kind.startswith(("chinese", "japaneseCounting", "taiwaneseCounting", "ideographTraditional")):
        return _hanzi(number)
    if kind in ("upperLetter", "lowerLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * (1 + (number - 1) // 26 % 20)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("upperRoman", "lowerRoman"):
        return _roman(number).lower() if kind == "lowerRoman" else _roman(number)
    if kind == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    return f"{number:02d}" if kind == "decimalZero" else str(number)


def _hanzi(number: int) -> str:
    if not 0 < number < 1000:
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_HANZI[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_HANZI[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_HANZI[ones] if ones else "")


def _roman(number: int) -> str:
    text = ""
    for value, letters in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        times, number = divmod(number % 1000, value)
        text += letters * times
    return text
