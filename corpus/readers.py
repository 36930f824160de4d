"""Have files and texts understood: small plain text here, everything else by the processes of a sandbox. Knows no library."""

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Literal

from corpus.files import Found
from corpus.formats.extract import Extract
from corpus.formats.nested import Member
from corpus.identity import Given
from corpus.limits import Limits
from corpus.reader import ReadError, is_plain, read, suffix
from corpus.sandbox import Page, Sandbox
from corpus.understood import Understood, from_message, understand

_SMALL = 256 * 1024  # bytes of a text that is read here
_HERE = 512 * 1024  # bytes that are read here in all, about a second's work: after that the processes pay
AHEAD = 8  # requests that wait for each process, so that none is ever idle


@dataclass(frozen=True)
class Outcome:
    """What became of reading one file: understood, the same as before, or why not."""

    understood: Understood | None = None
    raw: bytes = b""
    digest: str = ""
    same: bool = False  # its bytes have the digest that was given
    status: Literal["read", "failed", "skipped"] = "read"
    reason: str = ""


class Readers:
    """Reads files within limits. To be closed: ``with Readers(limits) as readers``."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._sandbox = Sandbox(limits)
        self._left = _HERE

    def __enter__(self) -> "Readers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._sandbox.__exit__(kind, error, at)

    @property
    def ahead(self) -> int:
        """How many requests are worth making before the first is waited for."""
        return AHEAD * self._sandbox.processes if self._left < 0 else 0

    def file(self, found: Found, size: int, id: str, digest: str, page: Page | None = None) -> "Future[Outcome]":
        """Read a file, or the member of an archive, as document ``id``; not if its bytes still have ``digest``."""
        if found.archive is None and is_plain(found.path) and self._small(size):
            here = _understood(lambda: self._here(found, id, digest))
            if here is not None:
                return _done(here)
        message = {"kind": "file", "path": str(found.file), "members": found.members, "id": id, "digest": digest}
        named = (suffix(found.path) or "").lower()
        return self._there(id, {**message, "suffix": named}, page)

    def text(self, id: str, text: str, encoding: str = "utf-8", given: Given | None = None) -> "Future[Outcome]":
        """Understand a text as document ``id``."""
        given = given or Given()
        if self._small(len(text)):
            found = Extract(text, "txt", encoding)
            return _done(_understood(lambda: Outcome(understand(id, found, given))) or Outcome())
        message = {
            "kind": "text",
            "id": id,
            "text": text,
            "format": "txt",
            "encoding": encoding,
            "given": asdict(given),
        }
        return self._there(id, message, None)

    def members(self, found: Found) -> list[Member]:
        """Return the files in an archive and in archives inside it. Raises ``ReadError`` where it cannot be read."""
        reply, _ = self._asked(found, {"kind": "members", "path": str(found.path)})
        return [
            Member(tuple(names), _one_line(failed), _one_line(skipped)) for names, failed, skipped in reply["members"]
        ]

    def bytes(self, found: Found) -> bytes:
        """Return the bytes of a file in an archive. Raises ``ReadError`` where it cannot be read."""
        return self._asked(found, {"kind": "bytes", "path": str(found.file), "members": found.members})[1]

    def _asked(self, found: Found, message: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        reply, raw = self._sandbox.ask(message).result()
        if "failed" in reply:
            raise ReadError(found.shown, _one_line(reply["failed"]))
        return reply, raw

    def _small(self, size: int) -> bool:
        self._left -= size
        return size <= _SMALL and self._left >= 0

    def _here(self, found: Found, id: str, digest: str) -> Outcome | None:
        reading = read(found.path, self.limits.bytes)
        if reading is None or reading.extract is None:
            return None  # no text, whatever its name says
        own = hashlib.sha256(reading.raw).hexdigest()
        if own == digest:
            return Outcome(digest=own, same=True)
        return Outcome(understand(id, reading.extract), reading.raw, own)

    def _there(self, id: str, message: Mapping[str, Any], page: Page | None) -> "Future[Outcome]":
        made: Future[Outcome] = Future()
        asked = self._sandbox.ask(message, page)

        def finish(replied: "Future[tuple[dict[str, Any], bytes]]") -> None:
            if replied.cancelled():
                made.cancel()
            elif error := replied.exception():
                made.set_exception(error)
            else:
                made.set_result(_outcome(id, *replied.result()))

        asked.add_done_callback(finish)
        return made


def _outcome(id: str, reply: Mapping[str, Any], raw: bytes) -> Outcome:
    if reply.get("same"):
        return Outcome(digest=reply["digest"], same=True)
    for status in ("failed", "skipped"):
        if status in reply:
            return Outcome(status=status, reason=_one_line(reply[status]))
    try:
        return Outcome(from_message(id, reply), raw, reply.get("digest", ""))
    except (KeyError, TypeError, ValueError, IndexError):  # it was read by a process that a file may have taken over
        return Outcome(status="failed", reason="the program that read it gave no sound reply: damaged or hostile")


def _understood(make: Callable[[], Outcome | None]) -> Outcome | None:
    try:
        return make()
    except ReadError as error:
        return Outcome(status="failed", reason=error.reason)
    except Exception as error:  # text that the code was not made for must not keep the other files out
        told = f"{type(error).__name__}: {str(error)[:100]}"
        return Outcome(status="failed", reason=f"its text could not be understood ({told})")


def _one_line(reason: str) -> str:
    return " ".join(str(reason).split())[:400]


def _done(outcome: Outcome) -> "Future[Outcome]":
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future
