"""Close every path that is not offered, and send the headers that hold a browser to what a page needs."""

import logging
from collections.abc import Sequence

from starlette._utils import get_route_path
from starlette.datastructures import MutableHeaders
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problems import Problem, problem_response

_log = logging.getLogger(__name__)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PAGE = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
# Of the page's own machinery only this is open: no upload, no files, no proxy, no direct calls of its events.
OPEN_PATHS = {
    "/", "/theme.css", "/favicon.ico", "/robots.txt", "/config", "/gradio_api/queue/join", "/gradio_api/queue/data",
}  # fmt: skip
OPEN_FOLDERS = ("/assets/", "/static/", "/gradio_api/heartbeat/")


class Guard:
    """Lets through what ``routes`` (no routers) and the page offer; ``origins`` may show it in a frame."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute], origins: Sequence[str]) -> None:
        self.app = app
        self._routes = routes
        self._ancestors = " ".join(("frame-ancestors 'self'", *origins))
        self._headers = HEADERS if origins else {**HEADERS, "X-Frame-Options": "SAMEORIGIN"}  # it knows no list

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an offered request on; answer 404 or 405 to every other, and 500 without a word of why where it fails."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, has_begun = get_route_path(scope) or "/", False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                self._restrain(MutableHeaders(scope=message))
            await send(message)

        if refusal := self._refusal(path, scope):
            await problem_response(path, refusal)(scope, receive, send_with_headers)
            return
        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:  # the last place before whoever asked; the operator's log has all of it
            if has_begun:
                raise
            _log.exception("a request failed: %s %s", scope["method"], path)
            failed = Problem(500, "The server failed at this request. Its operator's log says why.")
            await problem_response(path, failed)(scope, receive, send_with_headers)

    def _refusal(self, path: str, scope: Scope) -> Problem | None:
        """Return why a request is not let through, None if it is."""
        if path in OPEN_PATHS or path.startswith(OPEN_FOLDERS):
            return None
        matches = [(route.matches(scope)[0], route) for route in self._routes if isinstance(route, Route)]
        if any(match == Match.FULL for match, _ in matches):
            return None
        methods = sorted({m for match, route in matches if match == Match.PARTIAL for m in route.methods or ()})
        if methods:
            return Problem(405, f"This path takes {', '.join(methods)}.", {"Allow": ", ".join(methods)})
        return Problem(404, "Nothing is offered under this path. GET /api lists what is.")

    def _restrain(self, headers: MutableHeaders) -> None:
        headers.update(self._headers)
        policy = headers.get("Content-Security-Policy", PAGE)
        headers["Content-Security-Policy"] = f"{policy}; {self._ancestors}"
        if headers.get("content-type", "").startswith("text/event-stream"):
            headers["Cache-Control"] = "no-store"
            headers["X-Accel-Buffering"] = "no"  # nginx passes each event on as it comes
