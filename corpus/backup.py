"""Write the library to one file and read it back. Knows SQLite files; knows nothing of the index, which is made anew."""

import hashlib
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from corpus import schema
from corpus.library import Library, LibraryError

_LOGS = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file


def backup(library: Path, file: Path) -> int:
    """Write the library as it is at this moment, also while others write it; return how many documents it holds.

    ``file`` appears whole, checked and safe from a power cut, or stays what it was. It may replace an earlier backup.
    """
    _require_place(library, file)
    with _beside(file) as new:
        with _guarded(library), closing(schema.connect(library, readonly=True, migrates=False)) as source:
            documents = _copied(source, new, file)
        _put(new, file)
    return documents


def restore(file: Path, library: Path) -> tuple[int, Path | None]:
    """Put what ``file`` holds in place of the library; for the one that is writing.

    A copy of ``file`` is brought to the schema of this program and checked before anything is touched. A library that
    can be opened is replaced in one transaction; one that cannot is kept under another name. Return how many documents
    there are now, and that name.
    """
    if not file.is_file():
        raise LibraryError(f"{file}: there is no such file. Name one that `python app.py backup FILE` has written.")
    library.parent.mkdir(parents=True, exist_ok=True)
    with _beside(library) as new:
        try:
            with _guarded(file), closing(schema.connect(file, readonly=True, migrates=False)) as source:
                documents = _copied(source, new, library)
        except LibraryError as error:
            told = str(error).replace(str(new), str(file)).replace(f": {schema.RESTORE}", "")
            raise LibraryError(f"Nothing was restored, the library is as it was: {told}") from error
        return documents, _replace(library, new)


def check(path: Path) -> int:
    """Return how many documents a library holds. Raises LibraryError where something is not as it was written."""
    with _guarded(path), closing(Library(path, readonly=True)) as library:
        if fault := schema.fault(path) or _changed(library):
            raise LibraryError(f"{path} is damaged ({fault}).")
        return len(library.document_ids())


def _copied(source: sqlite3.Connection, new: Path, place: Path) -> int:
    """Copy a library of this or an earlier schema into a file beside ``place`` that stands alone, and check it."""
    with _guarded(place):
        with closing(sqlite3.connect(new)) as target:
            source.backup(target)
        Library(new).close()  # brings it to the schema of this program
        schema.stand_alone(new)
        return check(new)


def _replace(library: Path, new: Path) -> Path | None:
    if not library.exists():
        _put(new, library)
        return None
    try:
        with closing(schema.connect(library, readonly=False)) as present, closing(sqlite3.connect(new)) as source:
            source.backup(present)  # one transaction: a kill leaves what was there
            present.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return None
    except (LibraryError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.DatabaseError) and not schema.damaged(error):
            raise LibraryError(f"{library} {schema.explanation(error)}") from error
    kept = _kept(library)
    _put(new, library)
    return kept


def _kept(library: Path) -> Path:
    """Give a library that cannot be opened a second name; what lies beside it goes there, else it would spoil the next."""
    kept = library.with_name(f"{library.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}")
    os.link(library, kept)
    for suffix in _LOGS:
        if (log := library.with_name(library.name + suffix)).exists():
            log.rename(kept.with_name(kept.name + suffix))
    return kept


def _changed(library: Library) -> str:
    """Name a document whose bytes are not those that were read, or return ""."""
    for record in library.records():
        raw, digest = library.raw(record.document_id), record.source.digest
        if digest and (raw is None or hashlib.sha256(raw).hexdigest() != digest):
            return f"the bytes of '{record.document_id}' are not those that were published"
    return ""


def _require_place(library: Path, file: Path) -> None:
    if not file.parent.is_dir():
        raise LibraryError(f"{file.parent} is no folder. Choose another place for the backup.")
    if file.exists() and library.exists() and file.samefile(library):
        raise LibraryError(f"{file} is the library itself. Choose another place for the backup.")
    if file.exists() and not schema.is_library(file):
        raise LibraryError(f"{file} is there and is no backup. Choose another place for this one.")


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LibraryError(f"{path} {schema.explanation(error)}") from error


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """Give the name of a file beside ``file`` that is gone afterwards, whatever happens."""
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}.new")
    try:
        yield new
    except OSError as error:
        raise LibraryError(f"{file} cannot be written: {error.strerror}. It stays as it is.") from error
    finally:
        for suffix in ("", *_LOGS):
            new.with_name(new.name + suffix).unlink(missing_ok=True)


def _put(new: Path, file: Path) -> None:
    _sync(new)
    new.replace(file)
    _sync(file.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
