"""Read an OFD file (GB/T 33190): the text layer of its pages and their templates, put into lines by where it stands."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from corpus.formats.extract import Extract, Tell, Unreadable, silent
from corpus.formats.layout import join_pages
from corpus.formats.zipped import Zip

MOST_PAGES = 3000
_FARTHEST = 1e6  # millimetres
_GAP = 2.2  # characters' widths between two pieces of a line, from which on they are columns


@dataclass(frozen=True)
class _Piece:
    """Text at a place of a page, in millimetres from the upper left."""

    x: float
    y: float
    size: float
    end: float  # where its last character ends, about
    text: str


def extract(data: bytes, tell: Tell = silent) -> Extract:
    """Return the text of all pages of all documents in the file."""
    archive = Zip(data)
    if "OFD.xml" not in archive:
        raise Unreadable("it holds no OFD document (OFD.xml is missing): get the file again")
    if any(_name(e) == "Encryptions" for e in archive.xml("OFD.xml").iter()):
        raise Unreadable("encrypted: save it without")
    pages: list[list[str]] = []
    unread = 0
    for root in (_text(each) for each in archive.xml("OFD.xml").iter() if _name(each) == "DocRoot"):
        for count, page, templates in _pages(archive, _inside("", root)):
            tell(len(pages), count, 0.0)
            pieces = [piece for part in (*templates, page) for piece in _pieces(part)]
            pages.append(_lines(pieces))
            unread += not pieces and any(_name(each) == "ImageObject" for each in page.iter())
            if len(pages) > MOST_PAGES:
                raise Unreadable(f"more than {MOST_PAGES} pages: split it")
    text, running = join_pages(pages)
    if not text.strip():
        raise Unreadable(
            "its pages are pictures, none has text: print it to PDF, of which pictures are read"
            if unread
            else "no text on any page: expected a document"
        )
    dropped = {"running heads": running} if running else {}
    return Extract(text, "ofd", pages=len(pages), unread_pages=unread, dropped=dropped)


def _pages(archive: Zip, root: str) -> Iterator[tuple[int, Element, list[Element]]]:
    """Yield how many pages there are, each page, and the templates that it is printed on."""
    document = archive.xml(_existing(archive, root))
    base = posixpath.dirname(root)
    templates = {e.get("ID", ""): e.get("BaseLoc", "") for e in document.iter() if _name(e) == "TemplatePage"}
    found = [e.get("BaseLoc", "") for e in document.iter() if _name(e) == "Page" and e.get("BaseLoc")]
    read: dict[str, Element] = {}
    for place in found:
        name = _existing(archive, _inside(base, place))
        if name not in archive:
            continue
        page = archive.xml(name)
        used = [templates.get(e.get("TemplateID", ""), "") for e in page.iter() if _name(e) == "Template"]
        for each in used:
            name = _existing(archive, _inside(base, each))
            if each and each not in read and name in archive:
                read[each] = archive.xml(name)
        yield len(found), page, [read[each] for each in used if each in read]


def _pieces(page: Element) -> Iterator[_Piece]:
    """Yield the texts of a page; what cannot be seen is left out."""
    for thing in page.iter():
        if _name(thing) != "TextObject" or thing.get("Visible") == "false" or thing.get("Alpha") == "0":
            continue
        left, top, *_ = [*_numbers(thing.get("Boundary", "")), 0.0, 0.0]
        scale_x, scale_y, move_x, move_y = _matrix(thing.get("CTM", ""))
        size = (_number(thing.get("Size", "")) or 4.0) * abs(scale_y)
        x = y = 0.0
        for code in thing.iter():
            if _name(code) != "TextCode" or not (text := code.text or "").strip():
                continue
            x = next(iter(_numbers(code.get("X", ""))), x)
            y = next(iter(_numbers(code.get("Y", ""))), y)
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
            count, step = next(parts, "0"), _number(next(parts, "0"))
            for _ in range(min(int(count) if count.isdecimal() else 0, 100_000)):
                yield step
        else:
            yield _number(part)


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


def _inside(base: str, place: str) -> str:
    """The name of a part: a place beside ``base``, or from the root where it begins with a slash."""
    name = place.lstrip("/") if place.startswith("/") else posixpath.join(base, place)
    return posixpath.normpath(name.replace("\\", "/"))


def _existing(archive: Zip, name: str) -> str:
    """Some programs write places from the root without a slash, or other cases."""
    if name in archive:
        return name
    known = {each.lower(): each for each in archive.members}
    parts = name.split("/")
    tails = ("/".join(parts[i:]).lower() for i in range(len(parts)))
    return next((known[tail] for tail in tails if tail in known), name)


def _matrix(value: str) -> tuple[float, float, float, float]:
    numbers = _numbers(value)
    if len(numbers) != 6:
        return 1.0, 1.0, 0.0, 0.0
    a, _, _, d, e, f = numbers
    return a or 1.0, d or 1.0, e, f


def _numbers(value: str) -> list[float]:
    return [_number(part) for part in value.split()]


def _number(part: str) -> float:
    try:
        number = float(part)
    except ValueError:
        return 0.0
    return number if abs(number) < _FARTHEST else 0.0  # infinite and none, too


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Element) -> str:
    return (element.text or "").strip()
