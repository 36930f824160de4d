"""Models of a folder or of the hub: their prompts, their names, and what is said where they cannot be had."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import TransformerEncoder, load_encoder
from embeddings.models import ModelError, prompts
from embeddings.reranker import CrossReranker
from tests.embeddings.small_models import make_encoder, make_reranker

TEXT = "全市饮用水源水质达标率98%以上"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("models") / "small", {"query": "问题：", "document": "文件："})


@pytest.fixture(scope="module")
def reranker(tmp_path_factory: pytest.TempPathFactory) -> CrossReranker:
    return CrossReranker(str(make_reranker(tmp_path_factory.mktemp("models") / "cross")))


def test_a_model_gets_the_prompts_of_its_configuration(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    encoder, plain = load_encoder(str(folder)), SentenceTransformer(str(folder), device="cpu")
    asked, held = plain.encode(["问题：" + TEXT, "文件：" + TEXT], normalize_embeddings=True)
    assert encoder.encode_question(TEXT) == pytest.approx(asked, abs=1e-5)
    assert encoder.encode_passages([TEXT])[0] == pytest.approx(held, abs=1e-5)
    assert np.abs(asked - held).max() > 1e-3


@pytest.mark.parametrize(
    ("name", "asked", "held"),
    [
        ("BAAI/bge-m3", "", ""),
        ("BAAI/bge-small-zh-v1.5", "为这个句子生成表示以用于检索相关文章：", ""),
        ("/models/bge-large-zh", "为这个句子生成表示以用于检索相关文章：", ""),
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("moka-ai/m3e-base", "", ""),
    ],
)
def test_a_family_whose_configuration_has_no_prompts_gets_those_of_its_card(name: str, asked: str, held: str) -> None:
    assert prompts(name, {"query": "", "document": ""}) == (asked, held)


def test_the_prompts_of_a_configuration_stand_above_those_of_the_family() -> None:
    own = {"query": "Instruct: Given a question\nQuery:", "document": ""}
    assert prompts("Qwen/Qwen3-Embedding-0.6B", own) == (own["query"], "")
    assert prompts("Qwen/Qwen3-Embedding-0.6B", {})[0].startswith("Instruct: ")


def test_another_prompt_for_passages_is_another_encoder(tmp_path: Path) -> None:
    one = make_encoder(tmp_path / "one" / "same", {})
    other = make_encoder(tmp_path / "other" / "same", {"document": "文件："})
    names = {TransformerEncoder(str(path)).name for path in (one, other, one)}
    assert len(names) == 2 and all(name.startswith("same-") for name in names)


def test_threads_may_share_a_model(folder: Path, reranker: CrossReranker) -> None:
    encoder = load_encoder(str(folder))
    texts = [TEXT * (1 + number % 5) for number in range(24)]
    alone = [(encoder.encode_question(text), reranker.scores(text, [TEXT])) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: (encoder.encode_question(text), reranker.scores(text, [TEXT])), texts))
    for (row, score), (same_row, same_score) in zip(alone, together, strict=True):
        assert row == pytest.approx(same_row, abs=1e-6) and score == pytest.approx(same_score, abs=1e-5)


def test_a_reranker_gives_a_share_for_each_passage_that_depends_on_the_question(reranker: CrossReranker) -> None:
    passages = [TEXT, "", "劳动合同", TEXT * 60]
    scores = reranker.scores("饮用水源", passages)
    assert len(scores) == 4 and all(0 <= score <= 1 for score in scores) and len(set(scores)) > 1
    assert reranker.scores("饮用水源", []) == [] and reranker.scores("合同", passages) != scores


@pytest.mark.parametrize("model", ["/no/such/folder", "corpus"])
def test_a_reranker_that_cannot_be_had_is_one_line_that_names_the_setting(model: str) -> None:
    with pytest.raises(ModelError) as caught:
        CrossReranker(model)
    assert "POLICY_RERANKER" in str(caught.value) and model in str(caught.value) and "\n" not in str(caught.value)


def test_a_model_with_several_labels_is_no_reranker(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="gives 3 scores for a pair"):
        CrossReranker(str(make_reranker(tmp_path / "labels", 3)))
