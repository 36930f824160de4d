"""The schema: a library of any earlier version is read by this program, or left alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from corpus import schema
from corpus.derive import derive
from corpus.identity import Given
from corpus.library import Library, LibraryError, Source

PLANTED = Path(__file__).parent / "schemas"  # a library of each released version, as its program wrote it
TEXT = "深圳市人民政府关于质量的意见\n到2015年，饮用水源水质达标率98%以上。"


def planted(version: int, path: Path) -> Path:
    """Write the library that a program of that schema version left."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript((PLANTED / f"{version}.sql").read_text("utf-8"))
        db.execute(f"PRAGMA user_version = {version}")
    return path


def rows(path: Path) -> dict[str, list[tuple]]:
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in names}


@pytest.mark.parametrize("version", range(1, schema.SCHEMA_VERSION + 1))
def test_a_library_of_each_released_schema_is_read(tmp_path: Path, version: int) -> None:
    with closing(Library(planted(version, tmp_path / "library.sqlite"))) as library:
        (document,) = library.documents()
        assert (document.id, document.text) == ("a", TEXT) and library.raw("a") == TEXT.encode()
        assert [passage.text for passage in library.passages()] and library.targets()[0].quantity == "98%以上"
        assert library.records()[0].source.path == "/somewhere/a.txt" and library.removed() == {("b.txt", "")}
        assert library.vectors("e", ["x"])["x"].tolist() == [1.0, 2.0]
        assert library.remove("a")


# The migration of a program that is one version ahead: it adds a column and moves a value into it.
NEXT = "ALTER TABLE documents ADD COLUMN pages INTEGER NOT NULL DEFAULT 1;\nUPDATE documents SET pages = size"
BROKEN = "ALTER TABLE documents ADD COLUMN pages INTEGER;\nUPDATE no_such_table SET pages = 1"


def old(path: Path) -> Path:
    with closing(Library(path)) as library:
        source = Source("added", "/somewhere/a.txt", size=7)
        library.put(derive("a", TEXT), source, Given(), TEXT.encode(), "1")
    return path


def test_an_old_library_is_brought_to_the_new_schema_with_all_it_holds(tmp_path: Path) -> None:
    before = rows(old(tmp_path / "library.sqlite"))
    schema.connect(tmp_path / "library.sqlite", readonly=False, migrations=(*schema.MIGRATIONS, NEXT)).close()
    after = rows(tmp_path / "library.sqlite")
    assert [row[:-1] for row in after["documents"]] == before["documents"] and after["documents"][0][-1] == 7
    assert after["passages"] == before["passages"] and after["meta"] != before["meta"]  # the index is brought level
    with closing(sqlite3.connect(tmp_path / "library.sqlite")) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (schema.SCHEMA_VERSION + 1,)


def test_an_old_library_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    path = old(tmp_path / "library.sqlite")
    with pytest.raises(LibraryError, match="open it once where it can be written"):
        schema.connect(path, readonly=True, migrations=(*schema.MIGRATIONS, NEXT))


def test_a_migration_that_fails_leaves_the_library_as_it_was(tmp_path: Path) -> None:
    before = rows(old(tmp_path / "library.sqlite"))
    with pytest.raises(sqlite3.OperationalError, match="no_such_table"):
        schema.connect(tmp_path / "library.sqlite", readonly=False, migrations=(*schema.MIGRATIONS, BROKEN))
    Library(tmp_path / "library.sqlite").close()
    assert rows(tmp_path / "library.sqlite") == before
