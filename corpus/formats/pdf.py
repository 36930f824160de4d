"""Read a PDF: text by pdfium, tables by their ruled lines, pages that are pictures by OCR where it is installed."""

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pypdfium2
from pypdfium2 import raw

from corpus.decode import readable
from corpus.formats import scans
from corpus.formats.extract import Extract, Tell, Unreadable, silent
from corpus.formats.layout import Table, join_pages

if TYPE_CHECKING:
    from corpus.formats.ruled import Ruled

MOST_PAGES = 3000
_RULES = 4  # lines or boxes drawn on a page, from which on they may rule a table
_MOST_OBJECTS = 20_000  # drawn things of a page that are looked at
_KANGXI = re.compile("[\u2f00-\u2fd5]")
_BLANK = re.compile(
    r"(?<=[一-鿿〔）（《》，。、；：]) (?=\d)|(?<=[\d%]) (?=[一-鿿〕（）《》，。、；：%])"
)  # that only justifies
_SCALE = 150 / 72  # of the picture of a page that OCR reads


@dataclass
class _Pages:
    """What the pages have given so far."""

    lines: list[list[str]] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    ocr: int = 0
    garbled: int = 0
    unread: int = 0
    damaged: int = 0  # of the unread ones
    lost: int = 0  # characters of garbled pages


def extract(data: bytes, tell: Tell = silent) -> Extract:
    """Return the text of all pages, in order. Raises ``Unreadable`` for what is encrypted, damaged or has no text."""
    document = _open(data)
    count = len(document)
    if count > MOST_PAGES:
        raise Unreadable(f"{count} pages, more than {MOST_PAGES}: split it")
    with _tables(data) as ruled:
        pages = _Pages()
        for number in range(count):
            tell(number, count, 0.0)
            _read_page(document, number, pages, ruled, tell)
    text, running = join_pages(pages.lines)
    if not text.strip():
        raise Unreadable(_why_empty(pages, count))
    dropped = {name: lost for name, lost in (("running heads", running), ("garbled", pages.lost)) if lost}
    confidence = sum(pages.scores) / len(pages.scores) if pages.scores else None
    notes = (f"{pages.damaged} pages are damaged",) if pages.damaged else ()
    if pages.unread > pages.damaged and not scans.available():
        notes = (*notes, scans.MISSING)
    return Extract(
        text, "pdf", pages=count, ocr_pages=pages.ocr, confidence=confidence, garbled_pages=pages.garbled,
        unread_pages=pages.unread, dropped=dropped, notes=notes,
    )  # fmt: skip


def _open(data: bytes) -> Any:
    try:
        document = pypdfium2.PdfDocument(data)
        len(document)
        return document
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == raw.FPDF_ERR_PASSWORD:
            raise Unreadable("encrypted with a password: save it without one") from error
        if code == raw.FPDF_ERR_SECURITY:
            raise Unreadable("encrypted in a way that cannot be read: save it without") from error
        raise Unreadable("the PDF is damaged or cut short: get the file again") from error


def _tables(data: bytes) -> "Ruled":
    from corpus.formats.ruled import Ruled

    return Ruled(data)


def _read_page(document: Any, number: int, pages: _Pages, ruled: "Ruled", tell: Tell) -> None:
    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:  # the others may be whole
        pages.unread += 1
        pages.damaged += 1
        pages.lines.append([])
        return
    try:
        text = _clean(text_page.get_text_range())
        rules, picture = _drawn(page)
        garbled = not readable(text)
        if garbled or (picture and len("".join(text.split())) < scans.LITTLE):
            pages.garbled += garbled
            _read_picture(document, number, page, text, garbled, pages, tell)
        elif rules >= _RULES:
            pages.lines.append(list(_with_tables(text, text_page, ruled.tables(number))))
        else:
            pages.lines.append(text.split("\n"))
    finally:
        text_page.close()
        page.close()


