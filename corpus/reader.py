"""Read plain text and ``.jsonl`` files, line by line; say which names are of formats that are known. Knows no passages."""

import gzip
import io
import json
import os
import re
import stat
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from corpus.formats.extract import Extract, Unreadable, silent
from corpus.formats.kinds import KINDS, PLAIN, extract, kind_of
from corpus.identity import Given

MAX_BYTES = 64 * 1024 * 1024  # of a file, and of a line of a .jsonl file when unpacked
MAX_UNPACKED = 4 * 1024 * 1024 * 1024  # of a whole .jsonl file
MAX_BROKEN = 10_000  # broken lines of one file before the rest is given up
MAX_ID = 300  # characters
_MB = 1024 * 1024
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class ReadError(Exception):
    """A file or a line that could not be read: where, what was expected and what to do, in one line."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"{shown(path)}: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Reading:
    """A file of plain text: the byte order mark removed, nothing else changed. ``raw`` is the file as it was."""

    text: str
    encoding: str
    raw: bytes = field(repr=False, default=b"")
    extract: Extract | None = field(repr=False, default=None)


@dataclass(frozen=True)
class Line:
    """A document line. Where ``error`` is set the line is broken and holds nothing else."""

    number: int  # from 1
    consumed: int  # bytes of the file read so far
    raw: bytes = field(repr=False, default=b"")
    id: str = ""
    text: str = field(repr=False, default="")
    given: Given = field(default_factory=Given)
    error: ReadError | None = None
    last: bool = False  # the file was given up here, lines may follow unread


def suffix(path: Path) -> str | None:
    """Return the suffix of ``path`` that names a known format, as it stands in the name; None: unknown."""
    found = next((known for known in (*LINES, *KINDS) if path.name.lower().endswith(known)), None)
    return path.name[-len(found) :] if found else None


def holds_lines(path: Path) -> bool:
    """Say whether ``path`` holds a document a line."""
    return (suffix(path) or "").lower() in LINES


def holds_files(path: Path) -> bool:
    """Say whether ``path`` is an archive of files."""
    return (suffix(path) or "").lower() == ".zip"


def is_plain(path: Path) -> bool:
    """Say whether ``path`` is named as plain text, whose bytes are its document."""
    return KINDS.get((suffix(path) or "").lower()) in PLAIN


def read(path: Path, most: int = MAX_BYTES) -> Reading | None:
    """Return the text of one file of plain text and its encoding; None where it is no text, whatever its name says.

    Raises ``ReadError`` for whatever cannot be read.
    """
    raw = read_bytes(path, most)
    named = (suffix(path) or "").lower()
    try:
        if kind_of(raw, named) not in PLAIN:
            return None
        found = extract(raw, named, silent)
    except Unreadable as error:
        raise ReadError(path, str(error)) from error
    return Reading(found.text, found.encoding, raw, found)


def read_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file. Raises ``ReadError`` where it cannot be read or is larger than ``most``."""
    with opened(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise ReadError(path, f"larger than {most // _MB} MB: split it, or raise POLICY_FILE_MB")
        try:
            return file.read(most + 1)
        except OSError as error:
            raise ReadError(path, f"reading failed: {error.strerror}") from error


def read_lines(path: Path, content: bytes | None = None) -> Iterator[Line]:
    """Yield the documents of a ``.jsonl`` or ``.jsonl.gz`` file; a broken line carries its error and the rest goes on.

    ``content``: its bytes, where they lie in an archive.
    A line is ``{"id", "title", "text"}`` plus optional ``url, number, issuer, region, issued, published``; a title that
    is missing is derived from the text later. Raises ``ReadError`` when the file cannot be opened at all.
    """
    with opened(path) if content is None else io.BytesIO(content) as file:
        seen: dict[str, int] = {}
        broken = 0
        for number, raw, problem, last in _raw_lines(LINES[(suffix(path) or "").lower()](file)):
            if not raw.strip() and not problem:
                continue
            try:
                if problem:
                    raise ValueError(problem)
                line = _document(number, file.tell(), raw)
                if line.id in seen:
                    raise ValueError(f"id '{line.id}' was used in line {seen[line.id]}: give each line its own")
                seen[line.id] = number
                yield line
            except (ValueError, RecursionError) as error:
                broken += 1
                last = last or broken >= MAX_BROKEN
                reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
                reason += "; the rest of the file was not read" if last else ""
                yield Line(number, file.tell(), error=ReadError(f"{path}:{number}", reason), last=last)
            if last:
                return


def opened(path: Path) -> IO[bytes]:
    """Return an open file, which no pipe, folder or device is. Raises ``ReadError`` where it cannot be opened."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe nobody writes to must not block
    except FileNotFoundError:
        raise ReadError(path, "no such file: check the name") from None
    except PermissionError:
        raise ReadError(path, "no permission to read it: change its rights") from None
    except OSError as error:
        raise ReadError(path, f"cannot be opened: {error.strerror}") from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise ReadError(path, "a folder, expected a file" if stat.S_ISDIR(mode) else "no regular file")
    return os.fdopen(descriptor, "rb")


def shown(name: Path | str) -> str:
    """Return a file name or id as it can be stored and printed in one line, whatever bytes it holds."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", str(name))


