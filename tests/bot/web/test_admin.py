"""Adding and removing over HTTP: off unless a password is set, closed to who does not give it, and the report comes back."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from bot.settings import Settings
from bot.start import start
from bot.web.admin import ALL_ATTEMPTS, ATTEMPTS, WINDOW, Attempts
from tests.bot.web.conftest import prepared
from tests.corpus.formats.files import docx, paragraph, zipped

PASSWORD = "correct horse battery"
KEY = {"Authorization": f"Bearer {PASSWORD}"}
TEXT = "深圳市人民政府关于节水的通知\n到2020年，全市再生水利用率达到70%以上。\n"


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, serving: Callable[..., AbstractContextManager[str]]
) -> Iterator[httpx.Client]:
    place = tmp_path_factory.mktemp("admin")
    (place / "corpus").mkdir()
    (place / "corpus" / "a.txt").write_text("某市人民政府关于绿化的通知\n到2015年，绿化覆盖率达到45%以上。\n", "utf-8")
    turned = {"home": place / "home", "corpus": place / "corpus", "admin_password": PASSWORD, "file_mb": 1}
    with (
        serving(prepared(start(Settings(**turned))), **turned) as address,
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        yield client


def send(client: httpx.Client, *files: tuple[str, bytes], headers: dict[str, str] = KEY) -> httpx.Response:
    return client.post("/api/documents", files=[("file", file) for file in files], headers=headers)


def test_what_is_sent_answers_the_next_question_and_is_gone_after_its_removal(client: httpx.Client) -> None:
    report = send(
        client,
        (
            "节水.docx",
            docx(paragraph("深圳市人民政府关于节水的通知") + paragraph("到2020年，全市再生水利用率达到70%以上。")),
        ),
    ).json()
    (entry,) = report["files"]
    assert (entry["path"], entry["status"], entry["document_id"]) == ("节水.docx", "added", "节水")
    assert entry["measures"]["format"] == "docx" and report["totals"]["characters"] > 30
    asked = {"question": "深圳2020年再生水利用率目标是多少"}
    assert "70%以上" in client.post("/api/ask", json=asked).json()["text"]
    assert send(client, ("节水.docx", docx(paragraph("改过的通知内容。")))).json()["counts"] == {"changed": 1}
    removed = client.delete("/api/documents/节水", headers=KEY)
    assert removed.json()["status"] == "removed"
    assert "70%以上" not in client.post("/api/ask", json=asked).json()["text"]
    assert client.delete("/api/documents/节水", headers=KEY).status_code == 404


def test_a_file_that_fails_is_named_and_the_others_go_in(client: httpx.Client) -> None:
    sent = [
        ("b.pdf", b"%PDF-1.7 rubbish"),
        ("c.zip", zipped({"d.txt": TEXT})),
        ("large.txt", b"a" * (2 << 20)),
        ("e.exe", b"MZ"),
    ]
    response = send(client, *sent)
    assert response.status_code == 422
    statuses = {file["path"]: file["status"] for file in response.json()["files"]}
    assert statuses == {"b.pdf": "failed", "c.zip/d.txt": "added", "large.txt": "failed", "e.exe": "skipped"}
    assert "uploads" not in response.text


@pytest.mark.parametrize("name", ["../../a.txt", "..\\..\\a.txt", "/etc/a.txt"])
def test_a_name_leads_nowhere_but_into_the_library(client: httpx.Client, name: str) -> None:
    assert [file["path"] for file in send(client, (name, TEXT.encode())).json()["files"]] == ["a.txt"]


@pytest.mark.parametrize("name", [".hidden.txt", "甲" * 100 + ".txt"])
def test_a_name_that_is_none_is_refused(client: httpx.Client, name: str) -> None:
    assert send(client, (name, TEXT.encode())).status_code == 422


def test_nothing_is_open_without_the_password(client: httpx.Client) -> None:
    assert send(client, ("x.txt", TEXT.encode()), headers={}).status_code == 401
    assert client.delete("/api/documents/a").status_code == 401
    assert client.post("/api/documents", headers=KEY).status_code == 422
    wrong = {"Authorization": "Bearer wrong"}
    codes = [send(client, ("x.txt", b"x"), headers=wrong).status_code for _ in range(ATTEMPTS + 1)]
    assert codes == [401] * ATTEMPTS + [429]
    refused = send(client, ("x.txt", TEXT.encode()))
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0  # also the right one, for a while


def test_nobody_can_where_no_password_is_set(
    tmp_path: Path, serving: Callable[..., AbstractContextManager[str]], client: httpx.Client
) -> None:
    with serving(prepared(None), home=tmp_path) as address:  # type: ignore[arg-type]
        assert httpx.post(f"{address}/api/documents", files={"file": ("x.txt", b"x")}, headers=KEY).status_code == 405
        assert httpx.delete(f"{address}/api/documents/a", headers={"Authorization": "Bearer"}).status_code == 405


def test_attempts_are_heard_again_after_a_while_and_bounded_over_all_addresses() -> None:
    now = 0.0
    attempts = Attempts(lambda: now)
    for n in range(ALL_ATTEMPTS):
        assert not attempts.refused(f"10.0.0.{n}")
        attempts.note(f"10.0.0.{n}")
    assert attempts.refused("10.9.9.9")
    now = WINDOW + 1
    assert not attempts.refused("10.9.9.9")
