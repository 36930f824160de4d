"""The record: what goes in comes out, for threads and processes alike, and nothing is ever overwritten by accident."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from corpus.derive import DERIVE_VERSION, Derived, derive
from corpus.document import Passage, Span
from corpus.identity import Given
from corpus.library import Library, LibraryError, Source, digest

ROOT = Path(__file__).parents[2]
POLICIES = sorted(ROOT.glob("corpus/policies/*.txt"))
TEXT = "深圳市人民政府关于质量的意见\n到2015年，饮用水源水质达标率98%以上。"


def put(library: Library, id: str = "a", text: str = TEXT, name: str = "", replaces: bool = False) -> Derived:
    derived = derive(id, text)
    source = Source("folder" if name else "added", f"/somewhere/{id}.txt", name, size=len(text), digest="d")
    library.put(derived, source, Given(), text.encode(), DERIVE_VERSION, replaces)
    return derived


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "home" / "library.sqlite")
    yield library
    library.close()


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_what_was_put_comes_out_equal(library: Library, policy: Path) -> None:
    text = policy.read_bytes().decode("utf-8-sig")
    derived = put(library, "some/id", text)
    assert library.document("some/id") == derived.document
    assert library.documents() == [derived.document]
    assert tuple(library.passages()) == tuple(library.passages(["some/id"])) == derived.passages
    assert tuple(library.targets()) == tuple(library.targets(["some/id"])) == derived.targets
    assert library.passage(derived.passages[-1].id) == derived.passages[-1]
    assert library.raw("some/id") == text.encode()
    (record,) = library.records()
    assert (record.document_id, record.passages, record.targets) == (
        "some/id",
        len(derived.passages),
        len(derived.targets),
    )


def test_what_is_not_there_is_none(library: Library) -> None:
    assert library.document("no") is library.passage("no") is library.raw("no") is None
    assert library.passages(["no"]) == library.targets([]) == []
    assert not library.remove("no")


def test_a_document_is_never_replaced_unless_it_is_meant(library: Library) -> None:
    before = put(library)
    with pytest.raises(LibraryError):
        put(library, text="另一个文件的内容。")
    assert library.document("a") == before.document
    assert tuple(library.passages()) == before.passages


def test_replacing_and_removing_leave_no_passages_behind(library: Library) -> None:
    put(library)
    after = put(library, text="新的内容，共一句。", replaces=True)
    assert tuple(library.passages()) == after.passages
    assert library.remove("a")
    assert library.documents() == library.passages() == library.targets() == []


def test_only_a_removed_document_of_the_folder_is_remembered_and_adding_forgets(library: Library) -> None:
    put(library, "a", name="a.txt")
    put(library, "b")
    library.remove("a")
    library.remove("b")
    assert library.removed() == {("a.txt", "")}
    put(library, "a")
    assert library.removed() == frozenset()


def test_the_state_changes_with_every_change_of_content_and_with_nothing_else(library: Library) -> None:
    states = [library.state]
    derived = put(library)
    states.append(library.state)
    library.put_derived(derived, "other")
    states.append(library.state)
    library.keep_vectors("e", ["x"], np.ones((1, 2), np.float32))
    library.put_source("a", Source("added", "/else"))
    assert library.state == states[-1]
    library.remove("a")
    states.append(library.state)
    assert len(set(states)) == len(states)


def test_vectors_are_kept_by_encoder_and_digest(library: Library) -> None:
    rows = np.random.default_rng(0).random((2000, 8), np.float32)
    keys = [str(n) for n in range(2000)]
    library.keep_vectors("one", keys, rows)
    library.keep_vectors("two", ["0"], rows[1:2])
    found = library.vectors("one", [*keys, "absent"])
    assert set(found) == set(keys)
    assert all(np.array_equal(found[key], row) for key, row in zip(keys, rows, strict=True))
    assert np.array_equal(library.vectors("two", keys)["0"], rows[1])
    assert library.vectors("three", keys) == {}


def test_the_digest_of_a_passage_is_that_of_context_and_text() -> None:
    def passage(id: str, text: str, context: str) -> Passage:
        return Passage(id, "a", (Span(0, len(text)),), (), text, context)

    assert digest(passage("a#1", "文", "境")) == digest(passage("a#2", "文", "境"))
    assert digest(passage("a#1", "文", "境")) != digest(passage("a#1", "文", "景"))


def test_threads_share_one_library(library: Library) -> None:
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for n in range(10):
                put(library, f"{name}{n}")
                assert library.document(f"{name}{n}") is not None
                library.passages()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(library.document_ids()) == 40


def test_another_process_reads_while_one_writes_and_sees_what_it_wrote(library: Library) -> None:
    reader = Library(library.path, readonly=True)
    before = reader.state
    code = f"""
from pathlib import Path
from corpus.derive import derive
from corpus.identity import Given
from corpus.library import Library, Source
library = Library(Path({str(library.path)!r}))
for n in range(20):
    library.put(derive(f"d{{n}}", "一句话。"), Source("added", f"/d{{n}}"), Given(), b"", "1")
