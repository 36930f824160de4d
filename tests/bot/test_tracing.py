"""LangChain's own tracing works where its variables are set, and nothing leaves the machine where they are not."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASK = """
from bot.settings import Settings
from bot.start import start
print(start(Settings.from_environment()).ask("某市到2015年的达标率目标是多少").status)
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
"""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """The address of a server that keeps what is sent to it as (path, body)."""
    sent: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append((self.path, self.rfile.read(int(self.headers.get("Content-Length") or 0))))
            self._say(202)

        def do_GET(self) -> None:
            self._say(200)

        def _say(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", sent
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("is_set", [True, False])
def test_steps_are_traced_where_that_is_asked_for_and_nowhere_else(
    is_set: bool, collector: tuple[str, list[tuple[str, bytes]]], tmp_path: Path
) -> None:
    address, sent = collector
    (tmp_path / "corpus").mkdir()
    text = "某市人民政府关于水源的意见\n到2015年，某市饮用水源水质达标率98%以上。\n"
    (tmp_path / "corpus" / "a.txt").write_text(text, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LANG", "POLICY_"))}
    tracing = {"LANGSMITH_TRACING": "true"} if is_set else {}
    named = {"LANGSMITH_ENDPOINT": address, "LANGSMITH_API_KEY": "key", "POLICY_HOME": str(tmp_path / "home")}
    environ = {**kept, **named, **tracing, "POLICY_CORPUS": str(tmp_path / "corpus")}
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    posted = b"".join(body for _, body in sent)
    assert bool(sent) == is_set
    assert all((step in posted) == is_set for step in (b"stand_alone", b"understand", b"search", b"ground"))