def _read_picture(document: Any, number: int, page: Any, text: str, garbled: bool, pages: _Pages, tell: Tell) -> None:
    pages.lines.append([] if garbled else text.split("\n"))
    if not scans.available():
        pages.unread += 1
        pages.lost += len("".join(text.split())) if garbled else 0
        return
    tell(number, len(document), scans.SECONDS)
    width, height = page.get_size()
    scale = min(_SCALE, scans.WIDEST / max(width, height, 1))
    found = scans.read_picture(page.render(scale=scale).to_numpy())
    pages.scores += found.scores
    pages.ocr += 1
    if found.lines:
        pages.lines[-1] = list(found.lines)


def _clean(text: str) -> str:
    """Write what only fonts tell apart as the character it is, and lines with one kind of end."""
    text = (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe\n", "").replace("\ufffe", "").replace("\x02", "")
    )
    text = _KANGXI.sub(lambda radical: unicodedata.normalize("NFKC", radical[0]), text)
    text = _BLANK.sub("", re.sub(r"(?<=\d)\u00ad(?=\d)", "-", text).replace("\u00ad", ""))
    return re.sub("[\x00-\x08\x0b-\x1f]", "", text)


def _drawn(page: Any) -> tuple[int, bool]:
    """How many lines and boxes are drawn on a page, and whether a picture covers much of it."""
    rules, covered = 0, 0.0
    width, height = page.get_size()
    edges = [ctypes.c_float() for _ in range(4)]
    for i in range(min(raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page, i)
        kind = raw.FPDFPageObj_GetType(drawn)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            rules += 1
        elif kind == raw.FPDF_PAGEOBJ_IMAGE and raw.FPDFPageObj_GetBounds(drawn, *(ctypes.byref(e) for e in edges)):
            left, bottom, right, top = (edge.value for edge in edges)
            covered += max(0.0, right - left) * max(0.0, top - bottom)
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            covered += scans.COVERED * width * height  # a picture may lie inside it
    return rules, covered >= scans.COVERED * width * height


def _with_tables(text: str, text_page: Any, tables: Any) -> Iterator[str]:
    """Yield the lines of a page, those that lie in a table in its place and form."""
    if not tables:
        yield from text.split("\n")
        return
    waiting = sorted(tables, key=lambda table: -table.top)
    above = ""
    for line, middle, bottom in _placed_lines(text_page):
        inside = next((t for t in tables if t.bottom <= bottom <= t.top and t.left - 3 <= middle <= t.right + 3), None)
        while waiting and (inside is waiting[0] or bottom < waiting[0].bottom):
            yield from map(Table, waiting.pop(0).lines(lambda *box: _clean(text_page.get_text_bounded(*box)), above))
        if inside is None:
            yield line
            above = line
    for table in waiting:
        yield from map(Table, table.lines(lambda *box: _clean(text_page.get_text_bounded(*box)), above))


def _placed_lines(text_page: Any) -> Iterator[tuple[str, float, float]]:
    """Yield the lines of a page, each with the middle of its first character across and its height, in points."""
    text = text_page.get_text_range()
    at = 0
    for line in re.split(r"\r\n|\r|\n", text):
        words = _clean(line)
        if words.strip():
            first = text.index(line, at) + len(line) - len(line.lstrip())
            left, bottom, right, top = _box(text_page, first)
            yield words, (left + right) / 2, (bottom + top) / 2
        at = text.index(line, at) + len(line)


def _box(text_page: Any, index: int) -> tuple[float, float, float, float]:
    try:
        return text_page.get_charbox(index)
    except (pypdfium2.PdfiumError, IndexError):
        return 0.0, 0.0, 0.0, 0.0


def _why_empty(pages: _Pages, count: int) -> str:
    if pages.damaged == count:
        return f"its {count} pages are damaged: get the file again"
    if pages.unread > pages.damaged and not scans.available():
        return f"its {count} pages are pictures or garbled, none has text: {scans.MISSING}"
    return "no text on any page: expected a document"
