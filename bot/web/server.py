"""Serve page and API with FastAPI and uvicorn; the page stands at once, the chatbot is made behind it."""

import asyncio
import json
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.answer import Answer, Filters, Turn
from bot.web.ready import Preparation
from bot.web.stream import gathered

if TYPE_CHECKING:
    from bot.chatbot import Chatbot

GRACE = 3  # seconds that open replies have to end after SIGTERM
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
}
# Of the page's own machinery only this is open: no upload, no files, no proxy, no direct calls of its events.
OPEN_PAGE = (
    "/assets/", "/static/", "/svelte/", "/theme.css", "/favicon.ico", "/robots.txt", "/config",
    "/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/heartbeat/", "/gradio_api/startup-events",
    "/gradio_api/cancel", "/gradio_api/reset", "/gradio_api/info", "/gradio_api/theme.css",
)  # fmt: skip
OPEN_EXACTLY = ("/", "/health", "/api/ask", "/api/ask/stream")


class Said(BaseModel):
    """A turn of the conversation so far."""

    model_config = ConfigDict(extra="forbid")
    role: Literal["user", "assistant"]
    content: str


class Limits(BaseModel):
    """Hard limits on where an answer may come from."""

    model_config = ConfigDict(extra="forbid")
    region: str | None = None
    year: int | None = None
    issuer: str | None = None
    document_id: str | None = None


class Ask(BaseModel):
    """A question with what was said before; a plain string is something the person said."""

    model_config = ConfigDict(extra="forbid")
    question: str
    history: list[Said | str] = []
    filters: Limits = Limits()

    def turns(self) -> list[Turn | str]:
        """Return the history as the bot takes it."""
        return [turn if isinstance(turn, str) else Turn(turn.role, turn.content) for turn in self.history]


def serve(make_chatbot: Callable[[], "Chatbot"], host: str, port: int) -> None:
    """Serve until a signal comes, or until ``make_chatbot`` raises: then raise the same.

    An address that cannot be served on ends the process with one line on stderr and status 1.
    """
    bound = _bind(host, port)
    preparation = Preparation(make_chatbot)
    config = uvicorn.Config(
        create_app(preparation), log_level="warning", timeout_graceful_shutdown=GRACE, server_header=False
    )
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    server = uvicorn.Server(config)

    def stop() -> None:
        server.should_exit = True

    preparation.start(failed=stop)
    name = f"[{host}]" if ":" in host else host
    print(f"Serving on http://{name}:{bound.getsockname()[1]} (Ctrl+C stops)", file=sys.stderr, flush=True)
    server.run(sockets=[bound])
    if preparation.error:
        raise preparation.error


def create_app(preparation: Preparation) -> FastAPI:
    """Return the web application over a chatbot that is made or still in the making."""
    from bot.web import page  # gradio takes seconds

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _add_routes(app, preparation)
    page.mount(app, preparation)
    app.add_middleware(CORSMiddleware, allow_origins=[])  # else Gradio allows any origin, with credentials
    app.add_middleware(Guard)
    return app


def _add_routes(app: FastAPI, preparation: Preparation) -> None:
    @app.get("/health")
    def health() -> JSONResponse:
        census = preparation.census()
        return JSONResponse({"status": "ok", **asdict(census)}) if census else _unavailable(preparation)

    @app.post("/api/ask")
    async def ask(asked: Ask) -> JSONResponse:
        if not preparation.ready:
            return _unavailable(preparation)
        *_, answer = [item async for item in _stream(preparation, asked)]
        return JSONResponse(answer.as_dict())

    @app.post("/api/ask/stream", response_model=None)
    async def stream(asked: Ask) -> StreamingResponse | JSONResponse:
        if not preparation.ready:
            return _unavailable(preparation)
        events = (_event(item) async for item in _stream(preparation, asked))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def _unavailable(preparation: Preparation) -> JSONResponse:
    reason = "no chatbot could be made" if preparation.error else "preparing"
    return JSONResponse({"status": "unavailable", "reason": reason}, 503, {"Retry-After": "2"})


async def _stream(preparation: Preparation, asked: Ask) -> AsyncIterator[str | Answer]:
    chatbot = await preparation.chatbot()
    async for item in gathered(chatbot, asked.question, asked.turns(), Filters(**asked.filters.model_dump())):
        yield item


def _event(item: str | Answer) -> str:
    name, data = ("answer", item.as_dict()) if isinstance(item, Answer) else ("text", {"text": item})
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _is_news(record: logging.LogRecord) -> bool:
    """Leave out what uvicorn says of every reply and open page that it cuts off when the server ends."""
    cut_off = record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut_off and "timeout graceful shutdown exceeded" not in record.getMessage()


def _bind(host: str, port: int) -> socket.socket:
    try:
        if not 0 <= port <= 65535:
            raise OverflowError("a port is a number from 0 to 65535")  # getaddrinfo takes it modulo 65536
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(2048)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        sys.exit(f"Cannot serve on {host}:{port}: {reason}. Choose another --host or --port.")
    return bound


class Guard:
    """Closes every path that is not offered; sends the headers that hold a browser to what the page needs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an offered request on; answer 404 to every other."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        path = scope["path"]
        is_open = path in OPEN_EXACTLY or path.startswith(OPEN_PAGE)
        app = self.app if is_open else PlainTextResponse("Not Found", 404)
        await app(scope, receive, send_with_headers)
