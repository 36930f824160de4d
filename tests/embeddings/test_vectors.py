"""Vectors: nearest first, in a folder that searching never writes."""

import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.generations import Damaged
from embeddings.vectors import Batch, Embedded, Vectors, ranked


def rows(count: int, seed: int = 0) -> NDArray[np.float32]:
    drawn = np.random.default_rng(seed).normal(size=(count, 32)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def ids(count: int) -> list[str]:
    return [f"文件/甲#{number}" for number in range(count)]


def write(
    folder: Path, ids: Sequence[str], documents: Sequence[str], rows: NDArray[np.float32], removed: Sequence[str] = ()
) -> None:
    """Store vectors in ``folder``, in a copy of what is there already."""
    place, base = folder / "chroma", None
    if place.exists():
        base = place.rename(folder / "before")
    folder.mkdir(exist_ok=True)
    Embedded().write(place, base, Batch(ids, documents, rows, range(len(ids)), removed))
    shutil.rmtree(folder / "before", ignore_errors=True)


def opened(folder: Path) -> Vectors:
    return Embedded().open(folder / "chroma")


def stored(folder: Path, count: int = 300) -> NDArray[np.float32]:
    given = rows(count)
    write(folder, ids(count), ["文件/甲"] * count, given)
    return given


def test_the_nearest_are_those_of_an_exact_product(tmp_path: Path) -> None:
    given = stored(tmp_path)
    for question in rows(20, seed=1):
        exact = ranked(zip(ids(300), given @ question, strict=True))[:10]
        found = opened(tmp_path).search(question, 10)
        assert [key for key, _ in found] == [key for key, _ in exact]
        assert [score for _, score in found] == pytest.approx([score for _, score in exact], abs=1e-5)


def test_every_vector_finds_itself_and_is_stored_as_given(tmp_path: Path) -> None:
    given = stored(tmp_path)
    vectors = opened(tmp_path)
    assert len(vectors) == 300
    assert [vectors.search(row, 1)[0][0] for row in given] == ids(300)
    assert all(np.allclose(row, given[int(key.split("#")[1])]) for key, row in vectors.rows(ids(300)).items())


def test_equal_vectors_are_ordered_by_id(tmp_path: Path) -> None:
    write(tmp_path, ["b", "c", "a"], ["d"] * 3, np.repeat(rows(1), 3, axis=0))
    assert [key for key, _ in opened(tmp_path).search(rows(1)[0], 3)] == ["a", "b", "c"]


def test_rows_are_added_replaced_and_dropped(tmp_path: Path) -> None:
    given = stored(tmp_path, 10)
    other = rows(2, seed=2)
    write(tmp_path, ["文件/甲#3", "文件/乙#1"], ["文件/甲", "文件/乙"], other, ["文件/甲#3", "文件/甲#4", "不存在#1"])
    vectors = opened(tmp_path)
    assert len(vectors) == 10
    assert vectors.search(other[0], 1)[0][0] == "文件/甲#3" and vectors.search(other[1], 1)[0][0] == "文件/乙#1"
    assert "文件/甲#4" not in {key for key, _ in vectors.search(given[4], 10)}


def test_nothing_is_near_to_a_zero_vector_or_in_an_empty_folder(tmp_path: Path) -> None:
    stored(tmp_path / "full", 5)
    write(tmp_path / "empty", [], [], rows(0))
    assert opened(tmp_path / "full").search(np.zeros(32, np.float32), 3) == []
    assert opened(tmp_path / "empty").search(rows(1)[0], 3) == []
    assert len(opened(tmp_path / "full").search(rows(1)[0], 30)) == 5


def test_two_readers_of_a_folder_do_not_share_their_engine(tmp_path: Path) -> None:
    given = stored(tmp_path, 5)
    first, second = opened(tmp_path), opened(tmp_path)
    assert first.search(given[0], 1) == second.search(given[0], 1)
    del first
    assert second.search(given[1], 1)[0][0] == "文件/甲#1"


@pytest.mark.parametrize("removed", [[], ["文件/甲#1"]])
@pytest.mark.parametrize("count", [1, 2, 300, 1500])
def test_reading_writes_nothing(tmp_path: Path, count: int, removed: list[str]) -> None:
    given = stored(tmp_path, count)
    write(tmp_path, [], [], rows(0), removed)

    def state() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    before = state()
    assert opened(tmp_path).search(given[0], 3)
    assert state() == before


def test_what_a_killed_reader_left_in_the_temporary_folder_is_removed(tmp_path: Path) -> None:
    stored(tmp_path / "index", 5)
    (tmp_path / "temporary").mkdir()
    program = "import os, sys; from pathlib import Path; from embeddings.vectors import Embedded;"
    program += "vectors = Embedded().open(Path(sys.argv[1])); len(vectors); os.kill(os.getpid(), 9)"
    place = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "index" / "chroma")], env=place, cwd=root)
    left = list((tmp_path / "temporary").glob("policy-index-*"))
    program = "import sys; from pathlib import Path; from embeddings.vectors import Embedded; Embedded().open(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "index" / "chroma")], env=place, cwd=root, check=True)
    assert len(left) == 1 and not list((tmp_path / "temporary").glob("policy-index-*"))


def test_what_another_user_may_not_remove_stays_in_silence_and_is_swept_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("Only root can become another user.")
    stored(tmp_path / "index", 5)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    vectors = opened(tmp_path / "index")
    os.seteuid(65534)
    try:
        del vectors
        gc.collect()
    finally:
        os.seteuid(0)
    assert not unraisable and len(list(tmp_path.glob("policy-index-*"))) == 1
    again = opened(tmp_path / "index")
    assert len(list(tmp_path.glob("policy-index-*"))) == 1
    del again
    assert not list(tmp_path.glob("policy-index-*"))


def test_a_folder_that_is_not_chromas_is_said_to_be_damaged(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="cannot be opened"):
        len(Embedded().open(tmp_path))


def test_what_failed_in_a_place_does_not_spoil_what_is_written_there_next(tmp_path: Path) -> None:
    given, ids = rows(20), [f"d#{number}" for number in range(20)]
    batch = Batch(ids, ["d"] * 20, given, range(20), ())
    for _ in range(2):
        with pytest.raises((Damaged, OSError, RuntimeError, ValueError)):
            Embedded(row_bytes=-1_000, file_bytes=21_000).write(tmp_path / "chroma", None, batch)
        for left in tmp_path.iterdir():
            shutil.rmtree(left)
    Embedded().write(tmp_path / "chroma", None, batch)
    assert [Embedded().open(tmp_path / "chroma").search(row, 1)[0][0] for row in given] == ids
