"""Name and read the files in an archive, and in archives inside it, within bounds that hold over all of them together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from corpus.formats.extract import Unreadable
from corpus.formats.zipped import MEMBERS, Zip

DEEPEST = 3  # archives inside each other, the outermost counted
UNPACKED = 4 << 30  # bytes of all files together
ENDING = ".zip"
_TWICE = "another file in the archive has this name, too: give each its own"


@dataclass(frozen=True)
class Member:
    """A file in an archive: its name in each archive that it lies in, outermost first."""

    names: tuple[str, ...]
    failed: str = ""  # why it cannot be read
    skipped: str = ""  # why it need not be


class Archive:
    """An open archive, with the one inside it that was read last: the files of one are asked for one after another."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        """``most``: bytes of one file in it when unpacked."""
        self._zip, self._most = Zip(file, UNPACKED), most
        self._inner: tuple[tuple[str, ...], Zip] | None = None

    def members(self, wanted: Callable[[str], bool]) -> list[Member]:
        """Return every file in it but sound archives. Raises ``Unreadable`` where they are too many, or too large together.

        ``wanted`` says of a name whether its file would be read: only what would be counts as unpacked.
        """
        met: list[Member] = []
        size = 0
        for count, (member, length) in enumerate(self._walk((), self._zip), 1):
            size += length if member is None or wanted(member.names[-1]) else 0
            if count > MEMBERS:
                raise Unreadable(f"it holds more than {MEMBERS} files: split it")
            if size > UNPACKED:
                raise Unreadable(f"its files unpack to more than {UNPACKED >> 20} MB: a ZIP bomb, or to be split")
            met += [member] if member else []
        return met

    def read(self, names: Sequence[str]) -> bytes:
        """Return one file. Raises ``Unreadable`` where it is missing, encrypted, damaged or too large."""
        *outer, name = names
        return self._within(self._opened(tuple(outer)), name)

    def _walk(self, outer: tuple[str, ...], archive: Zip) -> Iterator[tuple[Member | None, int]]:
        """Yield each file, None for a sound archive, and the bytes that are claimed: no more are ever unpacked."""
        for name in archive.twice:
            yield Member((*outer, name), failed=_TWICE), 0
        for name, info in archive.members.items():
            names = (*outer, name)
            if not name.lower().endswith(ENDING):
                yield Member(names), info.file_size
            elif len(names) >= DEEPEST:
                yield Member(names, failed=f"more than {DEEPEST} archives inside each other: unpack it"), 0
            else:
                yield from self._inside(names, archive)

    def _inside(self, names: tuple[str, ...], archive: Zip) -> Iterator[tuple[Member | None, int]]:
        try:
            inner = Zip(self._within(archive, names[-1]))
        except Unreadable as error:
            yield Member(names, failed=str(error)), 0
            return
        yield (
            None if inner.members else Member(names, skipped="no document in it"),
            archive.members[names[-1]].file_size,
        )
        yield from self._walk(names, inner)

    def _opened(self, outer: tuple[str, ...]) -> Zip:
        """Return the archive inside archives that is called so."""
        if not outer:
            return self._zip
        if self._inner is None or self._inner[0] != outer:
            self._inner = None  # only one is held at a time
            archive = self._zip
            for name in outer:
                archive = Zip(self._within(archive, name))
            self._inner = (outer, archive)
        return self._inner[1]

    def _within(self, archive: Zip, name: str) -> bytes:
        """Return one file where it is not larger than one file may be."""
        if name in archive and archive.members[name].file_size > self._most:
            raise Unreadable(f"it unpacks to more than {self._most >> 20} MB: a ZIP bomb, or raise POLICY_FILE_MB")
        return archive.read(name, self._most)
