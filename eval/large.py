"""Measure a library of 100,000 passages: python -m eval.large --data DIR

DIR holds document lines (``.jsonl``, ``.jsonl.gz``), there or in ``corpora/``; they are added until there are passages
enough, and kept in ``large/`` of POLICY_HOME for the next time. Then: a start with nothing changed, beyond the imports;
one document added until a chatbot at work answers from it; and how long questions take.
"""

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.settings import Settings
from bot.start import changing, start
from corpus import ingest
from eval.latency import percentile

_BATCH = 200  # documents read at a time, until there are passages enough
_QUESTION = "第{}号试验区的海水淡化率目标是多少"
_TEXT = "第{0}号试验区管理办法\n\n到2030年，第{0}号试验区的海水淡化率达到{1}.5%以上。\n"


def main(arguments: Sequence[str]) -> int:
    """Make the library if need be, measure, print the figures, and return the exit status."""
    asked = parser().parse_args(arguments)
    settings = Settings(home=Settings.from_environment().home / "large", corpus=asked.data / "nothing to follow")
    if not any(_files(asked.data)):
        print(
            f"No document lines in {asked.data}. Point --data at a folder of .jsonl or .jsonl.gz files.",
            file=sys.stderr,
        )
        return 2
    print(_made(settings, asked.data, asked.passages))
    print(_measured(settings))
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.large", description="Measure a large library.")
    made.add_argument("--data", metavar="DIR", type=Path, required=True, help="folder of document lines")
    made.add_argument("--passages", type=int, default=100_000, help="how many there should be (%(default)s)")
    return made


def _made(settings: Settings, data: Path, passages: int) -> str:
    settings.home.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    with changing(settings) as parts, tempfile.TemporaryDirectory() as place:
        held = sum(record.passages for record in parts.library.records())
        lines, number = _lines(data), 0
        while held < passages and (batch := [line for line, _ in zip(lines, range(_BATCH), strict=False)]):
            number += 1
            file = Path(place) / f"{number}.jsonl"
            file.write_text("".join(batch), "utf-8")
            held += ingest.add(parts.library, [file]).passages
    documents = len(parts.library.document_ids())
    return f"{documents} documents, {held} passages, made in {time.perf_counter() - began:.0f} s"


def _measured(settings: Settings) -> str:
    start(settings).ask(_QUESTION.format(0))  # pays the imports
    began = time.perf_counter()
    chatbot = start(settings)
    ready = time.perf_counter()
    chatbot.ask(_QUESTION.format(0))
    answered = time.perf_counter()
    serial = time.time_ns() % 10**9
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / f"large-{serial}.txt"
        file.write_text(_TEXT.format(serial, serial % 90), "utf-8")
        before = time.perf_counter()
        with changing(settings) as parts:
            ingest.add(parts.library, [file])
        while f"{serial % 90}.5%" not in chatbot.ask(_QUESTION.format(serial)).text:
            time.sleep(0.05)
        found = time.perf_counter()
    times = []
    for number in range(100):
        asked = time.perf_counter()
        chatbot.ask(_QUESTION.format(number))
        times.append(1000 * (time.perf_counter() - asked))
    return (
        f"a start with nothing changed: {ready - began:.2f} s, its first answer after {answered - began:.2f} s\n"
        f"one document added until it is found: {found - before:.2f} s\n"
        f"a question: p50 {percentile(times, 50):.0f} ms, p95 {percentile(times, 95):.0f} ms"
    )


def _files(data: Path) -> Iterator[Path]:
    for folder in (data, data / "corpora"):
        yield from sorted(path for path in folder.glob("*.jsonl*") if path.suffix in (".jsonl", ".gz"))


def _lines(data: Path) -> Iterator[str]:
    """Yield lines that are documents, each with a line end."""
    for path in _files(data):
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            for line in file:
                if "text" in json.loads(line):
                    yield line if line.endswith("\n") else line + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
