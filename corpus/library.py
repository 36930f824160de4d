"""The record: one SQLite file of documents, passages, targets and embeddings. Knows nothing of formats or search.

``Library`` may be shared by threads; other processes read while one writes. Every write is one transaction,
whole after a kill at any moment, and safe from a power cut after ``settle``.
"""

import hashlib
import json
import secrets
import sqlite3
import threading
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corpus import rows, schema
from corpus.derive import Derived
from corpus.document import Document, Passage, Target
from corpus.identity import Given
from corpus.report import Measures
from corpus.schema import LibraryError

_BATCH = 900  # values of one IN (…)
_PASSAGE = "id, document_id, spans, headings, text, context, derived"  # the columns of a passage
_COPIED = {  # the tables that a copy holds, and what of them
    "meta": "*",
    "documents": "id, origin, path, name, line, size, mtime, digest, encoding, x'', text, given, identity, version, "
    "measures, sketch",
    "passages": "*",
    "targets": "*",
}


@dataclass(frozen=True)
class Source:
    """Where a document came from: enough to know the file again and to see that it has changed."""

    origin: Literal["folder", "added"]  # the followed folder, or a person
    path: str  # absolute
    name: str = ""  # path relative to the followed folder; "": the file does not lie there
    line: str = ""  # the id given in a line of the file; "": the file is the document
    size: int = 0
    mtime: int = 0  # nanoseconds; 0: unknown, compare the bytes
    digest: str = ""  # sha256 of the bytes
    encoding: str = "utf-8"

    @property
    def stamp(self) -> tuple[int, int]:
        """Size and time, by which a file is known to be as it was."""
        return self.size, self.mtime


@dataclass(frozen=True)
class Record:
    """What the library knows of a document besides its content."""

    document_id: str
    source: Source
    given: Given
    version: str  # of the code that derived passages and targets
    passages: int  # how many
    targets: int
    measures: Measures = field(default_factory=Measures)


@dataclass(frozen=True)
class Unread:
    """A file that gave no document when it was last looked at, and why; it is looked at again when it has changed."""

    size: int
    mtime: int  # nanoseconds
    reader: str  # the version of the code and the tools that could not read it
    status: Literal["failed", "skipped"]
    reason: str


def digest(passage: Passage) -> str:
    """Return the key of a passage's embedding: equal for equal context and text."""
    return _digest(passage.context, passage.text)