"""
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    while process.poll() is None:
        assert len(reader.documents()) <= len(reader.document_ids())
    assert process.returncode == 0
    assert len(reader.documents()) == len(library.documents()) == 20
    assert reader.state != before


def test_a_writer_killed_at_any_moment_leaves_whole_documents(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    code = f"""
from pathlib import Path
from corpus.derive import derive
from corpus.identity import Given
from corpus.library import Library, Source
library = Library(Path({str(path)!r}))
derived = derive("a", {TEXT!r})
print(flush=True)
while True:
    for replaces in (False, True):
        library.put(derived, Source("added", "/a"), Given(), b"", "1", replaces)
    library.remove("a")
"""
    whole = derive("a", TEXT)
    for pause in (0.0, 0.05, 0.11):
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        threading.Event().wait(pause)
        process.kill()
        process.communicate()
        library = Library(path)
        assert library.documents() in ([], [whole.document])
        assert tuple(library.passages()) in ((), whole.passages)
        library.remove("a")
        library.close()


@pytest.mark.parametrize("content", [b"no database at all, only some text. " * 200, b"", b"SQLite format 3\0 cut"])
def test_a_damaged_file_is_said_clearly_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "library.sqlite"
    path.write_bytes(content)
    for readonly in (False, True):
        with pytest.raises(LibraryError, match="restore a backup") as error:
            Library(path, readonly)
        assert str(path) in str(error.value)
    assert path.read_bytes() == content


def test_damage_in_the_middle_of_the_file_is_a_library_error(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    library = Library(path)
    for n in range(50):
        put(library, str(n), TEXT * 20)
    library.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    with pytest.raises(LibraryError, match="damaged"):
        Library(path).documents()


def test_a_newer_schema_and_a_foreign_database_are_left_alone(library: Library, tmp_path: Path) -> None:
    library.close()
    db = sqlite3.connect(library.path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(LibraryError, match="newer program"):
        Library(library.path)
    other = tmp_path / "other.sqlite"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE things (a)")
    db.close()
    before = other.read_bytes()
    with pytest.raises(LibraryError, match="no library"):
        Library(other)
    assert other.read_bytes() == before


def test_reading_creates_nothing(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="there is no library"):
        Library(tmp_path / "home" / "library.sqlite", readonly=True)
    assert list(tmp_path.iterdir()) == []


def test_creating_leaves_one_file_and_keeps_what_is_there(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.sqlite")
    put(library)
    again = Library(tmp_path / "library.sqlite")
    assert again.document_ids() == ["a"]
    again.close()
    library.close()
    assert [path.name for path in tmp_path.iterdir()] == ["library.sqlite"]


@pytest.fixture
def powerless() -> Iterator[Path]:
    """A folder that anybody may read."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Let this process not write to a folder and its files inside the block, also where tests run as root."""
    modes = {path: path.stat().st_mode for path in [folder, *folder.iterdir()]}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        for path, mode in modes.items():
            path.chmod(mode | 0o600)


def test_a_home_that_cannot_be_written_is_read(powerless: Path) -> None:
    path = powerless / "library.sqlite"
    library = Library(path)
    put(library)
    library.close()
    with unwritable(powerless):
        reader = Library(path)
        assert reader.readonly
        assert reader.document_ids() == ["a"]
        with pytest.raises(LibraryError, match="reading only"):
            reader.remove("a")
        with pytest.raises(LibraryError, match="cannot be created"):
            Library(powerless / "sub" / "library.sqlite")
        reader.close()


def left_by_a_kill(library: Library, folder: Path) -> Path:
    """Bring what a kill at this moment would leave into ``folder``: the file, and beside it changes not yet in it."""
    put(library)
    for path in library.path.parent.iterdir():
        shutil.copy(path, folder)
    assert (folder / "library.sqlite-wal").stat().st_size
    return folder / "library.sqlite"


def test_changes_that_a_killed_writer_left_beside_the_library_are_read_where_nothing_can_be_written(
    library: Library, powerless: Path
) -> None:
    path = left_by_a_kill(library, powerless)
    before = {each: each.read_bytes() for each in powerless.iterdir()}
    with unwritable(powerless), closing(Library(path)) as reader:
        assert reader.document_ids() == ["a"] and reader.passages() == library.passages()
    assert {each: each.read_bytes() for each in powerless.iterdir()} == before


@pytest.mark.parametrize("fault", ["its index is gone", "it may not be read"])
def test_changes_beside_the_library_that_cannot_be_read_are_named_and_not_passed_over(
    library: Library, powerless: Path, fault: str
) -> None:
    path = left_by_a_kill(library, powerless)
    log = powerless / "library.sqlite-wal"
    if fault == "it may not be read":
        log.chmod(0)
    else:
        (powerless / "library.sqlite-shm").unlink()
    with unwritable(powerless), pytest.raises(LibraryError, match=r"sqlite-wal\. Open it once"):
        Library(path)
    with closing(Library(path)) as whole:
        assert whole.document_ids() == ["a"]
