"""Share out the bytes of files among what is read of them, so that the progress ends at the whole. Knows no format."""

from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.files import Found, stamp
from corpus.progress import Advance


class Shares:
    """The bytes of each file in hand, and how many of them the progress has heard of."""

    def __init__(self, advance: Advance) -> None:
        self._advance = advance
        self._sizes: dict[Path, int] = {}
        self._told: dict[Path, int] = {}

    def give(self, found: Found) -> None:
        """Let a file count for its size."""
        self._sizes[found.path] = stamp(found.path)[0]

    def divide(self, archive: Found, members: Sequence[Found]) -> None:
        """Let the files of an archive count for equal parts of its size; without any it is done."""
        size = stamp(archive.path)[0]
        self._sizes.update({found.path: size // len(members) for found in members})
        self._advance(size - size // max(1, len(members)) * len(members), archive.shown)

    def page(self, found: Found) -> Callable[[int, int], None]:
        """Return what is to be called with (pages done, pages in all)."""

        size = self._sizes[found.path]

        def told(done: int, pages: int) -> None:
            self._tell(found, size * done // max(1, pages), f"{found.shown} page {done + 1}/{pages}")

        return told

    def read(self, found: Found, consumed: int, of: int) -> None:
        """Say how many bytes of a file were read, ``of`` so many where that is not its size."""
        share = consumed * self._sizes[found.path] // of if of else consumed
        self._tell(found, share, found.shown)

    def end(self, found: Found) -> None:
        """Say that a file is done."""
        self._tell(found, self._sizes.pop(found.path), found.shown)
        self._told.pop(found.path, None)

    def _tell(self, found: Found, share: int, name: str) -> None:
        more = max(0, share - self._told.get(found.path, 0))
        self._told[found.path] = self._told.get(found.path, 0) + more
        self._advance(more, name)