class Library:
    """The documents on record, in the SQLite file ``path``; where it cannot be written it is opened ``readonly``."""

    def __init__(self, path: Path, readonly: bool = False) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._guarded():
            if not readonly:
                schema.create(path)
            self.readonly = readonly or not schema.writable(path)
            self._open()

    def close(self) -> None:
        """Close the file; nothing can be read afterwards."""
        with self._lock:
            self._db.close()

    @property
    def state(self) -> str:
        """A token that is another one after every change of documents, passages or targets, by whatever process."""
        with self._reading() as db:
            return db.execute("SELECT value FROM meta WHERE key = 'state'").fetchone()[0]

    def document_ids(self) -> list[str]:
        """Return the ids of all documents, sorted."""
        with self._reading() as db:
            return [id for (id,) in db.execute("SELECT id FROM documents ORDER BY id")]

    def documents(self) -> list[Document]:
        """Return all documents, by id."""
        with self._reading() as db:
            found = db.execute("SELECT id, text, identity FROM documents ORDER BY id").fetchall()
        return [rows.document(*row) for row in found]

    def document(self, id: str) -> Document | None:
        """Return one document, or None."""
        with self._reading() as db:
            row = db.execute("SELECT id, text, identity FROM documents WHERE id = ?", (id,)).fetchone()
        return rows.document(*row) if row else None

    def raw(self, id: str) -> bytes | None:
        """Return the bytes of one document as published (of a document line: the line), or None; None in a ``copy``."""
        with self._reading() as db:
            row = db.execute("SELECT raw FROM documents WHERE id = ?", (id,)).fetchone()
        return zlib.decompress(row[0]) if row and row[0] else None

    def sketches(self) -> dict[str, bytes]:
        """Return the sketches of the documents that have one, by id."""
        with self._reading() as db:
            return dict(db.execute("SELECT id, sketch FROM documents WHERE sketch != x''").fetchall())

    def numbers(self) -> dict[str, str]:
        """Return the numbers (文号) of the documents that have one, by id."""
        with self._reading() as db:
            sql = "SELECT id, json_extract(identity, '$.number') FROM documents ORDER BY id"
            return {id: number for id, number in db.execute(sql) if number}

    def unread(self) -> dict[str, Unread]:
        """Return the files that gave no document, by path."""
        with self._reading() as db:
            found = db.execute("SELECT path, size, mtime, reader, status, reason FROM unread").fetchall()
        return {path: Unread(*rest) for path, *rest in found}

    def put_unread(self, path: str, unread: Unread | None) -> None:
        """Note that a file gave no document; None: that it did, or is gone."""
        with self._writing(content=False) as db:
            if unread is None:
                db.execute("DELETE FROM unread WHERE path = ?", (path,))
            else:
                values = (unread.size, unread.mtime, unread.reader, unread.status, unread.reason)
                db.execute("INSERT OR REPLACE INTO unread VALUES (?, ?, ?, ?, ?, ?)", (path, *values))

    def records(self) -> list[Record]:
        """Return where every document came from, by id, without its content."""
        known = "origin, path, name, line, size, mtime, digest, encoding"
        count = "(SELECT count(*) FROM {} WHERE document_id = documents.id)"
        counts = f"{count.format('passages')}, {count.format('targets')}"
        with self._reading() as db:
            columns = f"id, given, version, measures, {counts}, {known}"
            found = db.execute(f"SELECT {columns} FROM documents ORDER BY id").fetchall()
        return [
            Record(id, Source(*source), Given(**json.loads(given)), version, passages, targets, rows.measures(measures))
            for id, given, version, measures, passages, targets, *source in found
        ]

    def passages(self, document_ids: Collection[str] | None = None) -> list[Passage]:
        """Return the passages of some documents (None: of all), by document id, in the order of the text."""
        return [rows.passage(row) for row in self._parts("passages", _PASSAGE, document_ids)]

    def passage(self, id: str) -> Passage | None:
        """Return one passage, or None."""
        return next(iter(self.passages_by_id([id])), None)

    def passages_by_id(self, ids: Sequence[str]) -> list[Passage]:
        """Return the passages of these ids, in their order, without those that are not there."""
        found: dict[str, Passage] = {}
        with self._reading() as db:
            for batch in _batches(ids):
                sql = f"SELECT {_PASSAGE} FROM passages WHERE id IN ({_marks(batch)})"
                found.update((row[0], rows.passage(row)) for row in db.execute(sql, batch))
        return [found[id] for id in ids if id in found]

    def digests(self) -> list[tuple[str, str, str]]:
        """Return id, document id and ``digest`` of every passage, by document id, then by id."""
        sql = "SELECT id, document_id, context, text FROM passages ORDER BY document_id, id"
        with self._reading() as db:
            return [(id, document, _digest(context, text)) for id, document, context, text in db.execute(sql)]

    def targets(self, document_ids: Collection[str] | None = None) -> list[Target]:
        """Return the targets of some documents (None: of all), by document id, in the order of the text."""
        return [rows.target(*row) for row in self._parts("targets", "id, document_id, body", document_ids)]

    def removed(self) -> frozenset[tuple[str, str]]:
        """Return (name, line) of the documents of the followed folder that a person removed."""
        with self._reading() as db:
            return frozenset(db.execute("SELECT name, line FROM removed").fetchall())

    def put(
        self,
        derived: Derived,
        source: Source,
        given: Given,
        raw: bytes,
        version: str,
        replaces: bool = False,
        measures: Measures | None = None,
        sketch: bytes = b"",
    ) -> None:
        """Write a document with its passages and targets; only with ``replaces`` in place of what has its id."""
        document = derived.document
        place = (source.origin, source.path, source.name, source.line, source.size, source.mtime, source.digest)
        values = (document.id, *place, source.encoding, zlib.compress(raw), document.text)
        known = json.dumps(asdict(given), ensure_ascii=False)
        with self._writing() as db:
            if replaces:
                db.execute("DELETE FROM documents WHERE id = ?", (document.id,))
            db.execute("DELETE FROM removed WHERE path = ? AND line = ?", (source.path, source.line))
            db.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *values,
                    known,
                    rows.identity_row(document),
                    version,
                    rows.measures_row(measures or Measures()),
                    sketch,
                ),
            )
            _put_parts(db, derived)

    def put_derived(self, derived: Derived, version: str) -> None:
        """Replace what was derived from a document's text; its text, bytes and source stay."""
        document = derived.document
        with self._writing() as db:
            db.execute(
                "UPDATE documents SET identity = ?, version = ? WHERE id = ?",
                (rows.identity_row(document), version, document.id),
            )
            for table in ("passages", "targets"):
                db.execute(f"DELETE FROM {table} WHERE document_id = ?", (document.id,))
            _put_parts(db, derived)

    def put_source(self, id: str, source: Source) -> None:
        """Note where a document now comes from; its content stays."""
        sql = "UPDATE documents SET origin = ?, path = ?, name = ?, size = ?, mtime = ? WHERE id = ?"
        with self._writing(content=False) as db:
            db.execute(sql, (source.origin, source.path, source.name, source.size, source.mtime, id))

    def remove(self, id: str, stays_removed: bool = True) -> bool:
        """Take a document off the record and say whether it was there.

        ``stays_removed``: a document of the followed folder does not come back with the folder, only by being added.
        """
        with self._writing() as db:
            if stays_removed:
                note = "SELECT name, line, id, path FROM documents WHERE id = ? AND name != ''"
                db.execute(f"INSERT OR REPLACE INTO removed {note}", (id,))
            return db.execute("DELETE FROM documents WHERE id = ?", (id,)).rowcount > 0

    def settle(self) -> None:
        """Wait until everything written so far would survive a power cut: once after many writes, it costs a sync."""
        with self._reading() as db:
            if not self.readonly:
                db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def vectors(self, encoder: str, digests: Collection[str]) -> dict[str, NDArray[np.float32]]:
        """Return the embeddings on record by digest; what this encoder has not encoded is absent."""
        found: dict[str, NDArray[np.float32]] = {}
        with self._reading() as db:
            for batch in _batches(list(digests)):
                sql = f"SELECT digest, vector FROM embeddings WHERE encoder = ? AND digest IN ({_marks(batch)})"
                found.update((key, np.frombuffer(blob, "<f4")) for key, blob in db.execute(sql, (encoder, *batch)))
        return found

    def keep_vectors(self, encoder: str, digests: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keep an encoder's vectors, a row for each digest; ``state`` stays as it is."""
        table = np.ascontiguousarray(vectors, "<f4")
        values = [(encoder, key, row.tobytes()) for key, row in zip(digests, table, strict=True)]
        with self._writing(content=False) as db:
            db.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?)", values)

    def prune_vectors(self, needed: Collection[str]) -> int:
        """Drop the embeddings, of whatever encoder, whose digest is not ``needed``; return how many there were."""
        with self._writing(content=False) as db:
            db.execute("CREATE TEMP TABLE IF NOT EXISTS needed (digest TEXT PRIMARY KEY) WITHOUT ROWID")
            db.execute("DELETE FROM needed")
            db.executemany("INSERT OR IGNORE INTO needed VALUES (?)", ((key,) for key in needed))
            return db.execute("DELETE FROM embeddings WHERE digest NOT IN (SELECT digest FROM needed)").rowcount

    def copy(self, path: Path) -> None:
        """Write what questions need, at this moment, into a new file: a library without published bytes and embeddings.

        The file stands alone, nothing lies beside it, and it is not yet safe from a power cut.
        """
        with self._reading() as db:
            schema.create_copy(path)
            db.execute("ATTACH ? AS copy", (str(path),))
            try:
                db.execute("PRAGMA copy.journal_mode = OFF")
                db.execute("PRAGMA copy.synchronous = OFF")
                db.execute("BEGIN")
                for table, columns in _COPIED.items():
                    db.execute(f"INSERT OR REPLACE INTO copy.{table} SELECT {columns} FROM main.{table}")
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                db.execute("DETACH copy")

    def _parts(self, table: str, columns: str, document_ids: Collection[str] | None) -> list[tuple]:
        with self._reading() as db:
            if document_ids is None:
                return db.execute(f"SELECT {columns} FROM {table} ORDER BY document_id, position").fetchall()
            found = []
            for batch in _batches(sorted(set(document_ids))):
                where = f"WHERE document_id IN ({_marks(batch)}) ORDER BY document_id, position"
                found += db.execute(f"SELECT {columns} FROM {table} {where}", batch).fetchall()
            return found

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._guarded():
            if self.readonly and schema.stamp(self.path) not in (None, self._stamp):
                self._db.close()  # in a folder that cannot be written SQLite does not see the writes of others
                self._open()
            yield self._db

    @contextmanager
    def _writing(self, content: bool = True) -> Iterator[sqlite3.Connection]:
        with self._lock, self._guarded():
            if self.readonly:
                raise LibraryError(f"{self.path} is open for reading only: nothing can be written.")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                if content:
                    self._db.execute("UPDATE meta SET value = ? WHERE key = 'state'", (secrets.token_hex(8),))
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LibraryError(f"{self.path} {schema.explanation(error)}") from error

    def _open(self) -> None:
        self._db = schema.connect(self.path, self.readonly)
        self._stamp = schema.stamp(self.path)


def _digest(context: str, text: str) -> str:
    return hashlib.sha256(f"{context}\n{text}".encode()).hexdigest()


def _put_parts(db: sqlite3.Connection, derived: Derived) -> None:
    passages = [rows.passage_row(passage, position) for position, passage in enumerate(derived.passages)]
    targets = [rows.target_row(target, position) for position, target in enumerate(derived.targets)]
    db.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)", passages)
    db.executemany("INSERT INTO targets VALUES (?, ?, ?, ?)", targets)


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
