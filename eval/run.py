"""Ask every question of a set and keep the run together: settings, commit, set, answers. Knows nothing of scores."""

import hashlib
import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from bot.answer import Answer
from bot.settings import ROOT, Settings
from eval.questions import Question

if TYPE_CHECKING:
    from bot.chatbot import Chatbot


@dataclass(frozen=True)
class Run:
    """Where a run lies and what came of it."""

    folder: Path
    statuses: Mapping[str, int]
    seconds: float


def run(chatbot: "Chatbot", path: Path, questions: Sequence[Question], settings: Settings, copy: Path | None) -> Run:
    """Ask the questions of the set at ``path`` and keep each answer as it comes; ``copy`` takes them as well."""
    with ExitStack() as files:
        outputs = [files.enter_context(copy.open("w", encoding="utf-8"))] if copy else []
        folder = _new_folder(settings.home / "runs")
        record = _record(path, questions, settings)
        _write(folder / "run.json", record)
        (folder / "questions.jsonl").write_bytes(path.read_bytes())
        outputs.append(files.enter_context((folder / "answers.jsonl").open("w", encoding="utf-8")))
        began = time.perf_counter()
        statuses: Counter[str] = Counter()
        for answer in _answers(chatbot, questions):
            statuses[answer["status"]] += 1
            for output in outputs:
                output.write(json.dumps(answer, ensure_ascii=False) + "\n")
                output.flush()
    seconds = round(time.perf_counter() - began, 3)
    _write(folder / "run.json", record | {"seconds": seconds, "statuses": dict(sorted(statuses.items()))})
    return Run(folder, dict(statuses.most_common()), seconds)


def _answers(chatbot: "Chatbot", questions: Sequence[Question]) -> Iterator[dict[str, Any]]:
    for question in tqdm(questions, desc="asking", unit="question", delay=2):
        answer: Answer = chatbot.ask(question.question, question.history, question.filters)
        yield answer.as_dict() | {"id": question.id}


def _new_folder(runs: Path) -> Path:
    """Make and return ``runs/<date>-<n>``, the first that is free."""
    n = 1
    while True:
        folder = runs / f"{datetime.now():%Y-%m-%d}-{n}"
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            n += 1


def _record(path: Path, questions: Sequence[Question], settings: Settings) -> dict[str, Any]:
    changes = _git("status", "--porcelain")
    return {
        "set": str(path),
        "set_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "questions": len(questions),
        "commit": _git("rev-parse", "HEAD"),
        "dirty": None if changes is None else bool(changes),
        "settings": settings.shown(),
        "began": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def _git(*arguments: str) -> str | None:
    """Return what git says about the project; None without git or outside a clone."""
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _write(path: Path, record: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
