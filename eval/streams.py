"""Measure how a server stands many people who read along at once: python -m eval.streams --people 50

Without ``--url``, starts one of its own from the settings. Every person asks one question after another over
``POST /api/ask/stream`` and reads to the end; times are from the request to the first text and to the answer. Exit status 1
where a stream failed or ended without an answer.
"""

import argparse
import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx

from bot.settings import ROOT
from eval.latency import percentile

READY = 180  # seconds that a server may take to begin


@dataclass(frozen=True)
class Stream:
    """One reply: seconds to its first text and to its answer; ``fault``: why there was none."""

    first: float
    end: float
    fault: str = ""


def main(arguments: Sequence[str]) -> int:
    """Ask as many people's questions as wished, print the figures, and return the exit status."""
    asked = parser().parse_args(arguments)
    with contextlib.nullcontext(asked.url) if asked.url else served() as url:
        questions = httpx.get(f"{url}/api/examples").raise_for_status().json()["questions"]
        began = time.perf_counter()
        streams = asyncio.run(read_along(url, questions, asked.people, asked.rounds))
        seconds = time.perf_counter() - began
    print(table(streams, asked.people, seconds))
    return 1 if any(stream.fault for stream in streams) else 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.streams", description="Read many streams at once.")
    made.add_argument("--people", type=int, default=50, help="who read at once (%(default)s)")
    made.add_argument("--rounds", type=int, default=5, help="questions of each, one after another (%(default)s)")
    made.add_argument("--url", help="a running server (one is started); its POLICY_RATE_LIMIT must let this through")
    return made


async def read_along(url: str, questions: Sequence[str], people: int, rounds: int) -> list[Stream]:
    """Return every person's streams."""
    limits = httpx.Limits(max_connections=people)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:

        async def person(number: int) -> list[Stream]:
            asked = [questions[(number + n) % len(questions)] for n in range(rounds)]
            return [await _read(client, question) for question in asked]

        return [stream for each in await asyncio.gather(*map(person, range(people))) for stream in each]


def table(streams: Sequence[Stream], people: int, seconds: float) -> str:
    """Return a Markdown table of milliseconds."""
    good = [stream for stream in streams if not stream.fault]
    faults = [stream.fault for stream in streams if stream.fault]
    lines = ["| people at once | streams | a second | first text p50 / p95 ms | end p50 / p95 ms | errors |"]
    lines.append("|---:|---:|---:|---:|---:|---:|")
    first, end = (_shown([getattr(stream, name) for stream in good]) for name in ("first", "end"))
    lines.append(f"| {people} | {len(streams)} | {len(streams) / seconds:.1f} | {first} | {end} | {len(faults)} |")
    return "\n".join([*lines, *sorted(set(faults))])


def _shown(seconds: Sequence[float]) -> str:
    if not seconds:
        return "-"
    return " / ".join(f"{1000 * percentile(seconds, percent):.0f}" for percent in (50, 95))


async def _read(client: httpx.AsyncClient, question: str) -> Stream:
    began, first, status = time.perf_counter(), 0.0, ""
    try:
        async with client.stream("POST", "/api/ask/stream", json={"question": question}) as response:
            if response.status_code != 200:
                return Stream(0, 0, f"status {response.status_code}")
            async for line in response.aiter_lines():
                first = first or (time.perf_counter() - began if line.startswith("data:") else 0.0)
                if line.startswith("data:"):
                    status = json.loads(line.removeprefix("data:")).get("status", status)
    except httpx.HTTPError as error:
        return Stream(0, 0, type(error).__name__)
    fault = "" if status and status != "error" else f"ended with {status or 'no answer'}"
    return Stream(first, time.perf_counter() - began, fault)


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Start a server that counts no requests; give its address once it answers."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, str(ROOT / "app.py"), "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, "POLICY_RATE_LIMIT": "0"}, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + READY
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit("The server did not begin. Try: python app.py")
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
