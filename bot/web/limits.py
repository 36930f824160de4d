"""Hold requests to a size, a time to arrive, and a rate per address; say so in the usual headers. Keeps nothing on disk."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address

from starlette._utils import get_route_path
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problems import Problem, problem_response

WINDOW = 60  # seconds
ARRIVES = 10  # seconds that a request's body may take
MOST = 256 * 1024  # bytes of a request's body
MOST_OF = {
    "/gradio_api/queue/": 4 * 1024 * 1024,  # the page sends the shown conversation along
    "/api/documents": 256 * 1024 * 1024,  # files that are brought in, where that is open at all
}
ARRIVES_OF = {"/api/documents": 600}
COUNTED = ("/api/", "/v1/", "/gradio_api/queue/join")
ADDRESSES = 50_000  # that are counted at once; the longest unseen is forgotten


class Rate:
    """Counts the requests of each address in windows of a minute."""

    def __init__(self, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._now = now
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def count(self, address: str) -> tuple[int, int]:
        """Count one request; return how many more may come (below 0: this one was too many) and seconds to a new window."""
        now = self._now()
        began, seen = self._windows.pop(address, (now, 0))
        if now - began >= WINDOW:
            began, seen = now, 0
        self._windows[address] = (began, seen + 1)
        if len(self._windows) > ADDRESSES:
            self._windows.popitem(last=False)
        return self.most - seen - 1, max(1, round(began + WINDOW - now))


class Limits:
    """Refuses what is too large, too slow or too much before it reaches the application."""

    def __init__(self, app: ASGIApp, rate: int) -> None:
        self.app = app
        self._rate = Rate(rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request within its limits; refuse any other with a problem."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, headers = get_route_path(scope), {}
        try:
            if self._rate.most and path.startswith(COUNTED):
                headers = self._counted(network_of(scope["client"][0] if scope.get("client") else ""))
            most = next((most for start, most in MOST_OF.items() if path.startswith(start)), MOST)
            _refuse_large(int(Headers(scope=scope).get("content-length") or 0), most)
            seconds = next((seconds for start, seconds in ARRIVES_OF.items() if path.startswith(start)), ARRIVES)
            limited = _arriving(receive, most, seconds)
            await self.app(scope, limited, _sending(send, headers))
        except Problem as problem:
            problem.headers = {**headers, **(problem.headers or {})}
            await problem_response(path, problem)(scope, receive, send)

    def _counted(self, address: str) -> dict[str, str]:
        left, seconds = self._rate.count(address)
        headers = {
            "RateLimit-Limit": str(self._rate.most),
            "RateLimit-Remaining": str(max(left, 0)),
            "RateLimit-Reset": str(seconds),
        }
        if left < 0:
            detail = f"At most {self._rate.most} requests a minute from one address. Try again in {seconds} seconds."
            raise Problem(429, detail, {**headers, "Retry-After": str(seconds)})
        return headers


def network_of(address: str) -> str:
    """Return what counts as one address: of IPv6 the network of 64 bits, which is what one line is given."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4 or found.ipv4_mapped:
        return str(getattr(found, "ipv4_mapped", None) or found)
    return str(ip_address(int(found) >> 64 << 64))


def _arriving(receive: Receive, most: int, seconds: float) -> Receive:
    """Return ``receive`` that refuses a body of more bytes or more seconds than it may have."""
    until, size, whole = time.monotonic() + seconds, 0, False

    async def limited() -> Message:
        nonlocal size, whole
        if whole:  # what comes now is that the person has left, whenever that is
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), max(until - time.monotonic(), 0.001))
        except TimeoutError:
            raise Problem(
                408, f"The request must arrive within {seconds:g} seconds.", {"Connection": "close"}
            ) from None
        size += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        _refuse_large(size, most)
        return message

    return limited


def _refuse_large(size: int, most: int) -> None:
    if size > most:
        raise Problem(413, f"The request's body may have {most} bytes.", {"Connection": "close"})


def _sending(send: Send, headers: dict[str, str]) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return with_headers
