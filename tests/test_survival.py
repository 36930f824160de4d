"""What survives: damage to the index, to the library, a full disk, a home that cannot be written. Through real starts."""

import gc
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import app
from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import CannotStart, open_parts, reindex, start
from corpus.library import Library, LibraryError, digest
from embeddings.encoder import load_encoder

ROOT = Path(__file__).parent.parent
QUESTIONS = ("深圳2015年饮用水源达标率目标", "深府〔2010〕183号是谁发布的", "广州2015年饮用水源达标率目标")


class Home(NamedTuple):
    """A built home and what it answers. Its vectors are none that the encoder gives: encoding again would show."""

    settings: Settings
    answers: list[tuple]
    rows: bytes


def answers(chatbot: Chatbot) -> list[tuple]:
    asked = [chatbot.ask(question) for question in QUESTIONS]
    return [(answer.answer, answer.text, answer.status, answer.citations, answer.note) for answer in asked]


def rows(settings: Settings) -> bytes:
    return (generation(settings) / "vectors.npy").read_bytes()


def generation(settings: Settings) -> Path:
    index = settings.home / "index"
    return index / (index / "current").read_text().strip()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Home:
    place = tmp_path_factory.mktemp("built")
    (place / "corpus").mkdir()
    shutil.copy(ROOT / "corpus" / "policies" / "shenzhen-2010-183.txt", place / "corpus")
    settings = Settings(home=place / "home", corpus=place / "corpus")
    start(settings)
    library, encoder = Library(settings.home / "library.sqlite"), load_encoder().name
    keys = [digest(passage) for passage in library.passages()]
    library.keep_vectors(encoder, keys, np.stack([library.vectors(encoder, [key])[key][::-1] for key in keys]))
    library.close()
    reindex(settings)
    chatbot = start(settings)
    assert chatbot.ask(QUESTIONS[0]).answer == "98%以上"
    return Home(settings, answers(chatbot), rows(settings))


@pytest.fixture
def home(built: Home, tmp_path: Path) -> Home:
    """A home of its own for each test."""
    shutil.copytree(built.settings.home, tmp_path / "home")
    shutil.copytree(built.settings.corpus, tmp_path / "corpus", copy_function=shutil.copy2)
    return built._replace(settings=Settings(home=tmp_path / "home", corpus=tmp_path / "corpus"))


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def _first(folder: Path, pattern: str) -> Path:
    return sorted(folder.rglob(pattern))[0]


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _old(folder: Path) -> None:
    seal = json.loads((folder / "seal.json").read_text())
    (folder / "seal.json").write_text(json.dumps(seal | {"format": "0"}))


