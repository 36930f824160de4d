"""Read an OFD file (GB/T 33190): the text layer of its pages, put into lines by where it stands; pictures by OCR."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

from corpus.formats import scans
from corpus.formats.extract import Extract, Tell, Unreadable, silent
from corpus.formats.layout import join_pages
from corpus.formats.ofd_parts import Page, Picture, documents, name, number, numbers
from corpus.formats.scans import COVERED, LITTLE
from corpus.formats.zipped import Zip

MOST_PAGES = 3000
_STRIP = 0.05  # share of the page from which on a picture may hold text: scanners cut pages into strips
_MOST_PICTURES = 40  # of one page
_GAP = 2.2  # characters' widths between two pieces of a line, from which on they are columns


@dataclass(frozen=True)
class _Piece:
    """Text at a place of a page, in millimetres from the upper left."""

    x: float
    y: float
    size: float
    end: float  # where its last character ends, about
    text: str


@dataclass
class _Read:
    """What the pages have given so far."""

    lines: list[list[str]] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    ocr: int = 0
    unread: int = 0


def extract(data: bytes, tell: Tell = silent) -> Extract:
    """Return the text of all pages of all documents in the file."""
    archive = Zip(data)
    if "OFD.xml" not in archive:
        raise Unreadable("it holds no OFD document (OFD.xml is missing): get the file again")
    if any(name(e) == "Encryptions" for e in archive.xml("OFD.xml").iter()):
        raise Unreadable("encrypted: save it without")
    read = _Read()
    for document in documents(archive):
        for page in document.pages():
            number, count = len(read.lines), len(document)
            tell(number, count, 0.0)
            _read_page(archive, page, read, partial(tell, number, count))
            if len(read.lines) > MOST_PAGES:
                raise Unreadable(f"more than {MOST_PAGES} pages: split it")
    text, running = join_pages(read.lines)
    if not text.strip():
        raise Unreadable(_why_empty(read))
    confidence = sum(read.scores) / len(read.scores) if read.scores else None
    return Extract(
        text, "ofd", pages=len(read.lines), ocr_pages=read.ocr, confidence=confidence, unread_pages=read.unread,
        dropped={"running heads": running} if running else {}, notes=(scans.MISSING,) if read.unread and not scans.available() else (),
    )  # fmt: skip


def _why_empty(read: _Read) -> str:
    if not read.unread:
        return "no text on any page: expected a document"
    how = (
        "that cannot be read (JBIG2 or damaged): print it to PDF"
        if scans.available()
        else f"without text: {scans.MISSING}"
    )
    return f"its {len(read.lines)} pages are pictures {how}"


def _read_page(archive: Zip, page: Page, read: _Read, ask: Callable[[float], None]) -> None:
    """Read a page, by OCR where it holds next to no text and a picture covers much of it; ``ask`` for more seconds."""
    pieces = [piece for element in page.elements for piece in _pieces(element)]
    read.lines.append(_lines(pieces))
    if len("".join(piece.text for piece in pieces)) >= LITTLE:
        return
    pictures = page.pictures()
    if sum(picture.share for picture in pictures) < COVERED:
        return
    frames = list(_frames(archive, pictures)) if scans.available() else []
    if not frames:
        read.unread += 1
        return
    read.ocr += 1
    for frame in frames:
        ask(scans.SECONDS)
        seen = scans.read_picture(frame)
        read.scores += seen.scores
        read.lines[-1] += seen.lines


def _frames(archive: Zip, pictures: Sequence[Picture]) -> Iterator[Any]:
    """Yield the pictures that can be read; a stamp or a logo is none of them."""
    for picture in pictures[:_MOST_PICTURES]:
        try:
            yield from scans.frames(archive.read(picture.part))[:1] if picture.share >= _STRIP else ()
        except Unreadable:  # JBIG2, or damaged: the other pages may be whole
            continue


def _pieces(page: Element) -> Iterator[_Piece]:
    """Yield the texts of a page; what cannot be seen is left out."""
    for thing in page.iter():
        if name(thing) != "TextObject" or thing.get("Visible") == "false" or thing.get("Alpha") == "0":
            continue
        left, top, *_ = [*numbers(thing.get("Boundary", "")), 0.0, 0.0]
        scale_x, scale_y, move_x, move_y = _matrix(thing.get("CTM", ""))
        size = (number(thing.get("Size", "")) or 4.0) * abs(scale_y)
        x = y = 0.0
        for code in thing.iter():
            if name(code) != "TextCode" or not (text := code.text or "").strip():
                continue
            x = next(iter(numbers(code.get("X", ""))), x)
            y = next(iter(numbers(code.get("Y", ""))), y)
            yield from _broken(
                text, left + x * scale_x + move_x, top + y * scale_y + move_y, size, scale_x, scale_y, code
            )


def _broken(
    text: str, x: float, y: float, size: float, scale_x: float, scale_y: float, code: Element
) -> Iterator[_Piece]:
    """Yield the runs of a text that stand on one height: its steps may lead into further lines."""
    right, down = _steps(code.get("DeltaX", "")), _steps(code.get("DeltaY", ""))
    run, start, at = "", x, x
    for i, char in enumerate(text):
        run += char
        step = next(right, size / (scale_x or 1.0) * (1.0 if char >= "\u2e80" else 0.5)) * scale_x
        fall = next(down, 0.0) * scale_y
        if abs(fall) > size / 2 or step < -size:
            yield _Piece(start, y, size, at + size, run)
            run, start = "", at + step
            y += fall
        elif step > _GAP * size and i + 1 < len(text):
            yield _Piece(start, y, size, at + size, run)
            run, start = "", at + step
        at += step
    if run:
        yield _Piece(start, y, size, max(at, start + size / 2), run)


def _steps(value: str) -> Iterator[float]:
    """Yield the steps that a delta array writes: 'g 11 1.5875 3' is eleven times 1.5875, then 3."""
    parts = iter(value.split())
    for part in parts:
        if part == "g":
            count, step = next(parts, "0"), number(next(parts, "0"))
            for _ in range(min(int(count) if count.isdecimal() else 0, 100_000)):
                yield step
        else:
            yield number(part)


def _lines(pieces: list[_Piece]) -> list[str]:
    """Put pieces of one height on one line, from left to right."""
    lines: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda p: (round(p.y, 1), p.x)):
        if lines and abs(piece.y - lines[-1][0].y) < 0.4 * min(piece.size, lines[-1][0].size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [_line(sorted(line, key=lambda p: p.x)) for line in lines]


def _line(pieces: list[_Piece]) -> str:
    text = pieces[0].text
    for before, piece in pairwise(pieces):
        gap = piece.x - before.end
        text += ("  " if gap > _GAP * piece.size else "") + piece.text
    return " ".join(text.split("\n")).strip()


def _matrix(value: str) -> tuple[float, float, float, float]:
    values = numbers(value)
    if len(values) != 6:
        return 1.0, 1.0, 0.0, 0.0
    a, _, _, d, e, f = values
    return a or 1.0, d or 1.0, e, f
