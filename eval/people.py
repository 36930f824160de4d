"""Let many people ask at once through the chat page as browsers do, and print how long they wait.

    python -m eval.people --count 50 --seconds 3

Starts a server of its own over the settings' home. Its replies are the real ones, drawn out over ``--seconds`` as a
chat model's would be (0: as they come); each person opens the page and asks ``--rounds`` questions, one after the other.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from bot.answer import Answer, Filters, Turn
from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import start
from eval.latency import percentile

_PIECES = 5  # a second, of a reply that is drawn out
_PATIENCE = 120.0  # seconds until a person gives up


@dataclass(frozen=True)
class Wait:
    """How long one person waited for one reply, in seconds; ``fault`` says what went wrong."""

    first: float = 0.0
    whole: float = 0.0
    fault: str = ""


class Drawn:
    """A chatbot whose replies take some seconds to come."""

    def __init__(self, chatbot: Chatbot, seconds: float) -> None:
        self._chatbot, self._seconds = chatbot, seconds
        self.library, self.examples = chatbot.library, chatbot.examples

    def stream(
        self, question: str, history: Sequence[Turn | str] = (), filters: Filters = Filters()
    ) -> Iterator[str | Answer]:
        """Yield the reply in pieces, then the answer."""
        answer = self._chatbot.ask(question, history, filters)
        count = max(1, round(self._seconds * _PIECES))
        size = -(-len(answer.text) // count)
        for at in range(0, len(answer.text), size):
            time.sleep(self._seconds / count)
            yield answer.text[at : at + size]
        yield answer


def main(arguments: Sequence[str]) -> int:
    """Print a table of the waits; 1 if anyone met a fault."""
    parser = argparse.ArgumentParser(prog="python -m eval.people", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=50, help="people at once")
    parser.add_argument("--rounds", type=int, default=3, help="questions of each")
    parser.add_argument("--seconds", type=float, default=3.0, help="that a reply takes to come")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.serve:
        _serve(asked.seconds)
        return 0
    command = [sys.executable, "-m", "eval.people", "--serve", "--seconds", str(asked.seconds)]
    environ = {**os.environ, "POLICY_RATE_LIMIT": "0"}  # all of them come from one address here
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as server:
        try:
            address = re.search(r"http://\S+", _line(server))[0]
            waits = asyncio.run(_all(address, asked.count, asked.rounds))
        finally:
            server.terminate()
    print(table(waits, asked.count))
    faults = sorted({wait.fault for wait in waits if wait.fault})
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


def table(waits: Sequence[Wait], count: int) -> str:
    """Return a Markdown table of seconds."""
    done = [wait for wait in waits if not wait.fault] or [Wait()]
    lines = [
        "| people | replies | errors | first text p50 | p95 | whole p50 | p95 |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    figures = [percentile([getattr(w, name) for w in done], p) for name in ("first", "whole") for p in (50, 95)]
    errors = sum(bool(wait.fault) for wait in waits)
    lines.append(f"| {count} | {len(waits)} | {errors} | {' | '.join(f'{figure:.2f} s' for figure in figures)} |")
    return "\n".join(lines)


async def _all(address: str, count: int, rounds: int) -> list[Wait]:
    limits = httpx.Limits(max_connections=4 * count)
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE, limits=limits) as client:
        while (await client.get("/health")).status_code != 200:
            await asyncio.sleep(0.2)
        questions = (await client.get("/api/examples")).json()["questions"]
        people = (
            _person(client, f"person{n}", [questions[(n + r) % len(questions)] for r in range(rounds)])
            for n in range(count)
        )
        return [wait for waits in await asyncio.gather(*people) for wait in waits]


async def _person(client: httpx.AsyncClient, session: str, questions: Sequence[str]) -> list[Wait]:
    """Open the page and ask; what a browser loads besides is served from its cache."""
    await client.get("/")
    events = (await client.get("/config")).json()["dependencies"]
    submit = next(e for e in events if any(target[1] == "submit" for target in e["targets"]))
    return [await _ask(client, session, submit, question) for question in questions]


async def _ask(client: httpx.AsyncClient, session: str, event: dict[str, Any], question: str) -> Wait:
    began, first = time.perf_counter(), 0.0
    data: list[Any] = [
        question,
        *[None] * (len(event["inputs"]) - 1),
    ]  # no filters; the conversation stays on the server
    join = {"data": data, "fn_index": event["id"], "session_hash": session, "trigger_id": None, "event_data": None}
    try:
        (await client.post("/gradio_api/queue/join", json=join)).raise_for_status()
        async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                first = first or ("reply" in line and time.perf_counter() - began) or 0.0
                said = json.loads(line.removeprefix("data:"))
                if said["msg"] == "process_completed":
                    fault = "" if said["success"] else f"a question failed: {said['output']}"
                    return Wait(first, time.perf_counter() - began, fault)
        return Wait(fault="the stream ended without an answer")
    except httpx.HTTPError as error:
        return Wait(fault=f"{type(error).__name__}: {error}")


def _serve(seconds: float) -> None:
    from bot.web.server import serve

    settings = Settings.from_environment()

    def make_chatbot() -> Any:
        chatbot = start(settings)
        return Drawn(chatbot, seconds) if seconds else chatbot

    serve(make_chatbot, "127.0.0.1", 0, settings)


def _line(server: "subprocess.Popen[str]") -> str:
    """Return the line in which the server says where it serves; warnings may come before it."""
    assert server.stderr
    for line in server.stderr:
        if "http://" in line:
            return line
    raise SystemExit("The server ended before it served.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
