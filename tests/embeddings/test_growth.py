"""The cap on growing files: a write beyond it fails, and an index whose engine runs away leaves the old one serving."""

import resource
from pathlib import Path

import pytest

from embeddings.growth import capped
from embeddings.index import Index
from embeddings.vectors import Embedded
from tests.embeddings.test_index import PASSAGES, BigramEncoder, Record, made


def test_a_file_cannot_outgrow_the_cap_and_the_limit_is_gone_afterwards(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with pytest.raises(OSError, match="File too large"), capped(10_000), (tmp_path / "f").open("wb") as file:
        file.write(b"\0" * 20_000)
    assert (tmp_path / "f").stat().st_size <= 10_000
    (tmp_path / "f").write_bytes(b"\0" * 20_000)
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == before


def test_an_engine_whose_files_run_away_fails_and_the_generation_before_serves(
    tmp_path: Path,
) -> None:
    record, index = Record(PASSAGES), Index(tmp_path / "index", BigramEncoder())
    record.level(index)
    narrow = Index(tmp_path / "index", BigramEncoder(), Embedded(row_bytes=-1_000, file_bytes=4_096))
    before = index.search("森林覆盖率")
    record.given = [*PASSAGES, *made("广州", 20)]
    with pytest.raises((RuntimeError, OSError, ValueError)):
        narrow.bring_level("1", record, anew=True)
    assert Index(tmp_path / "index", BigramEncoder()).is_level("1")  # a re-index that fails leaves no hole
    with pytest.raises((RuntimeError, OSError, ValueError)):
        record.level(narrow, "2")
    assert index.generation == 1 and index.search("森林覆盖率") == before
    assert record.level(index, "2")
    assert [path.name for path in (tmp_path / "index").iterdir() if path.is_dir()] != ["1"]
