"""Behind a real nginx, under a path, with the very block that the README tells to use: page, stream and widget work."""

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from bot.web.portal import portal

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
CONFIGURATION = """daemon off; error_log stderr; pid {place}/pid; worker_processes 1; events {{}}
http {{
    access_log off; client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/f;
    uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;
    server {{ listen 127.0.0.1:{port}; {block} }}
}}"""


@pytest.fixture(scope="module")
def portal_port() -> int:
    return _free()


@pytest.fixture(scope="module")
def chat(
    chatbot: Any,
    ready: Callable[[Any], Any],
    serving: Callable[..., AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
    portal_port: int,
) -> Iterator[str]:
    """The address of a chat behind nginx, under ``/policy``."""
    if NGINX is None:
        missing = "nginx is missing: apt-get install nginx-light"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    place, port = tmp_path_factory.mktemp("nginx"), _free()
    turned = {"embed_origins": f"http://127.0.0.1:{portal_port}", "trusted_proxies": "127.0.0.1", "rate_limit": 1000}
    with serving(ready(chatbot), **turned) as address:
        found = re.search(r"```nginx\n(.*?)```", README, re.S)
        assert found
        block = found[1].replace("http://127.0.0.1:7860", address)
        file = place / "nginx.conf"
        file.write_text(CONFIGURATION.format(place=place, port=port, block=block), encoding="utf-8")
        process = subprocess.Popen([NGINX, "-c", file, "-p", place], stderr=subprocess.DEVNULL)
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}/policy"
        finally:
            process.terminate()
            process.wait()


def test_the_api_answers_under_its_path(chat: str, chatbot: Any) -> None:
    answer = httpx.post(f"{chat}/api/ask", json={"question": chatbot.question})
    assert answer.json()["answer"] == "98%以上"
    assert httpx.get(f"{chat}/openapi.json").json()["servers"] == [{"url": chat}]
    assert f"{chat}/api/ask" in httpx.get(f"{chat}/api").text
    assert httpx.get(f"{chat}/gradio_api/upload").status_code == 404


def test_a_stream_comes_as_it_is_said(chat: str, chatbot: Any) -> None:
    with httpx.stream("POST", f"{chat}/api/ask/stream", json={"question": chatbot.endless}, timeout=20) as response:
        assert "event: text" in next(response.iter_text())  # the reply never ends, so nothing waits for its end


def test_the_proxy_tells_who_asks_and_nobody_else_can(chat: str) -> None:
    left = []
    for claimed in ("192.0.2.1", "192.0.2.2"):
        headers = {"X-Forwarded-For": claimed, "X-Forwarded-Prefix": "/evil"}
        left.append(int(httpx.get(f"{chat}/api/examples", headers=headers).headers["ratelimit-remaining"]))
    assert left[1] == left[0] - 1


def test_the_page_works_under_its_path(browser: Browser, chat: str, chatbot: Any) -> None:
    page, faults = browser.new_page(), []
    page.on("response", lambda came: came.status < 400 or faults.append(f"{came.status} {came.url}"))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{chat}/")
    page.locator("#question textarea").fill(chatbot.question)
    page.locator("#question textarea").press("Enter")
    expect(page.locator(".reply strong")).to_have_text("98%以上")
    assert not faults
    page.close()


def test_the_widget_works_under_its_path(browser: Browser, chat: str, chatbot: Any, portal_port: int) -> None:
    server = portal("127.0.0.1", portal_port, chat)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page, said = browser.new_page(), []
    page.on("console", lambda line: said.append(line.text))
    page.goto(f"http://127.0.0.1:{portal_port}/")
    page.locator("#ask").click()
    expect(page.locator("#heard")).to_have_text("98%以上")
    page.frame_locator("iframe").locator("a.marker").first.click()
    expect(page.frame_locator("iframe").locator(".role-proof mark")).to_be_visible()
    assert not said
    page.close()
    server.shutdown()
    server.server_close()


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def _wait(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("nginx does not listen")
