"""Read members of a ZIP within bounds, whatever its directory claims, and XML without a DTD. Knows no format."""

import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from typing import IO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from corpus.formats.extract import Unreadable

MEMBERS = 20_000  # of one archive
UNPACKED = 256 * 1024 * 1024  # bytes of one member
DEEPEST = 500  # elements inside each other
_BOMB = "it unpacks to more than {} MB: a ZIP bomb, or to be split"
_OTHERS = {b"Rar!": "a RAR", b"7z\xbc\xaf\x27\x1c": "a 7z", b"\x1f\x8b": "a gzip"}
_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_UTF8 = 0x800


def _why(file: bytes | IO[bytes]) -> str:
    """Say why what should be a ZIP cannot be opened."""
    if not isinstance(file, bytes):
        file.seek(0)
    start = file[:8] if isinstance(file, bytes) else file.read(8)
    other = next((name for magic, name in _OTHERS.items() if start.startswith(magic)), None)
    if other:
        return f"it is no ZIP but {other} archive: unpack it and add what is inside"
    return "the ZIP is damaged or cut short: get the file again"


class Zip:
    """An open ZIP: its members by name. What it unpacks in all is bounded."""

    def __init__(self, file: bytes | IO[bytes], in_all: int = 2 * UNPACKED) -> None:
        """``in_all``: bytes that it unpacks at most, all members together."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
            raise Unreadable(_why(file)) from error
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        if len(infos) > MEMBERS:
            raise Unreadable(f"the ZIP holds {len(infos)} files, more than {MEMBERS}: split it")
        self._left = in_all
        self.members: Mapping[str, zipfile.ZipInfo] = {_name(info): info for info in reversed(infos)}
        counts = Counter(_name(info) for info in infos) if len(infos) > len(self.members) else Counter[str]()
        self.twice = sorted(name for name, count in counts.items() if count > 1)  # of these names the first file counts

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def read(self, name: str, most: int = UNPACKED) -> bytes:
        """Return one member. Raises ``Unreadable`` where it is missing, encrypted, damaged or larger than ``most``."""
        info = self.members.get(name)
        if info is None:
            raise Unreadable(f"the part '{name}' is missing from it: get the file again")
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable("encrypted with a password: unpack it and add what is inside")
        most = min(most, self._left)
        if info.file_size > most:
            raise Unreadable(_BOMB.format(most >> 20))
        try:
            with self._zip.open(info) as member:
                return self._within(member, most)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise Unreadable(f"the part '{name}' is damaged ({error}): get the file again") from error
        except RuntimeError as error:  # zipfile asks for a password
            raise Unreadable(f"the part '{name}' cannot be unpacked ({error})") from error

    def xml(self, name: str) -> Element:
        """Return the root of an XML member."""
        return parse_xml(self.read(name), name)

    def _within(self, member: IO[bytes], most: int) -> bytes:
        """Read until the end or ``most`` bytes, counted as they unpack: the directory may lie."""
        parts: list[bytes] = []
        size = 0
        while chunk := member.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise Unreadable(_BOMB.format(most >> 20))
            parts.append(chunk)
        self._left -= size
        return b"".join(parts)


def parse_xml(data: bytes, name: str) -> Element:
    """Return the root of ``data``. Raises ``Unreadable`` for a DTD, for what is no XML and for what is nested too deep."""
    parser = XMLParser(target=_Builder())
    try:
        parser.feed(data)
        return parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"the part '{name}' cannot be read as XML ({error}): get the file again") from error


class _Builder(TreeBuilder):
    """Builds the tree within bounds: a DTD brings entities that grow without end or read other files."""

    _depth = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise ValueError("it has a DTD, which no document needs")

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError(f"nested more than {DEEPEST} deep")
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a member; where it is not marked as UTF-8, Chinese programs wrote GB18030."""
    if info.flag_bits & _UTF8 or info.filename.isascii():
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
