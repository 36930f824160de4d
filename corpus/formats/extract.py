"""What a format gives: the text of a file with what was measured on the way. Knows no format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from corpus.decode import decode
from corpus.identity import Given

Tell = Callable[[int, int, float], None]  # pages done, pages in all, seconds more than usual that the next one may take


class Unreadable(Exception):
    """The bytes are no readable file of their format; the message says why and what to do, in one line."""


@dataclass(frozen=True)
class Extract:
    """The text of a file, and what it took."""

    text: str
    format: str  # pdf, docx, html, …
    encoding: str = ""  # of the characters, where the format leaves it open
    given: Given = field(default_factory=Given)  # identity that stands in the file outside of its text
    pages: int | None = None
    ocr_pages: int = 0  # read from their picture
    confidence: float | None = None  # of the characters so read, mean, 0 to 1
    garbled_pages: int = 0  # whose characters no font table explains
    unread_pages: int = 0  # a picture or garbled, and not read for want of OCR
    dropped: Mapping[str, int] = field(default_factory=dict)  # why -> characters left out
    notes: tuple[str, ...] = ()  # what a person should know, in one line each


class NoDocument(Unreadable):
    """The file is sound and holds no document that could be read here: it is passed over, which is no failure."""


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of bytes and their encoding. Raises ``Unreadable`` where they are no text."""
    try:
        return decode(data)
    except ValueError as error:
        raise Unreadable(f"{error}: expected UTF-8, UTF-16, GB18030 or Big5, save it as UTF-8") from error


def silent(done: int, pages: int, more: float) -> None:
    """Tell nobody about pages."""
