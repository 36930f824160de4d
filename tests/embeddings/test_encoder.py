"""The built-in encoder, on the weights that are shipped."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.fold import fold
from embeddings.encoder import Encoder, load_encoder
from embeddings.models import ModelError
from embeddings.static import StaticModel

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "embeddings" / "model"
POLICIES = sorted((ROOT / "corpus" / "policies").glob("*.txt"))
EDGES = ["", " ", "\n", "。", "?", "𠮷", "\u200b", "98%", "a" * 3000, "水" * 3000, "الماء", "粤府办〔2005〕90号"]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="module", params=["passage", "question"])
def row(request, encoder):
    """Both ways from a text to its row."""
    ways = {"passage": lambda text: encoder.encode_passages([text])[0], "question": encoder.encode_question}
    return ways[request.param]


def paragraphs() -> list[str]:
    return [line for path in POLICIES for line in path.read_text("utf-8-sig", "replace").splitlines()][:400]


def test_the_light_reader_gives_what_sentence_transformers_gives(encoder):
    from sentence_transformers import SentenceTransformer

    texts = [*EDGES, *paragraphs()]
    theirs = SentenceTransformer(str(MODEL)).encode(texts)
    assert theirs.dtype == np.float32
    assert np.abs(StaticModel(MODEL).encode(texts) - theirs).max() < 1e-5
    assert np.abs(encoder.encode_passages(texts) - theirs).max() < 1e-5
    assert np.abs(np.stack([encoder.encode_question(text) for text in texts]) - theirs).max() < 1e-5


@pytest.mark.parametrize("text", EDGES)
def test_every_text_has_a_finite_row_of_length_one_or_zero(row, encoder, text):
    given = row(text)
    assert given.dtype == np.float32 and given.shape == (encoder.dimensions,)
    assert np.isfinite(given).all()
    assert np.linalg.norm(given) == pytest.approx(1.0 if fold(text).strip() else 0.0, abs=1e-5)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("深圳２０１５年飲用水源達標率", "深圳2015年饮用水源达标率"),
        ("粤府办［2005］90号", "粵府辦〔２００５〕９０號"),
        ("ＧＤＰ增长５％", "gdp增长5%"),
        ("飲用\n水源".replace("\n", ""), "饮用水源"),
    ],
)
def test_spellings_of_one_thing_have_one_row(row, one, other):
    assert np.abs(row(one) - row(other)).max() < 1e-6


def test_a_question_lies_nearer_to_the_passage_that_answers_it(encoder):
    passages = [
        "全市饮用水源水质达标率98%以上，城市污水集中处理率达到80%以上。",
        "用人单位应当自用工之日起一个月内与劳动者订立书面劳动合同。",
        "国家机关应当依法公开政府信息，接受社会监督。",
        "高等学校应当建立健全学生奖励和资助制度。",
    ]
    rows = encoder.encode_passages(passages)
    for number, question in enumerate(
        ["喝的水达标率要到多少", "什么时候必须签劳动合同", "政府信息要公开吗", "学校怎样资助学生"]
    ):
        assert int(np.argmax(rows @ encoder.encode_question(question))) == number


def test_the_row_of_a_text_does_not_depend_on_its_neighbours_and_progress_is_told(encoder):
    texts, told = paragraphs()[:300], []
    together = encoder.encode_passages(texts, told.append)
    assert told[-1] == len(texts) and told == sorted(told)
    assert np.abs(encoder.encode_passages(texts[::-1])[::-1] - together).max() < 1e-6


def test_the_built_in_model_needs_no_torch():
    code = (
        "import sys; from embeddings.encoder import load_encoder; e = load_encoder(); "
        "assert e.encode_passages([]).shape == (0, e.dimensions); e.encode_question('水'); e.encode_passages(['水']); "
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_name_tells_the_files_apart(tmp_path, encoder):
    import shutil

    from embeddings.encoder import StaticEncoder

    copy = tmp_path / "model"
    shutil.copytree(MODEL, copy)
    assert StaticEncoder(copy).name == encoder.name == load_encoder().name
    (copy / "README.md").write_text("other words")
    assert StaticEncoder(copy).name == encoder.name
    changed = bytearray((copy / "model.safetensors").read_bytes())
    changed[-1] ^= 1
    (copy / "model.safetensors").write_bytes(changed)
    assert StaticEncoder(copy).name != encoder.name


def test_another_folder_serves_as_a_model_of_its_own(tmp_path):
    from tokenizers import Tokenizer, models

    from embeddings.train import save

    tokenizer = Tokenizer(models.Unigram([("[UNK]", 0.0), ("水", -1.0), ("源", -1.0)], unk_id=0))
    save(tmp_path / "small", tokenizer, np.eye(3, 4, dtype=np.float32))
    small = load_encoder(str(tmp_path / "small"))
    assert small.name.startswith("small-") and small.dimensions == 4
    assert small.encode_question("源源") == pytest.approx([0, 0, 1, 0])
    assert small.encode_passages(["", "水"]) == pytest.approx(np.array([[0, 0, 0, 0], [0, 1, 0, 0]]))


@pytest.mark.parametrize("model", ["/no/such/folder", "corpus"])
def test_a_model_that_cannot_be_had_is_one_line_that_names_the_setting(model):
    with pytest.raises(ModelError) as caught:
        load_encoder(model)
    assert "POLICY_EMBEDDING" in str(caught.value) and model in str(caught.value) and "\n" not in str(caught.value)


def test_the_model_is_small_enough_to_be_committed():
    assert sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file()) < 40_000_000
