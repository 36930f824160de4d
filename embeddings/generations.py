"""Keep the generations of an index: one writer, an atomic pointer, sealed folders. Knows nothing of what they hold."""

import fcntl
import json
import logging
import os
import shutil
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_HELD = "readers.lock"
_SEAL = "seal.json"
_log = logging.getLogger(__name__)

Seal = dict[str, str | int]  # facts about a generation, kept beside the checksums of its files


class Locked(RuntimeError):
    """Another process is writing this index."""


class Damaged(RuntimeError):
    """A generation is missing, incomplete or not what its seal says."""


@dataclass(frozen=True)
class Generation:
    """A published generation that its holder reads: it is not removed before ``held`` is closed or forgotten."""

    number: int
    folder: Path
    seal: Seal
    held: BinaryIO


class Generations:
    """The numbered folders under ``folder`` and the file ``current`` that names the one in use."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._pointer = folder / "current"

    def pointer(self) -> str:
        """Return what the pointer file says, "" where there is none: quick to read, and other after every switch."""
        try:
            return self._pointer.read_text("ascii", errors="replace").strip()
        except FileNotFoundError:
            return ""

    def current(self) -> int | None:
        """Return the number of the published generation, None before the first."""
        text = self.pointer()
        if text and not (text.isascii() and text.isdecimal()):
            raise Damaged("the pointer file 'current' is unreadable")
        return int(text) if text else None

    def open(self, checks: bool = True) -> Generation | None:
        """Hold the published generation and return it, None before the first; raise Damaged if its seal is broken.

        Not ``checks``: its files need not be read, they were sealed a moment ago.
        """
        while (number := self.current()) is not None:
            folder = self.folder / str(number)
            if held := _hold(folder):
                return Generation(number, folder, _checked_seal(folder, checks), held)
            if self.current() == number:
                raise Damaged(f"generation {number} is missing")
        return None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer inside the block; raise Locked at once where another process or thread is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "writer.lock").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Locked(f"Another process is writing the index in {self.folder}; try again shortly.") from None
            yield

    def begin(self) -> tuple[int, Path]:
        """Remove what nobody reads and return number and empty folder of the next generation; for the writer only."""
        serving, numbers = self._serving(), self._numbers()
        if numbers and not self.pointer():
            _log.warning("The index in %s is built anew: it has no pointer file 'current'.", self.folder)
        self.retire()
        number = 1 + max([serving or 0, *numbers])
        folder = self.folder / str(number)
        folder.mkdir()
        (folder / _HELD).touch()
        return number, folder

    def publish(self, number: int, seal: Seal) -> None:
        """Seal the folder of this number with these facts, write it through to the disk and point to it."""
        folder = self.folder / str(number)
        (folder / _SEAL).write_text(
            json.dumps({**seal, "files": _files(folder)}, ensure_ascii=False, indent=1), "utf-8"
        )
        for path in [*folder.rglob("*"), folder, self.folder]:
            _sync(path)
        pointer = self._pointer.with_suffix(".new")
        pointer.write_text(f"{number}\n", "ascii")
        _sync(pointer)
        pointer.replace(self._pointer)
        _sync(self.folder)

    def retire(self) -> None:
        """Remove every generation but the published one, except those that somebody reads; for the writer only."""
        serving = self._serving()
        for number in self._numbers():
            if number != serving and _remove(self.folder / str(number)) and serving is not None and number > serving:
                _log.warning("The unfinished generation %s in %s is removed.", number, self.folder)

    def is_tidy(self) -> bool:
        """Say whether there is no generation but the published one."""
        return self._numbers() == [self._serving()]

    def folders(self) -> list[Path]:
        """Return the folders of all generations, published or not."""
        return [self.folder / str(number) for number in self._numbers()]

    def _serving(self) -> int | None:
        try:
            return self.current()
        except Damaged:
            return None

    def _numbers(self) -> list[int]:
        return [int(path.name) for path in self.folder.iterdir() if path.name.isdecimal()]


def _hold(folder: Path) -> BinaryIO | None:
    try:
        held = (folder / _HELD).open("rb")
    except FileNotFoundError:
        return None
    fcntl.flock(held, fcntl.LOCK_SH)
    if (folder / _HELD).exists():
        return held
    held.close()
    return None


def _remove(folder: Path) -> bool:
    """Remove the folder of a generation unless somebody reads it, and say whether it is gone."""
    if not (folder / _HELD).exists():
        shutil.rmtree(folder)
        return True
    with (folder / _HELD).open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        shutil.rmtree(folder)
        return True


def _checked_seal(folder: Path, checks: bool) -> Seal:
    try:
        seal = json.loads((folder / _SEAL).read_bytes())
        files = seal.pop("files")
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise Damaged(f"generation {folder.name} has no readable seal") from error
    _require_same(folder, {name: size for name, (size, _) in files.items()}, _sizes(folder))  # one may have grown huge
    if checks:
        _require_same(folder, files, _files(folder))
    return seal


def _require_same(folder: Path, sealed: Mapping[str, object], found: Mapping[str, object]) -> None:
    for name in sorted({*sealed, *found}):
        if sealed.get(name) != found.get(name):
            raise Damaged(f"generation {folder.name}: {name} is not as it was written")


def _files(folder: Path) -> dict[str, list[int]]:
    """Return size and checksum of every file by its name, except the lock and the seal."""
    return {name: [size, _checksum(folder / name)] for name, size in _sizes(folder).items()}


def _sizes(folder: Path) -> dict[str, int]:
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name not in {_HELD, _SEAL}]
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in paths}


def _checksum(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            value = zlib.crc32(block, value)
    return value


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
