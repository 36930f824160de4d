"""Create, open and migrate the SQLite file of the library, and say what is wrong with it. Knows no documents."""

import os
import secrets
import sqlite3
from collections.abc import Sequence
from pathlib import Path

MIGRATIONS = (  # script n brings schema version n to n + 1; never change one that was released
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    INSERT INTO meta VALUES ('state', '');
    CREATE TABLE documents (
        id TEXT PRIMARY KEY, origin TEXT NOT NULL, path TEXT NOT NULL, name TEXT NOT NULL, line TEXT NOT NULL,
        size INTEGER NOT NULL, mtime INTEGER NOT NULL, digest TEXT NOT NULL, encoding TEXT NOT NULL,
        raw BLOB NOT NULL, text TEXT NOT NULL, given TEXT NOT NULL, identity TEXT NOT NULL, version TEXT NOT NULL
    );
    CREATE TABLE passages (
        id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        position INTEGER NOT NULL, spans TEXT NOT NULL, headings TEXT NOT NULL, text TEXT NOT NULL,
        context TEXT NOT NULL, derived INTEGER NOT NULL
    );
    CREATE INDEX passages_of ON passages (document_id, position);
    CREATE TABLE targets (
        id TEXT NOT NULL, document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        position INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (document_id, position)
    );
    CREATE TABLE embeddings (
        encoder TEXT NOT NULL, digest TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (encoder, digest)
    ) WITHOUT ROWID;
    CREATE TABLE removed (
        name TEXT NOT NULL, line TEXT NOT NULL, id TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (name, line)
    )
    """,
    """
    ALTER TABLE documents ADD COLUMN measures TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE documents ADD COLUMN sketch BLOB NOT NULL DEFAULT x'';
    CREATE TABLE unread (
        path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime INTEGER NOT NULL, reader TEXT NOT NULL, status TEXT NOT NULL,
        reason TEXT NOT NULL
    )
    """,
)
SCHEMA_VERSION = len(MIGRATIONS)
RESTORE = "restore a backup (python app.py restore FILE)"
_WAIT = 30.0  # seconds that a write waits for another process's


class LibraryError(Exception):
    """The library cannot be opened, read or written; the message says why and what to do. Nothing was overwritten."""


def create(path: Path) -> None:
    """Create an empty library where there is no file. The file appears whole or not at all."""
    if path.exists():
        return
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = _connection(new, "mode=rwc")
        _migrate(db)
        db.close()
        _name(new, path)
    except OSError as error:
        raise LibraryError(f"{path} cannot be created: {error.strerror}. Point POLICY_HOME elsewhere.") from error
    finally:
        if new.parent.is_dir():
            new.unlink(missing_ok=True)


def create_copy(path: Path) -> None:
    """Create an empty library whose file stands alone: nothing is ever kept beside it."""
    create(path)
    stand_alone(path)


def stand_alone(path: Path) -> None:
    """Draw what is kept beside a library that nobody has open into its file; it can be read where nothing is written."""
    db = _connection(path, "mode=rw")
    db.execute("PRAGMA journal_mode = DELETE")
    db.close()


def writable(path: Path) -> bool:
    """Say whether this process may write the library: SQLite needs the folder, too."""
    effective = os.access in os.supports_effective_ids
    return all(os.access(each, os.W_OK, effective_ids=effective) for each in (path, path.parent))


def connect(
    path: Path, readonly: bool, migrates: bool = True, migrations: Sequence[str] = MIGRATIONS
) -> sqlite3.Connection:
    """Open an existing library, bring it to the schema that ``migrations`` make, and return its connection.

    Not ``migrates``: it may have an earlier schema and keep it.
    """
    if not path.is_file():
        raise LibraryError(f"{path}: there is no library. Add documents first.")
    if not path.stat().st_size:
        raise LibraryError(f"{path} is empty, its content was lost: {RESTORE}, or delete it to start anew.")
    db = _reader(path) if readonly else _connection(path, "mode=rw")
    version = _version(db)
    if version > len(migrations):
        known = f"schema {version}, this one knows {len(migrations)}"
        raise LibraryError(f"{path} was written by a newer program ({known}): update the program.")
    if version == 0:
        raise LibraryError(
            f"{path} is a SQLite file but no library: choose another POLICY_HOME or, if it was one, bring it back: python app.py restore FILE."
        )
    if version < len(migrations) and readonly and migrates:
        raise LibraryError(f"{path} has the old schema {version}: open it once where it can be written.")
    if not readonly and migrates:
        _migrate(db, migrations)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = NORMAL")  # a kill loses nothing; what a power cut may lose, ``settle`` settles
    return db


def stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when another process writes the file: time, size, size of the log beside it; None: it is gone."""
    log = path.with_name(f"{path.name}-wal")
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return (status.st_mtime_ns, status.st_size, log.stat().st_size if log.exists() else 0)


def is_library(path: Path) -> bool:
    """Say whether a file is a library of this or an earlier schema."""
    try:
        connect(path, readonly=True, migrates=False).close()
    except (LibraryError, sqlite3.Error):
        return False
    return True


def fault(path: Path) -> str:
    """Return the first thing that SQLite finds wrong in a file, or ""; reads all of it."""
    db = _reader(path)
    try:
        found = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        loose = db.execute("PRAGMA foreign_key_check").fetchone()
        return found if found != "ok" else f"table {loose[0]} belongs to no document" if loose else ""
    finally:
        db.close()


def damaged(error: sqlite3.Error) -> bool:
    """Say whether SQLite met a file that is damaged or none of its own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def explanation(error: sqlite3.Error) -> str:
    """Say in words what SQLite met and what to do; the sentence follows the file's name."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if damaged(error):
        return f"is damaged ({error}): {RESTORE}, or move the file away to start anew. It was not touched."
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "is being written by another process: try again when it is done."
    if code == sqlite3.SQLITE_FULL:
        return "cannot grow, the disk is full: make room and run the command again."
    if code == sqlite3.SQLITE_CONSTRAINT:
        return f"was changed by another process meanwhile ({error}): run the command again."
    return f"could not be read or written: {error}."


def _connection(path: Path, query: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{query}"
    return sqlite3.connect(uri, uri=True, timeout=_WAIT, isolation_level=None, check_same_thread=False)


def _reader(path: Path) -> sqlite3.Connection:
    db = _connection(path, "mode=ro")
    try:
        _version(db)
        return db
    except sqlite3.OperationalError as error:
        db.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        if (stamp(path) or (0, 0, 0))[2]:
            raise LibraryError(
                f"{path} cannot be read here: a process that ended suddenly left changes in {path.name}-wal. Open it "
                f"once where {path.parent} can be written (python app.py list), or copy that folder there."
            ) from error
    # In a folder that cannot be written SQLite misses the files that a writer keeps beside: read the file alone.
    return _connection(path, "mode=ro&immutable=1")


def _migrate(db: sqlite3.Connection, migrations: Sequence[str] = MIGRATIONS) -> None:
    if _version(db) == len(migrations):
        return
    try:
        db.execute("BEGIN IMMEDIATE")
        for script in migrations[_version(db) :]:
            for statement in script.split(";\n"):
                db.execute(statement)
        db.execute("UPDATE meta SET value = ? WHERE key = 'state'", (secrets.token_hex(8),))
        db.execute(f"PRAGMA user_version = {len(migrations)}")
        db.execute("COMMIT")
    except BaseException:
        db.close()  # what was begun is undone
        raise
    db.execute("PRAGMA journal_mode = WAL")  # kept in the file


def _version(db: sqlite3.Connection) -> int:
    return db.execute("PRAGMA user_version").fetchone()[0]


def _name(new: Path, path: Path) -> None:
    try:
        os.link(new, path)  # unlike a rename it never replaces what another process has just created
    except FileExistsError:
        return
    except OSError:
        new.rename(path)  # a file system without links
