"""Requests are held to a size, a time to arrive and a rate; and who asks is believed from named proxies only."""

import asyncio
import json
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.web import limits
from bot.web.limits import ADDRESSES, Rate, network_of
from bot.web.proxies import Proxies

Serving = Callable[..., AbstractContextManager[str]]


def test_an_address_may_send_so_many_requests_a_minute_and_then_again() -> None:
    clock = [100.0]
    rate = Rate(2, lambda: clock[0])
    assert rate.count("a") == (1, 60)
    clock[0] += 20
    assert rate.count("a") == (0, 40)
    assert rate.count("a") == (-1, 40)
    assert rate.count("b") == (1, 60)
    clock[0] += 41
    assert rate.count("a") == (1, 60)


def test_what_is_counted_does_not_grow_without_end() -> None:
    rate = Rate(2)
    for n in range(ADDRESSES + 10):
        rate.count(str(n))
    assert len(rate._windows) == ADDRESSES


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_one_line_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_too_many_requests_are_refused_with_the_usual_headers(
    chatbot: Any, ready: Callable[[Any], Any], serving: Serving
) -> None:
    with serving(ready(chatbot), rate_limit=2) as address:
        first, second, third = (httpx.get(f"{address}/api/examples") for _ in range(3))
        assert [first.headers["ratelimit-remaining"], second.headers["ratelimit-remaining"]] == ["1", "0"]
        assert third.status_code == 429
        assert third.headers["content-type"] == "application/problem+json"
        assert third.headers["retry-after"] == third.headers["ratelimit-reset"]
        assert third.headers["ratelimit-limit"] == "2"
        join = httpx.post(f"{address}/gradio_api/queue/join", json={})
        assert join.status_code == 429
        assert httpx.get(f"{address}/health").status_code == 200
        assert httpx.get(address).status_code == 200
        spoofed = httpx.get(f"{address}/api/examples", headers={"X-Forwarded-For": "192.0.2.9"})
        assert spoofed.status_code == 429


def test_a_request_that_does_not_arrive_is_ended(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARRIVES", 0.3)
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as slow:
        head = "POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
        slow.sendall(f"{head}{{".encode())
        assert b" 408 " in slow.recv(1000)


def seen(trusted: list[str], peer: str, path: str = "/a", **headers: str) -> dict[str, Any]:
    """Return what an application behind ``Proxies`` sees of a request."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        told = {
            "address": request.client.host if request.client else None,
            "url": str(request.url),
            "root": scope.get("root_path", ""),
            "headers": sorted(name for name in request.headers if name != "host"),
        }
        await PlainTextResponse(json.dumps(told))(scope, receive, send)

    transport = httpx.ASGITransport(Proxies(app, trusted), client=(peer, 1))

    async def get() -> dict[str, Any]:
        async with httpx.AsyncClient(transport=transport, base_url="http://chat.example", headers={}) as client:
            client.headers.clear()
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            return (await client.get(path, headers={"Host": "chat.example", **sent})).json()

    return asyncio.run(get())


CLAIMS = {"x_forwarded_for": "192.0.2.7", "x_forwarded_proto": "https", "x_forwarded_prefix": "/policy"}


def test_a_named_proxy_is_believed() -> None:
    told = seen(["10.0.0.0/8"], "10.1.2.3", **CLAIMS)
    assert told["address"] == "192.0.2.7"
    assert told["url"] == "https://chat.example/policy/a"
    assert told["root"] == "/policy"


def test_nobody_else_is_believed() -> None:
    told = seen(
        ["10.0.0.0/8"],
        "192.0.2.1",
        **CLAIMS,
        x_forwarded_host="evil.example",
        forwarded="for=1.2.3.4",
        x_real_ip="1.2.3.4",
    )
    assert told == {"address": "192.0.2.1", "url": "http://chat.example/a", "root": "", "headers": []}
    assert seen([], "127.0.0.1", **CLAIMS)["address"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("198.51.100.9, 192.0.2.7", "192.0.2.7"),  # what stands before, anyone may have written
        ("198.51.100.9, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("192.0.2.7, unknown", "10.1.2.3"),
        ("", "10.1.2.3"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:10.0.0.2", "::ffff:10.0.0.2"),
    ],
)
def test_the_last_address_that_is_no_proxys_counts(chain: str, address: str) -> None:
    assert seen(["10.0.0.0/8"], "10.1.2.3", x_forwarded_for=chain)["address"] == address


def test_a_prefix_may_be_taken_off_by_the_proxy_or_left_on() -> None:
    for path in ("/a", "/policy/a"):
        assert seen(["10.0.0.1"], "10.0.0.1", path, x_forwarded_prefix="/policy/")["url"].endswith(
            "chat.example/policy/a"
        )
