"""The API over the real documents: what it gives, what it refuses and how, and that its own examples work."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.answer import MAX_QUESTION, Filters
from bot.catalogue import documents_array, passages_object
from bot.chatbot import Chatbot
from bot.retriever import search
from bot.web.examples import QUESTION
from bot.web.sheet import cell, sheet


@pytest.fixture(scope="module")
def client(real_address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=real_address, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def described(client: httpx.Client) -> dict[str, Any]:
    return client.get("/openapi.json").json()


def test_every_example_of_the_description_works(client: httpx.Client, described: dict[str, Any]) -> None:
    id = client.post("/api/ask", json={"question": QUESTION}).json()["id"]
    tried = []
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for name, example in content.get("examples", {}).items():
                body = {**example["value"], "answer_id": id} if "answer_id" in example["value"] else example["value"]
                response = client.request(method, path, json=body)
                assert response.is_success, (path, name, response.text)
                tried.append((path, name))
                if "ask" in path and name != "follow_up":
                    assert "98%以上" in response.text, (path, name)
    assert len(tried) >= 9


def test_every_operation_is_described_in_our_own_words(described: dict[str, Any]) -> None:
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"] and operation["description"], (method, path)
            assert "default" in operation["responses"] or "/v1/models" in path, (method, path)


def test_the_page_shows_every_operation_and_loads_nothing_from_elsewhere(
    client: httpx.Client, described: dict[str, Any]
) -> None:
    page = client.get("/api")
    for path in described["paths"]:
        assert path in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.search(r"(src|href)=.?(http|//)", page.text)
    assert "<script" not in page.text
    assert client.get("/manual.css").status_code == 200


def test_search_gives_what_the_command_gives(client: httpx.Client, real_chatbot: Chatbot) -> None:
    found = client.post("/api/search", json={"query": "饮用水源水质达标率", "k": 4}).json()
    expected = passages_object(search(real_chatbot.snapshot(), "饮用水源水质达标率", 4))
    assert found == json.loads(json.dumps(expected))
    assert len(found["passages"]) == 4


def test_search_keeps_to_its_filters(client: httpx.Client) -> None:
    asked = {"query": "饮用水源水质达标率", "filters": {"document_id": "guangdong-2005-90"}}
    found = client.post("/api/search", json=asked).json()["passages"]
    assert {passage["document_id"] for passage in found} == {"guangdong-2005-90"}
    asked["filters"] = {"region": "火星"}
    assert client.post("/api/search", json=asked).json() == {"passages": []}


def test_documents_are_listed_page_by_page_and_read_whole(client: httpx.Client, real_chatbot: Chatbot) -> None:
    whole = client.get("/api/documents").json()
    assert whole == {"documents": documents_array(real_chatbot.library), "total": 5}
    assert client.get("/api/documents?offset=3&limit=1").json()["documents"] == whole["documents"][3:4]
    document = client.get(f"/api/documents/{whole['documents'][0]['id']}").json()
    assert document == {**whole["documents"][0], "text": document["text"]}
    assert len(document["text"]) == document["characters"]


def test_a_quote_stands_in_the_document_that_the_api_gives(client: httpx.Client) -> None:
    for citation in client.post("/api/ask", json={"question": QUESTION}).json()["citations"]:
        text = client.get(f"/api/documents/{citation['document_id']}").json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_targets_are_filtered_and_stand_in_their_sentences(client: httpx.Client) -> None:
    asked = {"region": "深圳", "year": 2015, "indicator": "达标率"}
    found = client.get("/api/targets", params=asked).json()
    assert found["total"] == len(found["targets"]) >= 1
    for target in found["targets"]:
        assert target["quantity"] in target["sentence"]
        assert (target["year"], target["document_id"]) == (2015, "shenzhen-2010-183")
    assert client.get("/api/targets", params={"limit": 2}).json()["total"] > 2


def test_the_table_of_targets_holds_what_the_list_holds(client: httpx.Client) -> None:
    response = client.get("/api/targets.csv", params={"region": "深圳"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))
    listed = client.get("/api/targets", params={"region": "深圳", "limit": 1000}).json()["targets"]
    assert [row["quantity"] for row in rows] == [target["quantity"] for target in listed]
    assert list(rows[0]) == list(listed[0])
    assert client.get("/api/targets.csv", params={"region": "火星"}).text.startswith("\ufeffid,document_id,")


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1+1", "@x", "\t=1", "\r=1", "  =1", "=HYPERLINK(1)"])
def test_no_cell_starts_a_formula(formula: str) -> None:
    row = next(csv.reader(io.StringIO(sheet(["a"], [{"a": formula}]).split("\r\n", 1)[1], newline="")))
    assert row == [f"'{formula}"]
    assert cell([formula, "b"]).startswith("'")
    assert cell(-1.5) == "-1.5"


def test_an_answer_can_be_judged_and_only_one_that_was_given(client: httpx.Client) -> None:
    id = client.post("/api/ask", json={"question": QUESTION}).json()["id"]
    judged = {"answer_id": id, "liked": False, "reasons": ["source"], "comment": "电话13800138000"}
    assert client.post("/api/feedback", json=judged).status_code == 204
    response = client.post("/api/feedback", json={**judged, "answer_id": "made-up"})
    assert response.status_code == 404
    assert "not, or no longer, known" in response.json()["detail"]


def test_html_is_given_where_it_is_asked_for(client: httpx.Client) -> None:
    assert "html" not in client.post("/api/ask", json={"question": QUESTION}).json()
    shown = client.post("/api/ask", json={"question": QUESTION, "html": True}).json()["html"]
    assert "<strong>98%以上</strong>" in shown and "<mark>" in shown
    streamed = client.post("/api/ask/stream", json={"question": QUESTION, "html": True}).text
    assert streamed.count("<strong>98%以上</strong>") >= 2


def test_examples_are_questions_that_the_documents_answer(client: httpx.Client, real_chatbot: Chatbot) -> None:
    questions = client.get("/api/examples").json()["questions"]
    assert questions == list(real_chatbot.examples())


def test_examples_keep_to_the_limits_of_who_asks(client: httpx.Client) -> None:
    limits = {"region": "深圳", "year": 2015}
    questions = client.get("/api/examples", params=limits).json()["questions"]
    assert questions and all("深" in question for question in questions)
    for question in questions:
        assert client.post("/api/ask", json={"question": question, "filters": limits}).json()["status"] == "answered"
    assert client.get("/api/examples", params={"region": "火星"}).json() == {"questions": []}
    assert client.get("/api/examples", params={"place": "深圳"}).status_code == 422


def test_filters_are_hard(client: httpx.Client) -> None:
    asked = {"question": "饮用水源水质达标率目标", "filters": {"document_id": "guangdong-2005-90"}}
    answer = client.post("/api/ask", json=asked).json()
    assert {citation["document_id"] for citation in answer["citations"]} <= {"guangdong-2005-90"}
    assert Filters(**asked["filters"]).document_id


WRONG: list[tuple[str, str, Any, int]] = [
    ("POST", "/api/ask", {}, 422),
    ("POST", "/api/ask", {"question": ""}, 422),
    ("POST", "/api/ask", {"question": " \n"}, 422),
    ("POST", "/api/ask", {"question": "问" * (MAX_QUESTION + 1)}, 422),
    ("POST", "/api/ask", {"question": "问", "extra": 1}, 422),
    ("POST", "/api/ask", {"question": "问", "filters": {"place": "x"}}, 422),
    ("POST", "/api/ask", {"question": "问", "history": ["x"] * 101}, 422),
    ("POST", "/api/ask", [], 422),
    ("POST", "/api/search", {"query": "x", "k": 1000}, 422),
    ("POST", "/api/feedback", {"answer_id": "x", "liked": True, "reasons": ["rude"]}, 422),
    ("GET", "/api/targets?year=abc", None, 422),
    ("GET", "/api/targets?colour=red", None, 422),
    ("GET", "/api/documents?limit=0", None, 422),
    ("GET", "/api/documents/none", None, 404),
    ("GET", "/api/nothing", None, 404),
    ("GET", "/api/ask", None, 405),
    ("DELETE", "/api/documents", None, 405),
    ("POST", "/v1/chat/completions", {"model": "gpt", "messages": [{"role": "user", "content": "x"}]}, 404),
    ("POST", "/v1/chat/completions", {"model": "policy", "messages": []}, 422),
    ("POST", "/v1/chat/completions", {"model": "policy", "messages": [{"role": "system", "content": "x"}]}, 422),
    ("GET", "/v1/models/gpt", None, 404),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), WRONG)
def test_every_error_has_one_shape(client: httpx.Client, method: str, path: str, body: Any, status: int) -> None:
    response = client.request(method, path, json=body)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert problem["status"] == status
    assert problem["detail"] and "Traceback" not in response.text
    assert ("error" in problem) == path.startswith("/v1/")


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"question": "\\ud800"}', b"[" * 100_000, b"null", b""])
def test_a_body_that_is_no_json_is_refused(client: httpx.Client, content: bytes) -> None:
    response = client.post("/api/ask", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_not_called_json_is_not_taken_for_it(client: httpx.Client) -> None:
    body = json.dumps({"question": QUESTION}).encode()
    response = client.post("/api/ask", content=body, headers={"Content-Type": "text/plain"})
    assert response.status_code == 422  # else any page on the web could send it without asking first


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_body_that_is_too_large_is_refused(client: httpx.Client, is_streamed: bool) -> None:
    body = json.dumps({"question": "问", "history": ["x" * 1000] * 400}).encode()
    content = iter([body[:200_000], body[200_000:]]) if is_streamed else body
    response = client.post("/api/ask", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


def test_the_shipped_example_of_a_question_is_the_readmes() -> None:
    readme = Path(__file__).parents[3] / "README.md"
    assert QUESTION in readme.read_text(encoding="utf-8")