# What is done to the folder of the generation that serves.
DAMAGE: dict[str, Callable[[Path], object]] = {
    "Chroma deleted": lambda folder: shutil.rmtree(folder / "chroma"),
    "Chroma emptied": lambda folder: _empty(folder / "chroma"),
    "Chroma's tables deleted": lambda folder: (folder / "chroma" / "chroma.sqlite3").unlink(),
    "Chroma's graph truncated": lambda folder: os.truncate(_first(folder, "data_level0.bin"), 100),
    "Chroma's graph emptied": lambda folder: os.truncate(_first(folder, "data_level0.bin"), 0),
    "Chroma's graph flipped": lambda folder: _flip(_first(folder, "data_level0.bin")),
    "Chroma's header flipped": lambda folder: _flip(_first(folder, "header.bin")),
    "Chroma's tables flipped": lambda folder: _flip(folder / "chroma" / "chroma.sqlite3"),
    "Chroma's tables truncated": lambda folder: os.truncate(folder / "chroma" / "chroma.sqlite3", 5000),
    "Chroma's links grown": lambda folder: os.truncate(_first(folder, "link_lists.bin"), 1 << 30),
    "terms deleted": lambda folder: shutil.rmtree(folder / "terms"),
    "terms emptied": lambda folder: _empty(folder / "terms"),
    "terms' postings emptied": lambda folder: os.truncate(_first(folder, "*.idx"), 0),
    "terms truncated": lambda folder: os.truncate(_first(folder, "*.store"), 10),
    "terms flipped": lambda folder: _flip(_first(folder, "*.term")),
    "terms' list broken": lambda folder: (folder / "terms" / "meta.json").write_text("{"),
    "rows deleted": lambda folder: (folder / "vectors.npy").unlink(),
    "rows flipped": lambda folder: _flip(folder / "vectors.npy"),
    "record deleted": lambda folder: (folder / "record.sqlite").unlink(),
    "record flipped": lambda folder: _flip(folder / "record.sqlite"),
    "record truncated": lambda folder: os.truncate(folder / "record.sqlite", 5000),
    "contents flipped": lambda folder: _flip(folder / "passages.json"),
    "seal deleted": lambda folder: (folder / "seal.json").unlink(),
    "seal broken": lambda folder: (folder / "seal.json").write_bytes(b"\x00" * 40),
    "another format": _old,
    "readers' lock deleted": lambda folder: (folder / "readers.lock").unlink(),
    "a file too many": lambda folder: (folder / "terms" / "more.idx").write_text("x"),
    "generation deleted": lambda folder: shutil.rmtree(folder),
    "pointer deleted": lambda folder: (folder.parent / "current").unlink(),
    "pointer emptied": lambda folder: (folder.parent / "current").write_text(""),
    "pointer unreadable": lambda folder: (folder.parent / "current").write_bytes(b"\xff\x00\x03"),
    "pointer to nowhere": lambda folder: (folder.parent / "current").write_text("99\n"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_start_says_what_is_damaged_and_heals_it_from_the_record(
    home: Home, damage: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    DAMAGE[damage](generation(home.settings))
    with caplog.at_level(logging.WARNING):
        assert answers(start(home.settings)) == home.answers
    assert len(caplog.messages) == 1 and str(home.settings.home) in caplog.messages[0]
    assert rows(home.settings) == home.rows  # from the record: the encoder gives others
    assert capfd.readouterr().err == ""
    caplog.clear()
    assert answers(start(home.settings)) == home.answers and not caplog.messages


def test_a_deleted_index_is_said_and_made_anew(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    shutil.rmtree(home.settings.home / "index")
    assert answers(start(home.settings)) == home.answers and rows(home.settings) == home.rows
    assert len(caplog.messages) == 1 and "There is no index in" in caplog.messages[0]
    caplog.clear()
    assert answers(start(home.settings)) == home.answers and not caplog.messages


def test_a_half_generation_that_was_left_is_said_and_removed(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    index = home.settings.home / "index"
    shutil.copytree(generation(home.settings), index / "8")
    (index / "8" / "seal.json").unlink()
    assert answers(start(home.settings)) == home.answers and rows(home.settings) == home.rows
    assert len(caplog.messages) == 1 and "unfinished generation 8" in caplog.messages[0]
    assert [path.name for path in index.iterdir() if path.is_dir()] == [generation(home.settings).name]
    caplog.clear()
    assert answers(start(home.settings)) == home.answers and not caplog.messages


def test_a_changed_encoder_is_said_encodes_once_and_the_one_before_is_not_forgotten(
    home: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(ROOT / "embeddings" / "model", tmp_path / "other")
    other = Settings(home=home.settings.home, corpus=home.settings.corpus, embedding=str(tmp_path / "other"))
    assert start(other).ask(QUESTIONS[0]).answer == "98%以上"
    assert rows(other) != home.rows
    assert len(caplog.messages) == 1 and "built anew for other-" in caplog.messages[0]
    caplog.clear()
    assert answers(start(home.settings)) == home.answers and rows(home.settings) == home.rows
    assert len(caplog.messages) == 1 and "was made for the encoder other-" in caplog.messages[0]


def test_a_running_chatbot_outlives_the_removal_of_its_index(home: Home) -> None:
    chatbot = start(home.settings)
    assert answers(chatbot) == home.answers
    shutil.rmtree(home.settings.home / "index")
    assert answers(chatbot) == home.answers
    start(home.settings)
    assert answers(chatbot) == home.answers


def test_a_question_is_answered_from_one_generation_while_the_library_is_ahead_of_it(home: Home) -> None:
    chatbot = start(home.settings)
    parts = open_parts(home.settings)
    parts.library.remove("shenzhen-2010-183")
    assert answers(chatbot) == home.answers == answers(Chatbot(open_parts(home.settings).index))
    assert chatbot.library.document_ids() == ["shenzhen-2010-183"] and parts.library.document_ids() == []
    parts.level_index()
    assert chatbot.library.document_ids() == [] and chatbot.ask(QUESTIONS[0]).refused


def test_a_question_under_way_is_not_torn_by_a_switch(home: Home) -> None:
    chatbot = start(home.settings)
    snapshot = chatbot._snapshots.now()
    parts = open_parts(home.settings)
    parts.library.remove("shenzhen-2010-183")
    parts.level_index()
    hits = snapshot.index.search("饮用水源水质达标率")
    assert hits and all(snapshot.passage(hit.passage_id) for hit in hits)
    assert snapshot.targets(["shenzhen-2010-183"])


def test_embeddings_that_no_passage_needs_are_dropped(home: Home) -> None:
    library, encoder = Library(home.settings.home / "library.sqlite"), load_encoder().name
    library.keep_vectors(encoder, ["of nothing"], np.ones((1, 256), np.float32))
    library.keep_vectors("other", [digest(library.passages()[0]), "of nothing"], np.ones((2, 4), np.float32))
    reindex(home.settings)
    start(home.settings)
    assert not library.vectors(encoder, ["of nothing"]) and not library.vectors("other", ["of nothing"])
    assert library.vectors("other", [digest(library.passages()[0])])


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run one command on a home in this process; return status, stdout and stderr."""

    def command(settings: Settings, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("POLICY_HOME", str(settings.home))
        monkeypatch.setenv("POLICY_CORPUS", str(settings.corpus))
        capfd.readouterr()
        return app.main(list(arguments)), *capfd.readouterr()

    return command


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))


def test_a_missing_library_beside_an_index_is_said_and_none_is_made(home: Home, run: Run) -> None:
    (home.settings.home / "library.sqlite").unlink()
    status, _, err = run(home.settings, "add", str(home.settings.corpus))
    assert status == 1 and len(err.splitlines()) == 1 and "restore FILE" in err
    status, out, err = run(home.settings, "ask", QUESTIONS[0])
    assert status == 0 and "98%以上" in out and len(err.splitlines()) == 1 and "restore FILE" in err
    assert not (home.settings.home / "library.sqlite").exists()


LOST: dict[str, Callable[[Path], object]] = {
    "rubbish": lambda path: path.write_bytes(b"no database" * 500),
    "emptied": lambda path: os.truncate(path, 0),
    "cut short": lambda path: os.truncate(path, 60),
    "pages overwritten": _overwrite,
    "another database": lambda path: path.write_bytes((path.parent / "other").read_bytes()),
}


@pytest.mark.parametrize("loss", LOST)
def test_a_damaged_library_is_said_is_not_overwritten_and_can_be_restored(home: Home, loss: str, run: Run) -> None:
    library, other = home.settings.home / "library.sqlite", home.settings.home / "other"
    subprocess.run(
        [sys.executable, "-c", f"import sqlite3; sqlite3.connect({str(other)!r}).execute('create table a (b)')"]
    )
    assert run(home.settings, "backup", str(home.settings.home / "b"))[0] == 0
    LOST[loss](library)
    lost = library.read_bytes()
    status, out, err = run(home.settings, "list")
    assert (status, out) == (1, "") and len(err.splitlines()) == 1 and str(library) in err
    assert "python app.py restore FILE" in err or "is no library: choose another" in err
    assert library.read_bytes() == lost
    assert run(home.settings, "restore", str(home.settings.home / "b"))[:2] == (
        0,
        f"1 documents are restored from {home.settings.home / 'b'}.\n",
    )
    assert answers(start(home.settings)) == home.answers and rows(home.settings) == home.rows


def test_while_the_library_is_damaged_the_generation_that_is_whole_answers(home: Home, run: Run) -> None:
    _overwrite(home.settings.home / "library.sqlite")
    status, out, err = run(home.settings, "ask", QUESTIONS[0])
    assert status == 0 and "98%以上" in out
    assert len(err.splitlines()) == 1 and "restore FILE" in err


def test_what_was_added_after_a_backup_is_gone_after_its_restore_and_a_chatbot_at_work_sees_it(
    home: Home, run: Run, tmp_path: Path
) -> None:
    chatbot = start(home.settings)
    assert run(home.settings, "backup", str(tmp_path / "b"))[0] == 0
    (tmp_path / "more.txt").write_text("青岛市人民政府关于绿化的通知\n\n到2030年，全市森林覆盖率达到25.5%以上。\n")
    assert run(home.settings, "add", str(tmp_path / "more.txt"))[0] == 0
    assert chatbot.ask("青岛市2030年森林覆盖率目标").answer == "25.5%以上"
    assert run(home.settings, "restore", str(tmp_path / "b"))[0] == 0
    assert chatbot.ask("青岛市2030年森林覆盖率目标").refused and answers(chatbot) == home.answers


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 40 MiB."""
    folder = Path(tempfile.mkdtemp())
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("A small disk cannot be mounted here: mounting is not permitted.")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


def _fill(file: Path, left: int) -> None:
    """Let ``file`` take all of the disk but ``left`` bytes."""
    with file.open("wb") as ballast:
        status = os.statvfs(file.parent)
        ballast.write(b"\0" * max(0, status.f_bavail * status.f_frsize - left))


@pytest.mark.parametrize("left", [0, 40_000, 200_000, 500_000, 1_000_000])
def test_a_full_disk_fails_with_one_line_and_what_was_there_goes_on_serving(
    home: Home, small_disk: Path, tmp_path: Path, run: Run, left: int, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(home.settings.home, small_disk / "home")
    settings = Settings(home=small_disk / "home", corpus=home.settings.corpus)
    generations = {path.name for path in (settings.home / "index").iterdir() if path.is_dir()}
    large = tmp_path / "large.txt"
    lines = [f"到20{n % 50 + 10}年，第{n}号试验区的森林覆盖率达到{n % 100}.{n % 7}%以上。\n" for n in range(300)]
    large.write_text("青岛市人民政府关于绿化的通知\n\n" + "".join(lines))
    _fill(small_disk / "ballast", left)
    status, _, err = run(settings, "add", str(large))
    assert status == 1 and len(err.splitlines()) == 1 and "Unexpected" not in err, err
    status, out, err = run(settings, "ask", QUESTIONS[0])
    assert status == 0 and "98%以上" in out and len(err.splitlines()) <= 1, err
    assert {path.name for path in (settings.home / "index").iterdir() if path.is_dir()} <= generations  # nothing half
    (small_disk / "ballast").unlink()
    caplog.clear()
    status, _, err = run(settings, "add", str(large))
    assert status == 0, err
    assert (
        run(settings, "search", "第299号试验区")[1].startswith("1. ") and answers(start(settings))[0] == home.answers[0]
    )


@pytest.fixture
def powerless() -> Iterator[Path]:
    """A folder that anybody may read."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Let this process write nowhere under ``folder`` inside the block, also where tests run as root."""
    gc.collect()  # what belongs to root, root clears away
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        gc.collect()
        os.seteuid(user)


def test_a_home_that_cannot_be_written_is_read(home: Home, powerless: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(home.settings.home, powerless / "home")
    shutil.copytree(home.settings.corpus, powerless / "corpus")
    settings = Settings(home=powerless / "home", corpus=powerless / "corpus")
    assert answers(start(settings)) == home.answers  # what is imported late is imported now
    before = {path: path.read_bytes() for path in powerless.rglob("*") if path.is_file()}
    with unwritable(powerless):
        capfd.readouterr()
        assert answers(start(settings)) == home.answers
        assert "read-only" in capfd.readouterr().err
        with pytest.raises(CannotStart, match="cannot be made"):
            start(Settings(home=powerless / "none" / "home", corpus=settings.corpus))
        with pytest.raises(LibraryError, match=r"corpus/library\.sqlite"):
            start(Settings(home=powerless / "corpus", corpus=settings.corpus))
    assert {path: path.read_bytes() for path in powerless.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("left", ["-wal and -shm", "-wal alone"])
def test_what_a_killed_writer_left_in_a_home_that_cannot_be_written_is_read_or_named(
    home: Home, powerless: Path, capfd: pytest.CaptureFixture[str], left: str
) -> None:
    library = Library(home.settings.home / "library.sqlite")
    library.keep_vectors("other", ["of nothing"], np.ones((1, 4), np.float32))
    shutil.copytree(home.settings.home, powerless / "home")  # while it is open: as a kill leaves it
    library.close()
    settings = Settings(home=powerless / "home", corpus=home.settings.corpus)
    assert (settings.home / "library.sqlite-wal").stat().st_size
    if left == "-wal alone":
        (settings.home / "library.sqlite-shm").unlink()
    with unwritable(powerless):
        capfd.readouterr()
        assert answers(start(settings)) == home.answers
        err = capfd.readouterr().err
    assert len(err.splitlines()) == 1 and "Open it once where" in err if left == "-wal alone" else "read-only" in err
