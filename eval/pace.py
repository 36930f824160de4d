"""Measure how fast documents go in, beside passages alone: python -m eval.pace --data DIR

DIR/corpora/cn_laws.jsonl.gz are documents: they are read, understood, recorded and indexed, as ``add`` does. The passages of
DIR/retrieval/stard_test.passages.jsonl.gz are indexed alone, as ``eval.retrieval`` does. Then: a start with nothing changed
over the same documents in the followed folder, by a process of its own. Both rates count passages a second.
"""

import argparse
import gzip
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bot.settings import Settings
from bot.start import changing
from embeddings.encoder import load_encoder
from embeddings.index import Index
from embeddings.record import Given
from eval.retrieval import passages_of

_DOCUMENTS = Path("corpora/cn_laws.jsonl.gz")
_PASSAGES = Path("retrieval/stard_test.passages.jsonl.gz")
_QUESTION = "到2030年的目标是什么"
_RATIO, _RESTART = 0.5, 10.0  # what is wished for at least, and at most in seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each measure and the ratio; 1 if there is nothing to measure or a figure falls short."""
    asked = parser().parse_args(arguments)
    if missing := [name for name in (_DOCUMENTS, _PASSAGES) if not (asked.data / name).is_file()]:
        print(f"Nothing measured: {asked.data} does not hold {missing[0]}.", file=sys.stderr)
        return 1
    load_encoder().encode_question(_QUESTION)  # pays the imports
    print("| what | documents | passages | seconds | passages/s |\n|---|--:|--:|--:|--:|", flush=True)
    alone = _passages_alone(asked.data / _PASSAGES)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "corpus"
        folder.mkdir()
        _cut(asked.data / _DOCUMENTS, folder, asked.documents)
        whole = _documents(Settings(home=Path(place) / "home", corpus=folder))
        seconds = _restart(Path(place) / "home", folder)
    print(
        f"\nratio {whole / alone:.2f} (at least {_RATIO}); a start with nothing changed, until its first answer: ",
        end="",
    )
    print(f"{seconds:.1f} s (at most {_RESTART:.0f})")
    return 0 if whole >= _RATIO * alone and seconds <= _RESTART else 1


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.pace", description="Measure how fast documents go in.")
    made.add_argument("--data", metavar="DIR", type=Path, required=True, help="the folder of corpora/ and retrieval/")
    made.add_argument("--documents", type=int, help="of so many, the first (all)")
    return made


def _passages_alone(file: Path) -> float:
    """Index passages that are simply given; return passages a second."""
    passages = passages_of(file)
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        Index(Path(home), load_encoder()).bring_level("pace", Given(passages))
        return _row("indexed alone", 0, len(passages), time.perf_counter() - began)


def _documents(settings: Settings) -> float:
    """Bring the followed folder into an empty library and index it; return passages a second, and print the parts."""
    settings.home.mkdir()
    began = time.perf_counter()
    with changing(settings) as parts:  # follows the folder
        recorded = time.perf_counter()
        documents = len(parts.library.document_ids())
        passages = sum(record.passages for record in parts.library.records())
    done = time.perf_counter()
    _row("  read and recorded", documents, passages, recorded - began)
    _row("  indexed", documents, passages, done - recorded)
    return _row("added", documents, passages, done - began)


def _restart(home: Path, folder: Path) -> float:
    environ = {**os.environ, "POLICY_HOME": str(home), "POLICY_CORPUS": str(folder)}
    command = [sys.executable, "app.py", "ask", _QUESTION]
    began = time.perf_counter()
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _cut(file: Path, folder: Path, documents: int | None) -> None:
    """Copy the file into a folder, or its first lines."""
    place = folder / file.name
    if documents is None:
        shutil.copyfile(file, place)
        return
    with gzip.open(file, "rb") as lines, gzip.open(place, "wb") as kept:
        kept.writelines(itertools.islice(lines, documents))


def _row(what: str, documents: int, passages: int, seconds: float) -> float:
    rate = passages / seconds
    print(f"| {what} | {documents or ''} | {passages:,} | {seconds:.1f} | {rate:.0f} |", flush=True)
    return rate


if __name__ == "__main__":
    sys.exit(main())
