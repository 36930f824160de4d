"""Ask every question of a set and keep the run together: settings, commit, set, answers, what the search gave, and the
documents that answers and gold stand in, so that it can be scored without a library. Knows nothing of scores."""

import gzip
import hashlib
import json
import subprocess
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tqdm import tqdm

from bot.answer import Answer
from bot.settings import ROOT, Settings
from corpus.library import Library
from eval.kept import ANSWERS, RANKED, RECORD, SOURCES, Ranked, Source, ranked_row, source_row
from eval.questions import Question
from eval.ranking import DEPTH

if TYPE_CHECKING:
    from bot.chatbot import Chatbot


_SHOWN = 200  # characters of a passage that a run keeps to be read


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
        _write(folder / RECORD, record)
        (folder / "questions.jsonl").write_bytes(path.read_bytes())
        outputs.append(files.enter_context((folder / ANSWERS).open("w", encoding="utf-8")))
        searched = files.enter_context((folder / RANKED).open("w", encoding="utf-8"))
        began = time.perf_counter()
        statuses: Counter[str] = Counter()
        cited: set[str] = set()
        for question, answer in _answers(chatbot, questions):
            statuses[answer.status] += 1
            cited.update(citation.document_id for citation in answer.citations)
            for output in outputs:
                _write_line(output, answer.as_dict() | {"id": question.id} | _cost(answer))
            found = [ranked_row(passage) for passage in search(chatbot, question)]
            _write_line(searched, {"id": question.id, "passages": found})
    seconds = round(time.perf_counter() - began, 3)
    _keep_sources(folder / SOURCES, chatbot.library, questions, cited)
    _write(folder / RECORD, record | {"seconds": seconds, "statuses": dict(sorted(statuses.items()))})
    return Run(folder, dict(statuses.most_common()), seconds)


def search(chatbot: "Chatbot", question: Question) -> list[Ranked]:
    """Return the first passages that the chatbot finds for a question, before any answerer chooses from them."""
    found = chatbot.find(question.question, question.history, question.filters).found[:DEPTH]
    return [Ranked(f.passage.id, f.document.id, f.passage.spans, f.passage.text[:_SHOWN]) for f in found]


def _answers(chatbot: "Chatbot", questions: Sequence[Question]) -> Iterator[tuple[Question, Answer]]:
    for question in tqdm(questions, desc="asking", unit="question", delay=2):
        yield question, chatbot.ask(question.question, question.history, question.filters)


def _cost(answer: Answer) -> dict[str, Any]:
    """What a chat model cost, where one wrote."""
    return {"usage": answer.usage} if answer.usage else {}


def _keep_sources(path: Path, library: Library, questions: Sequence[Question], cited: Collection[str]) -> None:
    """Keep the documents that were cited, that the gold names, and that hold a quote of a question that names none."""
    wanted = set(cited).union(*(question.document_ids for question in questions))
    loose = {quote for q in questions for quote in (*q.near_miss, *(() if q.document_ids else q.quotes))}
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for document in library.documents():
            if document.id in wanted or any(quote in document.text for quote in loose):
                passages = {passage.id: passage.spans for passage in library.passages([document.id])}
                _write_line(file, source_row(Source(document.id, document.text, passages)))


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


def _write_line(file: IO[str], row: Mapping[str, Any]) -> None:
    file.write(json.dumps(row, ensure_ascii=False) + "\n")
    file.flush()
