"""The index: whole generations, one writer, readers that are never disturbed, and healing from the record."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import sleep
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.document import Passage, Span
from embeddings.generations import Generations, Locked
from embeddings.index import Index, NotBuilt
from embeddings.record import Given

Rows = NDArray[np.float32]


class BigramEncoder:
    """A tiny real encoder: pairs of characters, hashed into 64 dimensions."""

    def __init__(self, name: str = "bigrams-64"):
        self.name, self.dimensions, self.encoded = name, 64, 0

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Rows:
        self.encoded += len(texts)
        return np.array([self.encode_question(text) for text in texts], np.float32).reshape(-1, 64)

    def encode_question(self, text: str) -> Rows:
        row = np.zeros(64, np.float32)
        for start in range(len(text) - 1):
            row[crc32(text[start : start + 2].encode("utf-8", "replace")) % 64] += 1
        return row / (np.linalg.norm(row) or 1)


class Record(Given):
    """What the library keeps: passages, and vectors by digest."""

    def level(self, index: Index, key: str = "1") -> bool:
        return index.bring_level(key, self)


def made(document: str, count: int) -> list[Passage]:
    subjects = ("饮用水源水质达标率", "森林覆盖率", "城镇登记失业率", "城市污水集中处理率", "万元生产总值能耗")
    texts = [
        f"到20{10 + n % 20}年，{subjects[n % 5]}达到{n * 7 % 100}.{n % 10}%，由第{n}工作组负责。" for n in range(count)
    ]
    return [
        Passage(f"{document}#{n}", document, (Span(0, len(text)),), (), text, f"{document}人民政府 20{10 + n % 20}年")
        for n, text in enumerate(texts)
    ]


PASSAGES = [*made("深圳", 40), *made("广东", 40), *made("郴州", 40)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Record]:
    folder, record = tmp_path_factory.mktemp("built") / "index", Record(PASSAGES)
    assert record.level(Index(folder, BigramEncoder()))
    return folder, record


@pytest.fixture
def copied(built: tuple[Path, Record], tmp_path: Path) -> Iterator[tuple[Path, Record]]:
    """A published index of its own for each test, and the record that it was built from."""
    shutil.copytree(built[0], tmp_path / "index")
    record = Record(PASSAGES)
    record.kept = dict(built[1].kept)
    yield tmp_path / "index", record


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def ids(index: Index, query: str, **how: object) -> list[str]:
    return [hit.passage_id for hit in index.search(query, **how)]


def test_every_passage_finds_itself_first(built: tuple[Path, Record]) -> None:
    index = Index(built[0], BigramEncoder())
    assert [ids(index, passage.context + passage.text, k=1) for passage in PASSAGES] == [[p.id] for p in PASSAGES]


def test_a_hit_keeps_the_parts_of_its_score(built: tuple[Path, Record]) -> None:
    hits = Index(built[0], BigramEncoder()).search("深圳森林覆盖率", k=5)
    assert len(hits) == 5 and all(set(hit.parts) == {"terms", "vectors"} for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.parts["terms"] > 0 and 0 < hit.parts["vectors"] <= 1 for hit in hits)


def test_a_shorter_search_is_the_beginning_of_a_longer_one(built: tuple[Path, Record]) -> None:
    index = Index(built[0], BigramEncoder())
    assert ids(index, "失业率", k=3) == ids(index, "失业率", k=60)[:3]


def test_a_search_in_some_documents_finds_only_theirs(built: tuple[Path, Record]) -> None:
    index = Index(built[0], BigramEncoder())
    found = ids(index, "森林覆盖率", k=100, documents=["广东", "郴州", "广东"])
    assert len(found) == len(set(found)) == 80 and {key.split("#")[0] for key in found} == {"广东", "郴州"}
    assert ids(index, "森林覆盖率", documents=[]) == ids(index, "森林覆盖率", documents=["无此文件"]) == []


@pytest.mark.parametrize("among", [["广东"], ["广东", "郴州"], ["深圳", "无此文件"]])
def test_a_filter_that_leaves_much_finds_what_one_that_leaves_little_finds(
    built: tuple[Path, Record], among: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(built[0], BigramEncoder())
    narrow = [(hit.passage_id, hit.parts) for hit in index.search("森林覆盖率", k=10, documents=among)]
    for name in ("_EXACT", "_ROW_COST", "_TERM_COST"):  # how many are many: too many to index in a test
        monkeypatch.setattr(f"embeddings.view.{name}", 0)
    wide = [(hit.passage_id, hit.parts) for hit in index.search("森林覆盖率", k=10, documents=among)]
    assert narrow == wide and len(wide) == 10


@pytest.mark.parametrize("query", ["", " \n", "？！", "🙂"])
def test_a_query_without_words_finds_nothing(built: tuple[Path, Record], query: str) -> None:
    assert Index(built[0], BigramEncoder()).search(query) == []


@pytest.mark.parametrize("query", ["AND OR (", "水" * 5000, "\ud800水质", "x\x00y 水质", "〔2010〕183号"])
def test_no_query_is_too_strange(built: tuple[Path, Record], query: str) -> None:
    assert len(Index(built[0], BigramEncoder()).search(query, k=3)) <= 3


def test_the_vectors_can_be_asked_something_else(built: tuple[Path, Record]) -> None:
    index, encoder = Index(built[0], BigramEncoder()), BigramEncoder()
    hits = index.search("广东", k=200, vector_query="深圳森林覆盖率")
    rows = {p.id: encoder.encode_question(f"{p.context}\n{p.text}") for p in PASSAGES}
    asked = encoder.encode_question("深圳森林覆盖率")
    assert all(hit.parts["vectors"] == pytest.approx(float(rows[hit.passage_id] @ asked), abs=1e-5) for hit in hits)


def test_a_second_start_encodes_nothing_and_publishes_nothing(copied: tuple[Path, Record]) -> None:
    folder, record = copied
    before, encoder = contents(folder), BigramEncoder()
    index = Index(folder, encoder)
    assert index.is_level("1") and not record.level(index) and encoder.encoded == 0
    assert contents(folder) == before


def test_opening_and_bringing_level_imports_no_model_and_no_chroma(built: tuple[Path, Record]) -> None:
    program = "assert not record.level(index); print({'torch', 'sentence_transformers', 'chromadb'} & set(sys.modules))"
    with started(program, built[0]) as other:
        assert other.communicate()[0].strip() == "set()"


def test_what_is_level_is_built_anew_when_asked_for_from_the_record_and_encodes_nothing(
    copied: tuple[Path, Record],
) -> None:
    folder, record = copied
    index, encoder = Index(folder, BigramEncoder()), BigramEncoder()
    before = index.search("森林覆盖率")
    assert Index(folder, encoder).bring_level("1", record, anew=True) and encoder.encoded == 0
    assert index.generation == 2 and index.search("森林覆盖率") == before


def test_a_change_encodes_only_what_is_new(copied: tuple[Path, Record]) -> None:
    folder, record = copied
    encoder = BigramEncoder()
    index = Index(folder, encoder)
    changed = replace(PASSAGES[0], text="海水淡化日产能力达到三十万吨。")
    record.given = [changed, *PASSAGES[2:], *made("广州", 2)]
    assert record.level(index, "2") and encoder.encoded == 3
    assert (index.generation, index.is_level("1"), index.is_level("2")) == (2, False, True)
    assert ids(index, "海水淡化", k=1) == [changed.id] and PASSAGES[1].id not in ids(index, PASSAGES[1].text, k=200)


def test_a_generation_brought_level_finds_what_a_fresh_one_finds(copied: tuple[Path, Record], tmp_path: Path) -> None:
    folder, record = copied
    index, fresh = Index(folder, BigramEncoder()), Index(tmp_path / "fresh", BigramEncoder())
    record.given = [*PASSAGES[:-4], *made("广州", 5)]
    assert record.level(index, "2") and record.level(fresh, "2")
    for query in ("深圳森林覆盖率", "广州2012年失业率", "第3工作组"):
        assert index.search(query) == fresh.search(query)


def test_a_reader_follows_a_switch_made_by_another(copied: tuple[Path, Record]) -> None:
    folder, record = copied
    reader = Index(folder, BigramEncoder())
    assert reader.generation == 1
    record.given = [*PASSAGES, *made("广州", 3)]
    record.level(Index(folder, BigramEncoder()), "2")
    assert reader.generation == 2 and "广州#1" in ids(reader, "广州失业率", k=30)


def test_a_published_generation_is_not_written_while_it_is_read_and_its_successor_built(
    copied: tuple[Path, Record],
) -> None:
    folder, record = copied
    before, held = contents(folder / "1"), Generations(folder).open()
    reader = Index(folder, BigramEncoder())
    assert ids(reader, "森林覆盖率")
    record.given = [*PASSAGES, *made("广州", 3)]
    record.level(Index(folder, BigramEncoder()), "2")
    assert held and contents(folder / "1") == before


def test_an_old_generation_stays_while_it_is_read_and_goes_afterwards(copied: tuple[Path, Record]) -> None:
    folder, record = copied
    held, index = Generations(folder).open(), Index(folder, BigramEncoder())
    record.level(index, "2")
    assert (folder / "1").exists()
    del held
    record.level(index, "3")
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["3"]


def test_searches_go_on_in_threads_while_generations_change(copied: tuple[Path, Record]) -> None:
    folder, record = copied
    index, found, stop = Index(folder, BigramEncoder()), [], []

    def ask() -> None:
        while not stop:
            found.append(len(index.search("森林覆盖率", k=10)))

    threads = [Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(2, 6):
        record.level(index, str(number))
    stop.append(True)
    for thread in threads:
        thread.join()
    assert index.generation == 5 and set(found) == {10}


def test_a_second_writer_is_told_so_in_one_line(copied: tuple[Path, Record]) -> None:
    folder, record = copied
    with Generations(folder).writing(), pytest.raises(Locked, match="Another process is writing the index"):
        record.level(Index(folder, BigramEncoder()), "2")
    assert record.level(Index(folder, BigramEncoder()), "2")


def test_an_empty_library_is_level_and_finds_nothing(tmp_path: Path) -> None:
    index = Index(tmp_path, BigramEncoder())
    with pytest.raises(NotBuilt, match="never built"):
        index.search("水")
    assert Record([]).level(index) and index.is_level("1") and index.search("水") == []
    assert Record(PASSAGES[:1]).level(index, "2") and ids(index, "水") == ["深圳#0"]


def test_passages_without_words_or_vectors_do_no_harm(tmp_path: Path) -> None:
    odd = [Passage("d#1", "d", (Span(0, 1),), (), "", ""), Passage("d#2", "d", (Span(0, 1),), (), "——", "")]
    index = Index(tmp_path, BigramEncoder())
    assert Record([*odd, PASSAGES[0]]).level(index) and ids(index, "达标率", k=1) == ["深圳#0"]


def test_zero_or_broken_vectors_of_the_record_are_encoded_again(copied: tuple[Path, Record]) -> None:
    folder, record = copied
    first, second, third, *_ = record.kept
    record.kept |= {first: np.zeros(64, np.float32), second: np.full(64, np.nan, np.float32), third: np.ones(3)}
    (folder / "current").unlink()  # else the rows of the generation before serve again
    encoder = BigramEncoder()
    assert record.level(Index(folder, encoder), "2") and encoder.encoded == 3


def test_another_encoder_makes_a_generation_of_its_own(copied: tuple[Path, Record]) -> None:
    folder, record = copied
    other = BigramEncoder("other-64")
    index = Index(folder, other)
    assert not index.is_level("1")
    assert all(hit.parts["vectors"] == 0 for hit in index.search("森林覆盖率"))
    record.kept.clear()
    assert record.level(index) and other.encoded == len(PASSAGES)
    assert index.search("森林覆盖率")[0].parts["vectors"] > 0


def test_an_encoder_of_broken_vectors_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    encoder = BigramEncoder("broken")
    encoder.dimensions = 65
    with pytest.raises(ValueError, match="broken must give 3 finite rows of 65"):
        Record(PASSAGES[:3]).level(Index(tmp_path, encoder))
    assert [path.name for path in tmp_path.iterdir()] == ["writer.lock"]


def test_a_failing_write_leaves_the_old_generation_serving(
    copied: tuple[Path, Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, record = copied
    index = Index(folder, BigramEncoder())
    monkeypatch.setattr(os, "fsync", _no_space)
    with pytest.raises(OSError, match="No space left"):
        record.level(index, "2")
    assert index.generation == 1 and ids(index, "森林覆盖率") and not (folder / "2").exists()


def _no_space(_: int) -> None:
    raise OSError(28, "No space left on device")


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no folder": lambda folder: shutil.rmtree(folder / "1"),
    "no terms": lambda folder: shutil.rmtree(folder / "1" / "terms"),
    "no chroma": lambda folder: shutil.rmtree(folder / "1" / "chroma"),
    "no rows": lambda folder: (folder / "1" / "vectors.npy").unlink(),
    "no seal": lambda folder: (folder / "1" / "seal.json").unlink(),
    "broken seal": lambda folder: (folder / "1" / "seal.json").write_text("[]"),
    "no reader lock": lambda folder: (folder / "1" / "readers.lock").unlink(),
    "no pointer": lambda folder: (folder / "current").unlink(),
    "empty pointer": lambda folder: (folder / "current").write_text(""),
    "rubbish pointer": lambda folder: (folder / "current").write_bytes(b"\xff\x00?"),
    "pointer to nowhere": lambda folder: (folder / "current").write_text("7"),
    "emptied terms": lambda folder: next((folder / "1").rglob("*.idx")).write_bytes(b""),
    "truncated graph": lambda folder: os.truncate(next((folder / "1").rglob("data_level0.bin")), 999),
    "flipped graph": lambda folder: _flip(next((folder / "1").rglob("data_level0.bin"))),
    "flipped sqlite": lambda folder: _flip(folder / "1" / "chroma" / "chroma.sqlite3"),
    "flipped terms": lambda folder: _flip(next((folder / "1").rglob("*.term"))),
    "flipped rows": lambda folder: _flip(folder / "1" / "vectors.npy"),
    "flipped contents": lambda folder: _flip(folder / "1" / "passages.json"),
    "all gone": shutil.rmtree,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_healed_from_the_record_without_encoding(
    copied: tuple[Path, Record], damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder, record = copied
    before = Index(folder, BigramEncoder()).search("深圳森林覆盖率")
    DAMAGE[damage](folder)
    encoder = BigramEncoder()
    index = Index(folder, encoder)
    with caplog.at_level(logging.WARNING):
        assert not index.is_level("1") and record.level(index)
    assert index.is_level("1") and index.search("深圳森林覆盖率") == before and encoder.encoded == 0
    assert len(caplog.messages) == 1


def test_a_reader_at_work_outlives_damage_to_the_pointer(copied: tuple[Path, Record]) -> None:
    folder, _ = copied
    index = Index(folder, BigramEncoder())
    before = index.search("森林覆盖率")
    for pointer in ("9", "?", ""):
        (folder / "current").write_text(pointer)
        assert index.search("森林覆盖率") == before and not index.is_level("1")


def test_a_leftover_half_generation_is_removed(copied: tuple[Path, Record]) -> None:
    folder, record = copied
    (folder / "2" / "chroma").mkdir(parents=True)
    assert not record.level(Index(folder, BigramEncoder()))
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["1"]
    (folder / "2" / "chroma").mkdir(parents=True)
    assert record.level(Index(folder, BigramEncoder()), "2")
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["3"]


@pytest.mark.parametrize("delay", [0.1, 0.25])
def test_a_killed_writer_costs_nothing(copied: tuple[Path, Record], delay: float) -> None:
    folder, record = copied
    reader = Index(folder, BigramEncoder())
    program = "for n in range(2, 10_000): record.given = PASSAGES[: 60 + n % 60]; record.level(index, str(n))"
    with started(program, folder) as writer:
        while reader.generation == 1:
            assert len(reader.search("森林覆盖率", k=10)) == 10
        sleep(delay)
        writer.kill()
    assert len(reader.search("森林覆盖率", k=10)) == 10
    encoder = BigramEncoder()
    assert record.level(Index(folder, encoder), "whole") and encoder.encoded == 0
    assert len(set(ids(reader, "森林覆盖率", k=200))) == len(PASSAGES)


def started(program: str, folder: Path) -> "subprocess.Popen[str]":
    """Start another process that runs ``program`` with ``index`` in ``folder`` and ``record``."""
    parts = "import sys; from pathlib import Path; from tests.embeddings.test_index import *"
    parts += "; index, record = Index(Path(sys.argv[1]), BigramEncoder()), Record(PASSAGES)"
    command = [sys.executable, "-c", f"{parts}\n{program}", str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def test_thousands_of_equal_passages_hide_no_other_and_are_found_themselves(tmp_path: Path) -> None:
    text = "没有找到这个页面。"
    same = [Passage(f"{n:05}#1", f"{n:05}", (Span(0, len(text)),), (), text, "404") for n in range(6000)]
    record, index = Record([*same[:3000], *PASSAGES, *same[3000:]]), Index(tmp_path / "index", BigramEncoder())
    record.level(index)
    view = index.view()
    assert view._vectors is not None and len(view._vectors) == len(PASSAGES) + 1
    near = view._near(PASSAGES[0].context + PASSAGES[0].text, 3, None, ())
    assert next(iter(near)) == PASSAGES[0].id
    assert set(view._near(text, 50, None, ())) == {passage.id for passage in same[:50]}
    record.given = [*PASSAGES, *same[1:]]  # the one of them that Chroma holds leaves
    record.level(index, "2")
    assert index.view().seal["changed"] == 1
    assert set(index.view()._near(text, 1, None, ())) == {same[1].id}
