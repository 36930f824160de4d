"""The process that reads files nobody vouches for: python -m corpus.worker MEGABYTES SECONDS MEMORY

Takes requests on stdin and answers on stdout; every message is a length of four bytes, an object of JSON, and the bytes
it announces. It holds no secret, writes nothing but temporary files, and is ended when a file takes too long or too much.
"""

import hashlib
import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import IO, Any

from corpus.formats.extract import Extract, NoDocument, Unreadable
from corpus.formats.kinds import extract, package_of
from corpus.formats.nested import Archive
from corpus.identity import Given
from corpus.limits import Limits
from corpus.reader import ReadError, opened, suffix
from corpus.understood import as_message, understand

_FILES = 1 << 30  # bytes of one file that a converter may write
_LONGEST = 1 << 30  # bytes of a message
_OPEN = 256  # files open at once
_GRACE = 10.0  # seconds after which this process ends by itself where the other one does not end it


def main(arguments: list[str]) -> int:
    """Answer requests until there are none."""
    limits = Limits(int(arguments[0]), int(arguments[1]), int(arguments[2]))
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what a library prints is no reply
    _bind(limits)
    files = _Files(limits)
    while (message := read_message(requests)) is not None:
        reply, raw = _answer(message[0], message[1], files, replies)
        write_message(replies, reply, raw)
    return 0


def read_message(file: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Return the next message and its bytes; None where the other side has ended."""
    head = file.read(8)
    if len(head) < 8:
        return None
    size, more = struct.unpack(">II", head)
    if max(size, more) > _LONGEST:
        return None
    body = file.read(size)
    raw = file.read(more)
    return (json.loads(body), raw) if len(body) == size and len(raw) == more else None


def write_message(file: IO[bytes], message: dict[str, Any], raw: bytes = b"") -> None:
    """Write one message with the bytes that belong to it."""
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    file.write(struct.pack(">II", len(body), len(raw)) + body)
    file.write(raw)
    file.flush()


def _bind(limits: Limits) -> None:
    memory = limits.memory << 20
    for what, most in (
        (resource.RLIMIT_DATA, memory), (resource.RLIMIT_FSIZE, _FILES), (resource.RLIMIT_NOFILE, _OPEN), (resource.RLIMIT_CORE, 0)
    ):  # fmt: skip
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    os.nice(5)  # questions that are being answered go first


class _Files:
    """Gives the bytes of files, and of members of the archive that was asked for last, which stays open."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._archive: tuple[tuple[object, ...], Archive] | None = None

    def archive(self, path: Path) -> Archive:
        """Return an archive, opened anew where its file has changed."""
        file = opened(path)
        status = os.fstat(file.fileno())
        stamp = (path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        if self._archive is None or self._archive[0] != stamp:
            self._archive = None
            self._archive = (stamp, Archive(file, self.limits.bytes))
        else:
            file.close()
        return self._archive[1]

    def members(self, path: Path) -> list[tuple[Sequence[str], str, str]]:
        """Return names, failure and reason to skip of the files in an archive."""
        found = self.archive(path).members(lambda name: suffix(Path(name)) is not None)
        if (kind := package_of({each.names[0] for each in found})) != "zip":
            raise Unreadable(f"it is no archive but a document: name it .{kind}")
        return [(each.names, each.failed, each.skipped) for each in found]

    def bytes(self, message: Mapping[str, Any]) -> bytes:
        """Return the bytes of the file, or member of an archive, that a message asks for."""
        path = Path(message["path"])
        if message.get("members"):
            return self.archive(path).read(message["members"])
        with opened(path) as file:
            if os.fstat(file.fileno()).st_size > self.limits.bytes:
                raise ReadError(path, f"larger than {self.limits.megabytes} MB: split it, or raise POLICY_FILE_MB")
            return file.read(self.limits.bytes + 1)


def _answer(message: dict[str, Any], raw: bytes, files: _Files, replies: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Do what is asked; whatever goes wrong is a reply."""
    limits = files.limits
    _set_alarm(limits.seconds)

    def tell(done: int, pages: int, more: float) -> None:
        if more:
            _set_alarm(signal.getitimer(signal.ITIMER_REAL)[0] + more - _GRACE)
        write_message(replies, {"page": done, "pages": pages, "more": more})

    began = monotonic()
    try:
        if message["kind"] == "members":
            return {"members": files.members(Path(message["path"]))}, b""
        if message["kind"] == "bytes":
            return {}, files.bytes(message)
        if message["kind"] == "text":
            found = Extract(message["text"], message["format"], message["encoding"])
            return as_message(understand(message["id"], found, Given(**message["given"]))), b""
        data = raw or files.bytes(message)
        digest = hashlib.sha256(data).hexdigest()
        if digest == message.get("digest"):
            return {"digest": digest, "same": True}, b""
        found = extract(data, message["suffix"], tell)
        understood = replace(understand(message["id"], found), seconds=round(monotonic() - began, 3))
        return {**as_message(understood), "digest": digest}, data
    except NoDocument as error:
        return {"skipped": str(error)}, b""
    except (Unreadable, ReadError) as error:
        return {"failed": getattr(error, "reason", str(error))}, b""
    except MemoryError:
        return {
            "failed": f"it needs more than {limits.memory} MB of memory: split it or raise POLICY_FILE_MEMORY",
            "worn": True,
        }, b""
    except RecursionError:
        return {"failed": "nested too deep: it is no document"}, b""
    except Exception as error:  # a parser met what it was not made for; the other files go on
        return {"failed": f"it could not be read ({type(error).__name__}: {' '.join(str(error).split())[:100]})"}, b""
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _set_alarm(seconds: float) -> None:
    """End this process after ``seconds`` and some, whatever it is doing then."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
