"""The server stands before the chatbot is made, answers over the API, closes what it does not offer, ends when told."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from bot.settings import Settings
from bot.web.ready import Preparation
from bot.web.server import serve

ROOT = Path(__file__).parents[3]
Serving = Callable[[Preparation], AbstractContextManager[str]]


def test_the_page_stands_before_the_chatbot_is_made(chatbot: Any, serving: Serving) -> None:
    may_finish = threading.Event()

    def make() -> Any:
        may_finish.wait()
        return chatbot

    preparation = Preparation(make)
    preparation.start()
    with serving(preparation) as address:
        assert "政策问答" in httpx.get(address).text
        for response in (httpx.get(f"{address}/health"), _ask(address, chatbot.question)):
            assert response.status_code == 503
            assert response.json()["reason"] == "preparing"
        may_finish.set()
        _wait_for(lambda: httpx.get(f"{address}/health").status_code == 200)
        assert _ask(address, chatbot.question).json()["answer"] == "98%以上"


def test_health_counts_the_library(address: str, chatbot: Any) -> None:
    health = httpx.get(f"{address}/health").json()
    assert health["documents"] == 2
    assert health["passages"] == len(chatbot.library.passages())


def test_health_can_be_asked_without_its_body(address: str) -> None:
    asked = httpx.head(f"{address}/health")  # as load balancers do
    assert (asked.status_code, asked.content) == (200, b"")


def test_the_api_gives_the_answer_object(address: str, chatbot: Any) -> None:
    answer = _ask(address, chatbot.question, history=["广东呢", {"role": "assistant", "content": "95%以上"}]).json()
    assert answer["status"] == "answered"
    proof = answer["citations"][0]
    assert chatbot.library.document(proof["document_id"]).text[proof["start"] : proof["end"]] == proof["quote"]
    assert [turn if isinstance(turn, str) else turn.content for turn in chatbot.histories[-1]] == ["广东呢", "95%以上"]


def test_a_stream_ends_with_the_answer(address: str, chatbot: Any) -> None:
    response = _ask(address, chatbot.question, "/api/ask/stream")
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [_event(block) for block in response.text.strip().split("\n\n")]
    assert {name for name, _ in events[:-1]} == {"text"}
    name, answer = events[-1]
    assert name == "answer"
    assert "".join(data["text"] for _, data in events[:-1]) == answer["text"]


def test_a_failing_chatbot_is_an_answer_without_its_error(address: str, chatbot: Any) -> None:
    response = _ask(address, chatbot.fault)
    assert response.json()["status"] == "error"
    assert "operator" not in response.text


@pytest.mark.parametrize(
    "body", [{}, {"question": 1}, {"question": "问", "history": [{"role": "system", "content": ""}]}]
)
def test_a_broken_request_is_refused(address: str, body: dict) -> None:
    assert httpx.post(f"{address}/api/ask", json=body).status_code == 422


@pytest.mark.parametrize("path", ["/", "/health", "/config", "/nothing"])
def test_every_response_restrains_the_browser(address: str, path: str) -> None:
    headers = httpx.get(address + path, headers={"Origin": "http://e.example"}).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert "referrer-policy" in headers
    assert "access-control-allow-origin" not in headers


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit) as ended:
        serve(lambda: None, "127.0.0.1", taken.getsockname()[1], Settings())
    assert str(ended.value).startswith("Cannot serve on 127.0.0.1:")
    assert "\n" not in str(ended.value)


@pytest.mark.parametrize(("host", "port"), [("no.such.host.invalid", 7860), ("192.0.2.1", 7860), ("127.0.0.1", 70000)])
def test_an_address_that_is_not_ours_is_one_clear_line(host: str, port: int) -> None:
    with pytest.raises(SystemExit) as ended:
        serve(lambda: None, host, port, Settings())
    assert f"{host}:{port}" in str(ended.value)


def test_a_chatbot_that_cannot_be_made_ends_the_server() -> None:
    with _process("def make(): raise RuntimeError('no documents')") as (process, _):
        assert process.wait(20) == 1
        assert "no documents" in process.stderr.read()


def test_the_server_ends_soon_after_a_signal_and_answers_what_it_can(browser: Browser) -> None:
    slow = """
import time
from types import SimpleNamespace as Made
from bot.answer import Answer
def stream(question, *asked):
    while question == "无尽":
        time.sleep(.1)
        yield "答"
    time.sleep(1)
    yield Answer(question, question, "答", "答", "answered")
def make(): return Made(stream=stream, examples=lambda: ())
"""
    with _process(slow) as (process, address), ThreadPoolExecutor() as pool, httpx.Client() as client:
        _wait_for(lambda: _ask(address, "问", "/api/none").status_code == 404)
        tab = browser.new_page()
        tab.goto(address)
        with client.stream("POST", f"{address}/api/ask/stream", json={"question": "无尽"}) as response:
            pieces = response.iter_text()
            assert "答" in next(pieces)
            short = pool.submit(_ask, address, "问")
            time.sleep(0.3)  # it is on its way
            start = time.monotonic()
            process.send_signal(signal.SIGTERM)
            *_, last = "".join(pieces).strip().split("\n\n")
            process.wait(10)
            assert time.monotonic() - start < 5
        assert short.result().json()["answer"] == "答"
        name, answer = _event(last)
        assert (name, answer["status"]) == ("answer", "error")
        tab.close()


@contextmanager
def _process(make: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``serve`` in a process of its own; give it and its address."""
    code = f"{make}\nfrom bot.settings import Settings\nfrom bot.web.server import serve\nserve(make, '127.0.0.1', 0, Settings())"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        yield process, process.stderr.readline().split()[2]
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def _ask(address: str, question: str, path: str = "/api/ask", **more: Any) -> httpx.Response:
    return httpx.post(address + path, json={"question": question, **more})


def _event(block: str) -> tuple[str, dict]:
    name, data = block.split("\n", 1)
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def _wait_for(happened: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
