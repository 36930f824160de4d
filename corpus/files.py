"""Meet the files of a folder and give each the id of its document. Knows names; never opens a file."""

import os
import stat
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.formats.nested import Member
from corpus.reader import holds_lines, shown, suffix

_SETTLED = 2_000_000_000  # nanoseconds: a file written so recently may change again within its time stamp


@dataclass(frozen=True)
class Found:
    """A file that was met, or a folder that could not be looked into."""

    path: Path  # absolute
    name: str  # relative to the folder that was given, "." for that itself; of a single file its name
    shown: str  # as the person who gave it would write it
    skipped: str = ""  # why it is left out
    failed: str = ""  # why it could not be met
    archive: Path | None = None  # the outermost archive that it lies in
    members: tuple[str, ...] = ()  # its name in each archive that it lies in, outermost first

    @property
    def file(self) -> Path:
        """The file that holds it: itself, or the archive."""
        return self.archive or self.path

    @property
    def place(self) -> str:
        """The absolute path as it is kept on record."""
        return shown(self.path)


def meet(given: Path) -> list[Found]:
    """Return the files at or below ``given``, by name. Hidden files are passed over, links out of it are skipped."""
    root = given.parent.resolve() / given.name if given.name not in ("", "..") else given.resolve()
    try:
        is_folder = stat.S_ISDIR(root.stat().st_mode)
    except OSError as error:
        return [Found(root, ".", shown(given), failed=f"{error.strerror}: check the name")]
    if not is_folder:
        return [_found(root, root.name, shown(given))]
    root = root.resolve()
    met: list[Found] = []
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            name = folder.relative_to(root).as_posix()
            met.append(Found(folder, shown(name), shown(given / name), failed=f"folder unreadable: {error.strerror}"))
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
                continue
            name = Path(entry.path).relative_to(root).as_posix()
            reason = _link(entry, root) if entry.is_symlink() else ""
            met.append(_found(Path(entry.path), name, shown(given / name), reason))
    return sorted(met, key=lambda found: found.name)


def meet_members(archive: Found, members: Sequence[Member]) -> list[Found]:
    """Return the files of an archive, by name; what leads out of it, or is hidden, is no file of it."""
    met: list[Found] = []
    for member in sorted(members, key=lambda each: each.names):
        parts = [part for name in member.names for part in name.replace("\\", "/").split("/")]
        if any(part.startswith(".") and part != ".." for part in parts) or "__MACOSX" in parts:
            continue
        given = f"{archive.shown}/{'/'.join(map(shown, member.names))}"
        if ".." in parts or not all(parts) or any(":" in name.split("/")[0] or "\0" in name for name in member.names):
            met.append(Found(archive.path, archive.name, given, failed="its name leads out of the archive: rename it"))
            continue
        found = _found(archive.path.joinpath(*parts), f"{archive.name}/{'/'.join(parts)}", given, member.skipped)
        met.append(replace(found, failed=member.failed, archive=archive.path, members=member.names))
    return met


def stamp(path: Path) -> tuple[int, int]:
    """Return size and time of a file; time 0: it may still be being written, or cannot be seen."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    settled = abs(time.time_ns() - status.st_mtime_ns) > _SETTLED
    return status.st_size, status.st_mtime_ns if settled else 0


def name_documents(files: Sequence[Found], taken: Collection[str]) -> dict[Path, str]:
    """Return an id for each file: its name without suffix; where two would share it, or it is taken, a longer one.

    >>> a, b = Found(Path("/x/a.txt"), "a.txt", "a.txt"), Found(Path("/x/a.md"), "a.md", "a.md")
    >>> list(name_documents([a, b], taken=()).values())
    ['a.txt', 'a.md']
    """
    choices = {found.path: _names(found) for found in files}
    named = {path: next(names) for path, names in choices.items()}
    while True:
        owners: dict[str, list[Path]] = {}
        for path, name in named.items():
            owners.setdefault(name, []).append(path)
        clashing = [path for name, paths in owners.items() if len(paths) > 1 or name in taken for path in paths]
        if not clashing:
            return named
        for path in clashing:
            named[path] = next(choices[path], f"{named[path]}+")


def name_line(id: str, file: Found, taken: Collection[str]) -> str:
    """Return the id of a document line: the given one; where it is taken, with the file's name before it."""
    names = (f"{name}/{id}" for name in list(_names(file))[1:])
    while id in taken:
        id = next(names, f"{id}+")
    return id


def _found(path: Path, name: str, given: str, skipped: str = "") -> Found:
    if not skipped and suffix(path) is None:
        skipped = f"unknown format {shown(path.suffix)}".rstrip()
    return Found(path, shown(name), given, skipped)


def _link(entry: os.DirEntry[str], root: Path) -> str:
    target = Path(os.path.realpath(entry.path))
    if not target.is_relative_to(root):
        return "a link that leads out of the folder"
    return "a link to a folder" if target.is_dir() else ""


def _names(file: Found) -> Iterator[str]:
    """Yield what a file may be called, shortest first: each name ends in the one before, the first has no suffix."""
    ending = "" if holds_lines(file.path) else suffix(file.path) or ""
    if stem := file.name.removesuffix(ending):
        yield stem
    parts = file.place.split("/")
    for start in range(len(parts) - file.name.count("/") - 1, -1, -1):
        yield "/".join(parts[start:])
