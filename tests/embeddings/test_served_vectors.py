"""Vectors on a real Chroma server: collections by generation, and words alone while it is away."""

import dataclasses
import shutil
import socket
import time
from pathlib import Path

import numpy as np
import pytest

from bot.reply import BY_WORDS
from bot.settings import Settings
from bot.start import changing, open_level, reindex, start
from corpus import ingest
from embeddings.generations import Damaged
from embeddings.vectors import Batch, Served, Unreachable
from tests.embeddings.servers import Chroma

ROOT = Path(__file__).parents[2]
QUESTION = "深圳2015年饮用水源达标率目标"


@pytest.fixture
def settings(chroma: Chroma, tmp_path: Path) -> Settings:
    (tmp_path / "corpus").mkdir()
    shutil.copy(ROOT / "corpus" / "policies" / "shenzhen-2010-183.txt", tmp_path / "corpus")
    return Settings(home=tmp_path / "home", corpus=tmp_path / "corpus", chroma_url=chroma.url)


def rows(count: int) -> np.ndarray:
    drawn = np.random.default_rng(0).normal(size=(count, 16)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def test_served_vectors_find_themselves_as_embedded_ones_do(chroma: Chroma, tmp_path: Path) -> None:
    engine, given, ids = Served(chroma.url, tmp_path / "name"), rows(300), [f"文件#{n}" for n in range(300)]
    engine.write(tmp_path / "1", None, Batch(ids, ["文件"] * 300, given, range(300), ()))
    vectors = engine.open(tmp_path / "1")
    assert len(vectors) == 300 and [vectors.search(row, 1)[0][0] for row in given[:20]] == ids[:20]
    assert np.allclose(vectors.rows(["文件#7"])["文件#7"], given[7], atol=1e-5)
    assert vectors.search(np.zeros(16, np.float32), 3) == []
    engine.retire([])
    with pytest.raises(Damaged):
        engine.open(tmp_path / "1").check()


def test_the_answers_are_those_of_the_embedded_engine(settings: Settings, tmp_path: Path) -> None:
    served = start(settings).ask(QUESTION)
    embedded = start(dataclasses.replace(settings, home=tmp_path / "other", chroma_url="")).ask(QUESTION)
    assert served.answer == "98%以上" and served.note is None
    assert (served.text, served.citations) == (embedded.text, embedded.citations)


def test_each_generation_has_a_collection_and_old_ones_go(settings: Settings, chroma: Chroma, tmp_path: Path) -> None:
    start(settings)
    name = f"policy-{(settings.home / 'index' / 'name').read_text()}-"
    (before,) = [each for each in chroma.names() if each.startswith(name)]
    (tmp_path / "more.txt").write_text(
        "青岛市人民政府关于绿化的通知\n\n到2030年，全市森林覆盖率达到25.5%以上。\n", "utf-8"
    )
    chatbot = start(settings)
    with changing(settings) as parts:
        ingest.add(parts.library, [tmp_path / "more.txt"])
    assert chatbot.ask("青岛市2030年森林覆盖率目标").answer == "25.5%以上"
    del chatbot
    reindex(settings)
    start(settings)
    left = [each for each in chroma.names() if each.startswith(name)]
    assert before not in left and len(left) <= 2


def test_a_server_that_lost_its_vectors_is_filled_again(
    settings: Settings, chroma: Chroma, caplog: pytest.LogCaptureFixture
) -> None:
    start(settings)
    Served(chroma.url, settings.home / "index" / "name").retire([])
    chatbot = start(settings)
    assert len(caplog.messages) == 1 and "damaged and will be rebuilt" in caplog.messages[0]
    assert chatbot.ask(QUESTION).note is None


def test_moving_to_the_server_and_back_encodes_nothing_again(settings: Settings) -> None:
    home = dataclasses.replace(settings, chroma_url="")
    before = start(home).ask(QUESTION)
    assert start(settings).ask(QUESTION).text == start(home).ask(QUESTION).text == before.text
    parts = open_level(home)
    assert parts.index.verify(parts.record) == len(parts.library.passages())


def test_while_the_server_is_away_words_answer_with_a_note(
    tmp_path: Path, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    chroma = Chroma(tmp_path / "chroma")
    settings = dataclasses.replace(settings, chroma_url=chroma.url)
    try:
        chatbot = start(settings)
        assert chatbot.ask(QUESTION).note is None
        chroma.stop()
        away = chatbot.ask(QUESTION)
        assert (away.answer, away.note) == ("98%以上", BY_WORDS)
        assert start(settings).ask(QUESTION).note == BY_WORDS
        (tmp_path / "corpus" / "new.txt").write_text("青岛市人民政府关于绿化的通知\n\n全市造林三万亩。\n", "utf-8")
        capfd.readouterr()
        assert start(settings).ask(QUESTION).answer == "98%以上"  # cannot be brought level: what is there answers
        assert "cannot be reached" in capfd.readouterr().err
        chroma.start()
        time.sleep(2.1)
        assert chatbot.ask(QUESTION).note is None
        assert "三万亩" in start(settings).ask("全市造林多少亩").text
    finally:
        chroma.stop()


def test_a_server_that_accepts_and_never_replies_keeps_nobody_waiting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = Served(f"http://127.0.0.1:{silent.getsockname()[1]}", tmp_path / "name")
        began = time.monotonic()
        with pytest.raises(Unreachable):
            engine.collection("policy-x")
        assert time.monotonic() - began < 15
