"""Models that an operator chooses: the index follows them, questions are answered with them, and without them."""

from pathlib import Path

import numpy as np
import pytest

from bot.retriever import rerank, retrieve
from bot.settings import Settings
from bot.snapshot import Snapshots
from bot.start import open_reranker, start
from tests.embeddings.small_models import make_encoder, make_reranker

POLICIES = Path(__file__).parents[2] / "corpus" / "policies"
QUESTION = "深圳2015年饮用水源达标率目标"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that the built-in model serves."""
    home = tmp_path_factory.mktemp("home")
    assert start(Settings(home=home, corpus=POLICIES)).ask(QUESTION).answer == "98%以上"
    return home


def test_another_model_brings_an_index_of_its_own_and_back_nothing_is_encoded_again(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = Settings(home=home, corpus=POLICIES, embedding=str(make_encoder(tmp_path / "small", {})))
    chatbot = start(small)
    first = chatbot.index.view()
    rows = np.load(first.folder / "vectors.npy")
    assert rows.shape[1] == 16 and first.seal["encoder"].startswith("small-") and not first.words_only
    assert chatbot.ask(QUESTION).status == "answered"
    make_encoder(tmp_path / "small", {}, seed=3)  # other weights under the same name
    changed = start(small).index.view()
    assert changed.seal["encoder"] != first.seal["encoder"]
    assert not np.allclose(np.load(changed.folder / "vectors.npy"), rows)
    back = start(Settings(home=home, corpus=POLICIES))
    assert back.ask(QUESTION).answer == "98%以上" and back.index.view().seal["encoder"].startswith("model-")
    assert "POLICY_" not in capsys.readouterr().err


def test_models_that_cannot_be_had_are_told_in_a_line_each_and_the_built_in_ones_serve(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    empty = str(tmp_path / "empty")
    chatbot = start(Settings(home=home, corpus=POLICIES, embedding=empty, reranker=empty))
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2 and "POLICY_EMBEDDING" in told[0] and "POLICY_RERANKER" in told[1]
    assert chatbot.ask(QUESTION).answer == "98%以上"


def test_a_reranker_orders_what_was_found_and_shows_its_score(home: Path, tmp_path: Path) -> None:
    settings = Settings(home=home, corpus=POLICIES, reranker=str(make_reranker(tmp_path / "cross")))
    chatbot = start(settings)
    snapshot = Snapshots(chatbot.index, open_reranker(settings)).now()
    found = retrieve(snapshot, QUESTION, 50)
    read, without = rerank(snapshot, QUESTION, found), rerank(Snapshots(chatbot.index).now(), QUESTION, found)
    scores = [f.parts["reranker"] for f in read if "reranker" in f.parts]
    assert len(scores) == 32 and scores == sorted(scores, reverse=True)
    assert {f.passage.id for f in read} == {f.passage.id for f in found} and read != without
    assert [f.score for f in read] == [f.score for f in without] and read[32:] == without[32:]
    inquiry = chatbot.find(QUESTION)
    assert "reranker" in inquiry.found[0].parts
    assert chatbot.ask(QUESTION).status in ("answered", "not_found")


def test_words_near_those_of_the_question_bring_a_passage_forward(home: Path) -> None:
    snapshot = Snapshots(start(Settings(home=home, corpus=POLICIES)).index).now()
    found = retrieve(snapshot, "喝的水干净到什么程度", 40)
    read = rerank(snapshot, "喝的水干净到什么程度", found)
    assert (
        sorted(f.passage.id for f in read) == sorted(f.passage.id for f in found) and rerank(snapshot, "水", []) == []
    )
    assert [f.score for f in read] == sorted((f.score for f in read), reverse=True)
    assert all(0 <= f.score <= 1 and set(f.parts) == {"terms", "vectors", "nearness"} for f in read)


def test_a_reranker_that_fails_leaves_the_order_of_the_search(
    home: Path, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    class Broken:
        name = "broken"

        def scores(self, question: str, passages: object) -> list[float]:
            raise RuntimeError("out of memory")

    index = start(Settings(home=home, corpus=POLICIES)).index
    snapshot = Snapshots(index, Broken()).now()
    found = retrieve(snapshot, QUESTION, 10)
    assert rerank(snapshot, QUESTION, found) == rerank(Snapshots(index).now(), QUESTION, found)
    assert "out of memory" in caplog.text
