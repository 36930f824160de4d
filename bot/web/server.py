"""Serve the application with uvicorn until a signal comes; the page stands at once, the chatbot is made behind it."""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from bot.settings import Settings
from bot.web.application import create_app
from bot.web.ready import Preparation
from bot.web.stream import Closing

if TYPE_CHECKING:
    from bot.chatbot import Chatbot

GRACE = 3  # seconds that open replies have to end after SIGTERM
LAST = 2.5  # seconds after which a reply that is still open is ended with an answer that says so


class Server(uvicorn.Server):
    """uvicorn, but replies under way are told when the server is to end."""

    def __init__(self, config: uvicorn.Config, closing: Closing) -> None:
        super().__init__(config)
        self._closing = closing

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end at a signal."""
        self._closing.begin(LAST)
        super().handle_exit(sig, frame)


def serve(make_chatbot: Callable[[], "Chatbot"], host: str, port: int, settings: Settings) -> None:
    """Serve until a signal comes, or until ``make_chatbot`` raises: then raise the same.

    An address that cannot be served on ends the process with one line on stderr and status 1.
    """
    bound = _bind(host, port)
    preparation, closing = Preparation(make_chatbot), Closing()
    config = uvicorn.Config(
        create_app(preparation, settings, closing),
        log_level="warning",
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=75,  # longer than a proxy keeps an idle connection, or it would meet a closed one
        server_header=False,
        proxy_headers=False,  # bot/web/proxies.py reads them
    )
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    server = Server(config, closing)

    def stop() -> None:
        server.should_exit = True

    preparation.start(failed=stop)
    name = f"[{host}]" if ":" in host else host
    print(f"Serving on http://{name}:{bound.getsockname()[1]} (Ctrl+C stops)", file=sys.stderr, flush=True)
    server.run(sockets=[bound])
    if preparation.error:
        raise preparation.error


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
