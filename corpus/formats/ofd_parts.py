"""The parts of an OFD package (GB/T 33190): its documents, their pages with the templates they are printed on, and pictures."""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

from corpus.formats.extract import Unreadable
from corpus.formats.zipped import Zip

_FARTHEST = 1e6  # millimetres
_A4 = (210.0, 297.0)  # millimetres, where no page says how large it is


@dataclass(frozen=True)
class Picture:
    """A picture that a page shows: the name of its part, how far down it begins, and the share of the page it covers."""

    part: str
    top: float
    share: float


@dataclass(frozen=True)
class Page:
    """A page: its parts, templates first."""

    document: "OfdDocument"
    elements: Sequence[Element]

    def pictures(self) -> list[Picture]:
        """Return the pictures on the page, top to bottom; one whose part is missing has the name ''."""
        width, height = self._size()
        found = []
        for thing in (thing for element in self.elements for thing in element.iter() if name(thing) == "ImageObject"):
            _, top, wide, high, *_ = [*numbers(thing.get("Boundary", "")), 0.0, 0.0, 0.0, 0.0]
            share = min(abs(wide), width) * min(abs(high), height) / (width * height)
            found.append(Picture(self.document.media.get(thing.get("ResourceID", ""), ""), top, share))
        return sorted(found, key=lambda picture: picture.top)

    def _size(self) -> tuple[float, float]:
        """Width and height in millimetres."""
        for element in (*reversed(self.elements), self.document.root):
            for box in (each for each in element.iter() if name(each) == "PhysicalBox"):
                sides = numbers(text(box))[2:4]
                if len(sides) == 2 and min(sides) > 0:
                    return sides[0], sides[1]
        return _A4


class OfdDocument:
    """One document of a package; ``place`` is that of its root."""

    def __init__(self, archive: Zip, place: str) -> None:
        self._archive, self._base = archive, posixpath.dirname(place)
        self.root = archive.xml(existing(archive, place))
        self._places = [e.get("BaseLoc", "") for e in self.root.iter() if name(e) == "Page" and e.get("BaseLoc")]

    def __len__(self) -> int:
        return len(self._places)

    def pages(self) -> Iterator[Page]:
        """Yield the pages whose part is there, in order."""
        templates = {e.get("ID", ""): e.get("BaseLoc", "") for e in self.root.iter() if name(e) == "TemplatePage"}
        read: dict[str, Element] = {}
        for place in self._places:
            part = existing(self._archive, inside(self._base, place))
            if part not in self._archive:
                continue
            page = self._archive.xml(part)
            used = [templates.get(e.get("TemplateID", ""), "") for e in page.iter() if name(e) == "Template"]
            for each in used:
                part = existing(self._archive, inside(self._base, each))
                if each and each not in read and part in self._archive:
                    read[each] = self._archive.xml(part)
            yield Page(self, [*(read[each] for each in used if each in read), page])

    @cached_property
    def media(self) -> dict[str, str]:
        """The parts of pictures by the id that pages call them by."""
        found: dict[str, str] = {}
        for place in (text(e) for e in self.root.iter() if name(e) in ("PublicRes", "DocumentRes")):
            part = existing(self._archive, inside(self._base, place))
            try:
                resources = self._archive.xml(part)
            except Unreadable:  # the text needs none of it
                continue
            base = inside(posixpath.dirname(part), resources.get("BaseLoc", ""))
            for each in (e for e in resources.iter() if name(e) == "MultiMedia"):
                files = [existing(self._archive, inside(base, text(e))) for e in each.iter() if name(e) == "MediaFile"]
                found |= {each.get("ID", ""): file for file in files if file in self._archive}
        return found


def documents(archive: Zip) -> Iterator[OfdDocument]:
    """Yield the documents of a package."""
    for each in archive.xml("OFD.xml").iter():
        if name(each) == "DocRoot":
            yield OfdDocument(archive, inside("", text(each)))


def inside(base: str, place: str) -> str:
    """Return the name of a part: a place beside ``base``, or from the root where it begins with a slash."""
    joined = place.lstrip("/") if place.startswith("/") else posixpath.join(base, place)
    return posixpath.normpath(joined.replace("\\", "/"))


def existing(archive: Zip, part: str) -> str:
    """Return the name that a part has: some programs write places from the root without a slash, or other cases."""
    if part in archive:
        return part
    known = {each.lower(): each for each in archive.members}
    steps = part.split("/")
    tails = ("/".join(steps[i:]).lower() for i in range(len(steps)))
    return next((known[tail] for tail in tails if tail in known), part)


def numbers(value: str) -> list[float]:
    """Return the numbers of an attribute; what is none, or out of all bounds, as 0."""
    return [number(part) for part in value.split()]


def number(part: str) -> float:
    """Return one number; what is none, or out of all bounds, as 0."""
    try:
        read = float(part)
    except ValueError:
        return 0.0
    return read if abs(read) < _FARTHEST else 0.0  # infinite and none, too


def name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text(element: Element) -> str:
    """Return the text of an element."""
    return (element.text or "").strip()
