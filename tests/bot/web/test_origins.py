"""Who may embed the chat and call it from a page: the origins that the operator names, and nobody by default."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest

from bot.web.embed import WIDGET, integrity

NAMED, OTHER = "https://portal.example", "https://evil.example"
ASK = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
PATHS = ("/", "/config", "/embed", "/widget.js", "/api/documents", "/v1/models", "/health", "/api", "/nothing")


@pytest.fixture(scope="module")
def open_to(
    chatbot: Any, ready: Callable[[Any], Any], serving: Callable[..., AbstractContextManager[str]]
) -> Iterator[str]:
    """The address of a chat that names one origin."""
    with serving(ready(chatbot), embed_origins=NAMED) as address:
        yield address


@pytest.mark.parametrize("path", PATHS)
def test_by_default_no_other_origin_may_embed_or_read(address: str, path: str) -> None:
    for origin in (NAMED, "null", address.replace("127.0.0.1", "localhost")):
        headers = httpx.get(address + path, headers={"Origin": origin}).headers
        assert "access-control-allow-origin" not in headers
        assert "access-control-allow-credentials" not in headers
        assert headers["content-security-policy"].endswith("frame-ancestors 'self'")
        assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", PATHS)
def test_a_named_origin_may_and_another_may_not(open_to: str, path: str) -> None:
    named = httpx.get(open_to + path, headers={"Origin": NAMED}).headers
    other = httpx.get(open_to + path, headers={"Origin": OTHER}).headers
    assert named["access-control-allow-origin"] == NAMED
    assert "access-control-allow-origin" not in other
    assert "origin" in named["vary"].lower() and "origin" in other["vary"].lower()
    for headers in (named, other):
        assert "access-control-allow-credentials" not in headers
        assert headers["content-security-policy"].endswith(f"frame-ancestors 'self' {NAMED}")
        assert "x-frame-options" not in headers


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions", "/gradio_api/queue/join"])
def test_a_browser_that_asks_first_is_told_the_same(open_to: str, path: str) -> None:
    named = httpx.options(open_to + path, headers={"Origin": NAMED, **ASK})
    other = httpx.options(open_to + path, headers={"Origin": OTHER, **ASK})
    assert (named.status_code, named.headers["access-control-allow-origin"]) == (200, NAMED)
    assert other.status_code == 400
    assert "access-control-allow-origin" not in other.headers


def test_the_widgets_page_may_run_and_load_only_its_own(open_to: str) -> None:
    policy = httpx.head(f"{open_to}/embed").headers[
        "content-security-policy"
    ]  # as the page for reviewers tells to look
    assert policy == httpx.get(f"{open_to}/embed").headers["content-security-policy"]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts.pop("frame-ancestors") == f"'self' {NAMED}"
    assert parts == {
        "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "connect-src": "'self'",
        "img-src": "'self'", "base-uri": "'none'", "form-action": "'none'",
    }  # fmt: skip


def test_the_script_can_be_pinned_and_kept(open_to: str) -> None:
    script = httpx.get(f"{open_to}/widget.js")
    assert script.content == (WIDGET / "widget.js").read_bytes()
    assert integrity(script.content).startswith("sha384-")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    again = httpx.get(f"{open_to}/widget.js", headers={"If-None-Match": script.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "set-cookie" not in script.headers
