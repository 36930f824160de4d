"""Ask questions from outside over their own documents and score them with their own scorer.

python -m eval.outside --data DIR

DIR/dev holds documents.jsonl.gz, questions.jsonl, questions_history.jsonl and score.py. The documents go into a home of
their own, ``outside/`` in POLICY_HOME, beside no other; a second time they are there already.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.settings import Settings
from eval.kept import ANSWERS, RECORD, read_run
from eval.questions import read_questions
from eval.run import run
from eval.scoring import latencies, score

DOCUMENTS, SETS, SCORER = "documents.jsonl.gz", ("questions.jsonl", "questions_history.jsonl"), "score.py"


def main(arguments: Sequence[str] | None = None) -> int:
    """Add, ask, score, and print by task; 1 where the data are missing or a document could not be added."""
    folder = parser().parse_args(arguments).data / "dev"
    if missing := [name for name in (DOCUMENTS, *SETS, SCORER) if not (folder / name).is_file()]:
        print(f"Nothing measured: {folder} does not hold {', '.join(missing)}.", file=sys.stderr)
        return 1
    settings, faults = prepare(folder)
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    for name in SETS:
        print(f"{name}\n{_ask(settings, folder / name)}\n", flush=True)
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.outside", description="Measure on a set from outside.")
    made.add_argument("--data", metavar="DIR", type=Path, required=True, help="the folder that holds dev/")
    return made


def prepare(folder: Path) -> tuple[Settings, list[str]]:
    """Bring the documents of ``folder`` into a home of their own; return its settings and what could not be added."""
    settings = _settings(Settings.from_environment())
    return settings, _add(settings, folder / DOCUMENTS)


def _settings(settings: Settings) -> Settings:
    """Return settings for a home that follows no documents but what is added."""
    home = settings.home / "outside"
    corpus = home / "nothing"
    corpus.mkdir(parents=True, exist_ok=True)
    return replace(settings, home=home, corpus=corpus)


def _add(settings: Settings, path: Path) -> list[str]:
    """Bring the documents into the home and return what failed."""
    from bot.start import changing
    from corpus import ingest

    began = time.perf_counter()
    with changing(settings) as parts:
        report = ingest.add(parts.library, [path])
    failed = [str(file) for file in report.files if file.status == "failed"]
    print(f"{len(parts.library.document_ids())} documents indexed in {time.perf_counter() - began:.1f} s", flush=True)
    return failed


def _ask(settings: Settings, path: Path) -> str:
    """Ask one set, score its answers, and return the scorer's table, the time, and a row for the ledger."""
    from bot.start import start

    done = run(start(settings), path, read_questions(path), settings, None)
    scorer = [sys.executable, str(path.with_name(SCORER)), str(path), str(done.folder / ANSWERS)]
    scored = subprocess.run(scorer, capture_output=True, text=True, check=True).stdout.rstrip()
    kept = read_run(done.folder)
    times = latencies(score(read_questions(path), kept))
    told = f"asked in {done.seconds:.1f} s, p50 {times['p50']:.1f} ms, p95 {times['p95']:.1f} ms; kept in {done.folder}"
    return f"{scored}\n{told}\n{_row(kept.record, path, scored, times)}"


def _row(record: object, path: Path, scored: str, times: dict[str, float]) -> str:
    assert isinstance(record, dict), RECORD
    figures = dict(re.findall(r"(macro ok|recall|precision|false refusals) ([\d.]+)", scored))
    commit = str(record["commit"] or "-")[:7] + ("+" if record["dirty"] else "")
    refusal = f"{figures.get('precision', '–')} / {figures.get('recall', '–')}"
    cells = (date.today().isoformat(), commit, path.stem, "", figures.get("macro ok", "–"), refusal)
    return f"| {' | '.join((*cells, figures.get('false refusals', '–')))} | {times['p50']:.0f} / {times['p95']:.0f} |"


if __name__ == "__main__":
    sys.exit(main())