def _raw_lines(file: IO[bytes]) -> Iterator[tuple[int, bytes, str, bool]]:
    """Yield (number, bytes, what is wrong, nothing follows); a hostile file is read no further than the limits."""
    number, unpacked = 0, 0
    try:
        while raw := file.readline(MAX_BYTES + 1):
            number, unpacked = number + 1, unpacked + len(raw)
            if number == 1 and raw.startswith(_MAGIC):
                yield (
                    number,
                    b"",
                    "other data under a wrong name (PDF, ZIP, gzip?): expected a JSON object a line",
                    True,
                )
                return
            problem, rest = "", raw
            while len(rest) > MAX_BYTES and not rest.endswith(b"\n") and unpacked <= MAX_UNPACKED:
                problem = f"longer than {MAX_BYTES // _MB} MB: leave it out"
                rest = file.readline(MAX_BYTES + 1)
                unpacked += len(rest)
            if unpacked > MAX_UNPACKED:
                yield number, b"", f"the file unpacks to more than {MAX_UNPACKED // _MB} MB", True
                return
            yield number, raw, problem, False
    except (OSError, EOFError, zlib.error) as error:
        yield number + 1, b"", f"the file is damaged from here on ({error})", True


def _document(number: int, consumed: int, raw: bytes) -> Line:
    try:
        fields = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        raise ValueError("not UTF-8: save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(fields, dict):
        raise ValueError('expected an object {"id", "title", "text"}')
    values = {name: _string(fields, name) for name in ("id", "text", *Given.__dataclass_fields__)}
    for name in ("id", "text"):
        if not values[name]:
            raise ValueError(f"'{name}' is missing or empty")
    id, text = str(values.pop("id")).strip(), str(values.pop("text"))
    if len(id) > MAX_ID or shown(id) != id:
        raise ValueError(f"'id' must be one line of at most {MAX_ID} printable characters")
    if len(text) > MAX_BYTES:
        raise ValueError(f"'text' is longer than {MAX_BYTES // _MB} MB")
    return Line(number, consumed, raw.strip(), id, text, Given(**values))


def _string(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"'{name}' must be a string, found {type(value).__name__}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError(f"'{name}' holds half of a character (a lone surrogate)") from None
    return value if value.strip() else None


def _unzipped(file: IO[bytes]) -> IO[bytes]:
    return gzip.GzipFile(fileobj=file, mode="rb")


# A file of lines gives its unpacked bytes.
LINES: Mapping[str, Callable[[IO[bytes]], IO[bytes]]] = {".jsonl.gz": _unzipped, ".jsonl": lambda file: file}
