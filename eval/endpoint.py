"""A chat endpoint on this machine that speaks the OpenAI protocol and does as it is told: says a text at a pace, or misbehaves.

It stands in for a model wherever the way around a model is tried: no model is needed to see what a bad one can do.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Request = Mapping[str, Any]  # the body of a request


@dataclass(frozen=True)
class Behaviour:
    """What the endpoint does with one request: a status, or lines of a stream with seconds to wait before each."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    stream: Callable[[Request], Iterable[tuple[float, str]]] | None = None
    ends: bool = True  # whether the stream is ended as HTTP wants it


def says(text: str, size: int = 6, pause: float = 0.0, first: float = 0.0, finish: str | None = "stop") -> Behaviour:
    """Stream a text in pieces of ``size`` characters, the first after ``first`` seconds; no ``finish``: it is cut off."""

    def stream(_: Request) -> Iterator[tuple[float, str]]:
        for n in range(0, len(text), size):
            yield (pause if n else first), event({"content": text[n : n + size]})
        if finish:
            yield (0.0 if text else first), event({}, finish)
            yield (
                0.0,
                event(
                    None, usage={"prompt_tokens": 900, "completion_tokens": len(text), "total_tokens": 900 + len(text)}
                ),
            )
            yield 0.0, "data: [DONE]\n\n"

    return Behaviour(stream=stream)


def streams(*lines: tuple[float, str], ends: bool = True) -> Behaviour:
    """Send these lines, each after its seconds."""
    return Behaviour(stream=lambda _: lines, ends=ends)


def refuses(status: int, message: str = "", headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer with an error."""
    return Behaviour(
        status, headers or {}, json.dumps({"error": {"message": message, "type": "error", "code": str(status)}})
    )


def event(delta: Mapping[str, Any] | None, finish: str | None = None, usage: Mapping[str, int] | None = None) -> str:
    """Return one event of a stream."""
    choices = [] if delta is None else [{"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}]
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "stub", "choices": choices}
    return f"data: {json.dumps({**chunk, 'usage': usage}, ensure_ascii=False)}\n\n"


class Endpoint:
    """The endpoint. ``behaviours`` are taken one a request, the last one stays; ``requests`` keeps what was asked."""

    def __init__(self) -> None:
        self.behaviours: list[Behaviour | Callable[[Request], Behaviour]] = [says("没有找到。")]
        self.requests: list[Request] = []
        self.keys: list[str] = []
        self.cut = threading.Event()  # set once a client has gone amid a stream
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        """The base URL that a client is given."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def does(self, *behaviours: Behaviour | Callable[[Request], Behaviour]) -> None:
        """Behave so from now on."""
        with self._lock:
            self.behaviours = list(behaviours)
            self.requests.clear()
            self.cut.clear()

    def next(self, request: Request, key: str) -> Behaviour:
        """Return what is to be done with a request."""
        with self._lock:
            self.requests.append(request)
            self.keys.append(key)
            behaviour = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
        return behaviour if isinstance(behaviour, Behaviour) else behaviour(request)

    def start(self) -> None:
        """Serve in a thread."""
        threading.Thread(target=self._server.serve_forever, args=(0.02,), name="endpoint", daemon=True).start()

    def stop(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def serving() -> Iterator[Endpoint]:
    """Give an endpoint that serves inside the block."""
    endpoint = Endpoint()
    endpoint.start()
    try:
        yield endpoint
    finally:
        endpoint.stop()


def passages_in(request: Request) -> str:
    """Return what a model is shown: the last message of a request."""
    messages: Sequence[Mapping[str, str]] = request["messages"]
    return messages[-1]["content"]


def _handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            request = json.loads(self.rfile.read(length) or b"{}")
            behaviour = endpoint.next(request, self.headers.get("Authorization", ""))
            try:
                self._stream(behaviour, request) if behaviour.stream else self._say(behaviour)
            except (BrokenPipeError, ConnectionResetError):
                endpoint.cut.set()
                self.close_connection = True

        def _say(self, behaviour: Behaviour) -> None:
            body = behaviour.body.encode()
            self.send_response(behaviour.status)
            for name, value in {"Content-Type": "application/json", **behaviour.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _stream(self, behaviour: Behaviour, request: Request) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            assert behaviour.stream
            for pause, line in behaviour.stream(request):
                time.sleep(pause)
                data = line.encode()
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()
            if behaviour.ends:
                self.wfile.write(b"0\r\n\r\n")
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
