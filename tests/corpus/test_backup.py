"""Backup and restore: one file, whole or not at all, and never a library lost."""

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from corpus import ingest
from corpus.backup import backup, check, restore
from corpus.library import Library, LibraryError

TEXT = "深圳市人民政府关于质量的意见\n到20{}年，饮用水源水质达标率{}%以上。\n"


def filled(path: Path, count: int = 3) -> Library:
    """Return a library of so many documents, each with a vector."""
    library = Library(path)
    files = path.parent / "files"
    files.mkdir(exist_ok=True)
    for number in range(count):
        (files / f"{number}.txt").write_text(TEXT.format(10 + number, 50 + number), "utf-8")
    ingest.add(library, [files])
    library.keep_vectors("e", [str(number) for number in range(count)], np.ones((count, 4), np.float32))
    return library


@pytest.fixture
def home(tmp_path: Path) -> Path:
    filled(tmp_path / "library.sqlite").close()
    return tmp_path


def contents(path: Path) -> tuple:
    with closing(Library(path, readonly=True)) as library:
        vectors = {key: row.tolist() for key, row in library.vectors("e", ["0", "1", "2"]).items()}
        raw = [library.raw(id) for id in library.document_ids()]
        return library.documents(), library.passages(), library.targets(), library.records(), raw, vectors


def test_what_was_backed_up_is_restored_whole(home: Path) -> None:
    before = contents(home / "library.sqlite")
    assert backup(home / "library.sqlite", home / "b") == 3
    with closing(Library(home / "library.sqlite")) as library:
        for id in library.document_ids():
            library.remove(id)
        library.prune_vectors([])
    assert restore(home / "b", home / "library.sqlite") == (3, None)
    assert contents(home / "library.sqlite") == contents(home / "b") == before


def test_a_backup_is_one_file_and_leaves_nothing_beside_it(home: Path) -> None:
    before = {path.name for path in home.iterdir()}
    backup(home / "library.sqlite", home / "b")
    restore(home / "b", home / "library.sqlite")
    assert {path.name for path in home.iterdir()} == before | {"b"}
    with closing(sqlite3.connect(home / "b")) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_backup_restores_into_a_home_that_holds_nothing(home: Path) -> None:
    backup(home / "library.sqlite", home / "b")
    assert restore(home / "b", home / "other" / "library.sqlite") == (3, None)
    assert contents(home / "other" / "library.sqlite") == contents(home / "library.sqlite")


def test_a_backup_made_while_another_writes_is_of_one_moment(home: Path) -> None:
    writer, done = Library(home / "library.sqlite"), threading.Event()

    def write() -> None:
        for number in range(40):
            (home / "files" / "2.txt").write_text(TEXT.format(10 + number, number) * (number % 7 + 1), "utf-8")
            ingest.add(writer, [home / "files"])
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    while not done.is_set():
        assert backup(home / "library.sqlite", home / "b") == check(home / "b") == 3
    thread.join()
    writer.close()


def test_who_has_the_library_open_sees_what_was_restored(home: Path) -> None:
    backup(home / "library.sqlite", home / "b")
    reader = Library(home / "library.sqlite", readonly=True)
    writer = Library(home / "library.sqlite")
    writer.remove("0")
    assert reader.document_ids() == ["1", "2"]
    restore(home / "b", home / "library.sqlite")
    assert reader.document_ids() == writer.document_ids() == ["0", "1", "2"]
    writer.remove("1")
    assert reader.document_ids() == ["0", "2"]


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 4096)


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 20_000)


def _alter(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE documents SET digest = ? WHERE id = '1'", ("0" * 64,))
        db.commit()


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")


FAULTS = {
    "cut": _cut,
    "overwritten": _overwrite,
    "other bytes than were published": _alter,
    "newer": _newer,
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("no backup"),
    "gone": Path.unlink,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_whole_backup_replaces_nothing(home: Path, fault: str) -> None:
    backup(home / "library.sqlite", home / "b")
    FAULTS[fault](home / "b")
    before, names = contents(home / "library.sqlite"), {path.name for path in home.iterdir()}
    with pytest.raises(LibraryError, match=str(home / "b")) as told:
        restore(home / "b", home / "library.sqlite")
    assert len(str(told.value).splitlines()) == 1 and ".new" not in str(told.value)
    assert contents(home / "library.sqlite") == before and {path.name for path in home.iterdir()} == names


@pytest.mark.parametrize("fault", ["cut", "overwritten", "empty", "text", "newer"])
def test_a_library_that_cannot_be_opened_is_replaced_and_what_it_was_is_kept(home: Path, fault: str) -> None:
    library = home / "library.sqlite"
    before = contents(library)
    backup(library, home / "b")
    FAULTS[fault](library)
    damaged = library.read_bytes()
    documents, kept = restore(home / "b", library)
    assert documents == 3 and contents(library) == before
    assert kept is None or kept.read_bytes() == damaged
    assert kept is not None or fault in ("cut", "overwritten")  # its head is whole: replaced page by page


def test_a_log_of_the_damaged_library_does_not_spoil_the_restored_one(home: Path) -> None:
    library = home / "library.sqlite"
    backup(library, home / "b")
    library.write_bytes(b"rubbish" * 1000)
    (home / "library.sqlite-wal").write_bytes(b"left behind" * 1000)
    _, kept = restore(home / "b", library)
    assert kept is not None and kept.with_name(f"{kept.name}-wal").exists()
    assert contents(library) == contents(home / "b")


def test_a_damaged_library_is_not_backed_up_and_the_backup_before_stays(home: Path) -> None:
    backup(home / "library.sqlite", home / "b")
    before = (home / "b").read_bytes()
    _overwrite(home / "library.sqlite")
    with pytest.raises(LibraryError):
        backup(home / "library.sqlite", home / "b")
    assert (home / "b").read_bytes() == before


def test_only_a_backup_is_replaced_by_a_backup(home: Path) -> None:
    (home / "letter.txt").write_text("dear")
    for file in (home / "letter.txt", home / "library.sqlite", home / "none" / "b", home / "none.sqlite" / "b"):
        with pytest.raises(LibraryError, match="Choose another place"):
            backup(home / "library.sqlite", file)
    assert (home / "letter.txt").read_text() == "dear" and check(home / "library.sqlite") == 3
    assert backup(home / "library.sqlite", home / "b") == backup(home / "library.sqlite", home / "b") == 3


def test_a_home_without_a_library_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="there is no library"):
        backup(tmp_path / "library.sqlite", tmp_path / "b")
    assert list(tmp_path.iterdir()) == []
