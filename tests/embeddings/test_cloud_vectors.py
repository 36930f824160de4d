"""Vectors at an address with token, tenant and database, as Chroma Cloud has it: what is sent there, and what if it refuses."""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bot.reply import BY_WORDS
from bot.settings import Settings
from bot.start import start
from embeddings.vectors import Batch, Served, Unreachable
from tests.embeddings.servers import Chroma, Cloud

ROOT = Path(__file__).parents[2]
TOKEN = "ck-geheim/1"
QUESTION = "深圳2015年饮用水源达标率目标"


@pytest.fixture(scope="module")
def database(chroma: Chroma) -> str:
    chroma.make_database("bureau", "texts")
    return "bureau/texts"


@pytest.fixture
def cloud(chroma: Chroma, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    server = Cloud(chroma, TOKEN, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    yield server
    server.stop()


def address(cloud: Cloud, token: str = "ck-geheim%2F1", database: str = "bureau/texts") -> str:
    return f"https://{token}@127.0.0.1:{cloud.port}/{database}"


def write(engine: Served, folder: Path, ids: list[str]) -> np.ndarray:
    drawn = np.random.default_rng(0).normal(size=(len(ids), 16)).astype(np.float32)
    rows = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    engine.write(folder, None, Batch(ids, ["文件"] * len(ids), rows, range(len(ids)), ()))
    return rows


def test_every_request_goes_over_tls_with_the_token_to_its_tenant_and_database(
    cloud: Cloud, chroma: Chroma, tmp_path: Path
) -> None:
    engine = Served(address(cloud), tmp_path / "name")
    rows = write(engine, tmp_path / "1", ["文件#0", "文件#1"])
    assert engine.open(tmp_path / "1").search(rows[1], 1)[0][0] == "文件#1"
    assert {headers["x-chroma-token"] for _, _, headers in cloud.seen} == {TOKEN}
    place = "/api/v2/tenants/bureau/databases/texts/collections"
    assert {path.split("?")[0] for method, path, _ in cloud.seen if method == "POST"} >= {place}
    everywhere = ("/api/v2/heartbeat", "/api/v2/auth/identity", "/api/v2/pre-flight-checks", "/api/v2/tenants/bureau")
    assert all(path.startswith((place, *everywhere)) for _, path, _ in cloud.seen)
    assert TOKEN not in engine.name and "geheim" not in engine.name  # it is sealed in every generation
    name = f"policy-{(tmp_path / 'name').read_text()}-"
    assert [each for each in chroma.names("bureau", "texts") if each.startswith(name)]
    assert not [each for each in chroma.names() if each.startswith(name)]
    engine.retire([])
    assert not [each for each in chroma.names("bureau", "texts") if each.startswith(name)]


def test_writes_ids_and_results_keep_to_the_quotas(cloud: Cloud, tmp_path: Path) -> None:
    ids = [f"{'关于开展质量强市活动的实施意见' * 5}#{number}" for number in range(700)]
    engine = Served(address(cloud), tmp_path / "name")
    rows = write(engine, tmp_path / "1", ids)
    vectors = engine.open(tmp_path / "1")
    vectors.check()
    assert len(vectors) == 700 and len(vectors.search(rows[0], 500)) == 300
    assert [vectors.search(row, 1)[0][0] for row in rows[::100]] == ids[::100]
    assert np.allclose(vectors.rows([ids[7]])[ids[7]], rows[7], atol=1e-5)


@pytest.mark.parametrize(
    ("token", "database", "told"),
    [("wrong", "bureau/texts", "401"), ("ck-geheim%2F1", "bureau/none", "bureau/none")],
    ids=["a wrong token", "a database that is not there"],
)
def test_a_refusal_is_told_in_one_line_without_the_token(
    cloud: Cloud, tmp_path: Path, token: str, database: str, told: str
) -> None:
    with pytest.raises(Unreachable, match=told) as caught:
        Served(address(cloud, token, database), tmp_path / "name").collection("policy-x")
    assert "\n" not in str(caught.value) and token not in str(caught.value) and "geheim" not in str(caught.value)


def test_while_a_proxy_says_that_its_server_is_away_words_answer_with_a_note(cloud: Cloud, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    shutil.copy(ROOT / "corpus" / "policies" / "shenzhen-2010-183.txt", tmp_path / "corpus")
    settings = Settings(home=tmp_path / "home", corpus=tmp_path / "corpus", chroma_url=address(cloud))
    chatbot = start(settings)
    assert (chatbot.ask(QUESTION).answer, chatbot.ask(QUESTION).note) == ("98%以上", None)
    cloud.is_broken = True
    away = chatbot.ask(QUESTION)
    assert (away.answer, away.note) == ("98%以上", BY_WORDS)
    refused = start(dataclasses.replace(settings, chroma_url=address(cloud, "wrong"))).ask(QUESTION)
    assert (refused.answer, refused.note) == ("98%以上", BY_WORDS)
    kept = [path.read_bytes() for path in settings.home.rglob("*") if path.is_file()]
    assert not any(b"geheim" in content for content in kept)
