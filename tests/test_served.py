"""Several processes over one home: servers see what commands do, at once and without a failed question."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
QUESTION = "青岛市2030年森林覆盖率目标"
SEEN = 5.0  # seconds after an `add` has ended


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    """A real server process."""

    def __init__(self, environ: dict[str, str]):
        self.port = free_port()
        command = [sys.executable, "app.py", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)

    def wait(self) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the server is not ready")

    def ask(self, question: str) -> dict:
        data = json.dumps({"question": question}).encode()
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/ask", data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=30) as reply:
            return json.load(reply)

    def until(self, question: str, answer: str, seconds: float) -> float:
        """Ask until the answer is this one; no question may fail meanwhile. Return how long it took."""
        began = time.monotonic()
        while (got := self.ask(question))["answer"] != answer:
            assert got["status"] != "error" and time.monotonic() - began < seconds, got
        return time.monotonic() - began


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("POLICY_")}
    return clean | {"POLICY_HOME": str(tmp_path / "home")}


@pytest.fixture
def servers(environ: dict[str, str]) -> Iterator[list[Server]]:
    """Two servers over one home."""
    started = [Server(environ), Server(environ)]
    try:
        for server in started:
            server.wait()
        yield started
    finally:
        for server in started:
            server.process.kill()
            server.process.wait()


@pytest.fixture
def run(environ: dict[str, str]) -> Callable[..., str]:
    def command(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "app.py", *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return command


def test_two_servers_see_what_commands_add_remove_and_restore_without_a_restart(
    servers: list[Server], run: Callable[..., str], tmp_path: Path
) -> None:
    policy = tmp_path / "green.txt"
    policy.write_text("青岛市人民政府关于绿化工作的通知\n\n到2030年，全市森林覆盖率达到25.5%以上。\n", "utf-8")
    assert all(server.ask(QUESTION)["refused"] for server in servers)
    run("backup", str(tmp_path / "before"))
    run("add", str(policy))
    assert all(server.until(QUESTION, "25.5%以上", SEEN) < SEEN for server in servers)
    policy.write_text(policy.read_text("utf-8").replace("25.5", "31.5"), "utf-8")
    run("add", str(policy))
    assert all(server.until(QUESTION, "31.5%以上", SEEN) < SEEN for server in servers)
    run("backup", str(tmp_path / "after"))
    run("remove", "green")
    assert all(server.until(QUESTION, "", SEEN) < SEEN for server in servers)
    run("restore", str(tmp_path / "after"))
    assert all(server.until(QUESTION, "31.5%以上", SEEN) < SEEN for server in servers)
    assert "31.5%以上" in run("ask", QUESTION) and "green" in run("list")
