"""Tell what a file is by its first bytes, its name second: names are often wrong. Reads nothing of it but names of parts."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Literal

from corpus.formats.extract import Extract, Tell, Unreadable, decoded
from corpus.formats.zipped import Zip

Kind = Literal["text", "markdown", "html", "pdf", "docx", "xlsx", "csv", "ofd", "old", "picture", "zip", "gzip"]

KINDS: Mapping[str, Kind] = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown",
    ".html": "html", ".htm": "html", ".shtml": "html", ".xhtml": "html",
    ".pdf": "pdf", ".docx": "docx", ".docm": "docx", ".xlsx": "xlsx", ".xlsm": "xlsx", ".csv": "csv", ".tsv": "csv",
    ".doc": "old", ".wps": "old", ".rtf": "old", ".xls": "old", ".et": "old", ".ofd": "ofd",
    ".png": "picture", ".jpg": "picture", ".jpeg": "picture", ".tif": "picture", ".tiff": "picture", ".bmp": "picture",
    ".zip": "zip",
}  # fmt: skip
PLAIN = frozenset({"text", "markdown"})  # what needs no library to be read
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old"), (b"{\\rtf", "old"), (b"\x89PNG\r\n", "picture"),
    (b"\xff\xd8\xff", "picture"), (b"II*\0", "picture"), (b"MM\0*", "picture"), (b"\x1f\x8b", "gzip"),
)  # fmt: skip
_PAGE = re.compile(rb"\s*(?:<!doctype html|<html|<head|<!-- saved from)", re.I)
_ENCRYPTED = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0".encode("latin-1")
_ARCHIVE = "an archive under another name: name it .zip, or unpack it and add what is inside"


def kind_of(data: bytes, suffix: str) -> Kind:
    """Return what the bytes are; ``suffix`` decides between those that look alike: text, Markdown, CSV."""
    named = KINDS.get(suffix, "text")
    start = data[:1024]
    if b"%PDF-" in start and (named == "pdf" or start.startswith(b"%PDF-")):
        return "pdf"
    if start.startswith(b"PK\x03\x04") or start.startswith(b"PK\x05\x06"):
        return package_of(Zip(data).members)
    if found := next((kind for magic, kind in _MAGIC if start.startswith(magic)), None):
        return found
    if named in ("text", "markdown", "html", "csv"):
        return named if named != "text" or not _PAGE.match(start) else "html"
    if named == "picture" and start.startswith(b"BM"):
        return "picture"
    if _PAGE.match(start.removeprefix(b"\xef\xbb\xbf")):
        return "html"  # what many sites hand out as .doc and .xls
    if named == "old" and b"\0" not in start:
        return "text"
    raise Unreadable(f"it is no {suffix[1:].upper()} file: damaged, cut short, or under a wrong name")


def extract(data: bytes, suffix: str, tell: Tell) -> Extract:
    """Return the text of a file. Raises ``Unreadable``, or ``NoDocument`` for what need not be read."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("empty: expected the text of a document")
    kind = kind_of(data, suffix)
    if kind in ("zip", "gzip"):
        raise Unreadable(_ARCHIVE)
    found = _READERS[kind](data, suffix, tell)
    if not found.text.strip("\x00 \t\r\n\u3000\ufeff"):
        raise Unreadable("no text in it: expected the text of a document")
    if kind != KINDS.get(suffix, "text"):
        note = f"named {suffix}, but it is {found.format}"
        return replace(found, notes=(note, *found.notes))
    return found


def package_of(names: Collection[str]) -> Kind:
    """Return what a ZIP is whose members have these names."""
    if "OFD.xml" in names:
        return "ofd"
    if any(name.startswith("word/") for name in names):
        return "docx"
    return "xlsx" if any(name.startswith("xl/") for name in names) else "zip"


def _text(data: bytes, suffix: str, tell: Tell) -> Extract:
    text, encoding = decoded(data)
    return Extract(text, "txt", encoding)


def _markdown(data: bytes, suffix: str, tell: Tell) -> Extract:
    from corpus.formats.markdown import with_tables

    text, encoding = decoded(data)
    return Extract(with_tables(text), "md", encoding)


def _html(data: bytes, suffix: str, tell: Tell) -> Extract:
    from corpus.formats import html

    return html.extract(data, tell)


def _pdf(data: bytes, suffix: str, tell: Tell) -> Extract:
    from corpus.formats import pdf

    return pdf.extract(data, tell)


def _docx(data: bytes, suffix: str, tell: Tell) -> Extract:
    from corpus.formats import word

    return word.extract(data, tell)


def _xlsx(data: bytes, suffix: str, tell: Tell) -> Extract:
    from corpus.formats import sheets

    return sheets.extract(data, tell)


def _csv(data: bytes, suffix: str, tell: Tell) -> Extract:
    from corpus.formats import sheets

    return sheets.extract_csv(data, tell)


def _ofd(data: bytes, suffix: str, tell: Tell) -> Extract:
    from corpus.formats import ofd

    return ofd.extract(data, tell)


def _old(data: bytes, suffix: str, tell: Tell) -> Extract:
    from corpus.formats import legacy

    if _ENCRYPTED in data[: 1 << 20]:
        raise Unreadable("encrypted with a password: save it without one")
    suffix = ".rtf" if data.startswith(b"{\\rtf") else suffix if KINDS.get(suffix) == "old" else ".doc"
    return legacy.extract(data, suffix, tell)


def _picture(data: bytes, suffix: str, tell: Tell) -> Extract:
    from corpus.formats import scans

    return scans.extract(data, tell)


# A format's libraries are imported where the first file of it is met.
_READERS: Mapping[Kind, Callable[[bytes, str, Tell], Extract]] = {
    "text": _text, "markdown": _markdown, "html": _html, "pdf": _pdf, "docx": _docx, "xlsx": _xlsx, "csv": _csv,
    "ofd": _ofd, "old": _old, "picture": _picture,
}  # fmt: skip
