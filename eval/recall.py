"""Measure how often a right document is among the first that the chatbot's own search finds, by task, history included.

The questions and documents are those of ``eval.outside``; nothing is answered.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from bot.inquiry import Found
from eval.intervals import interval
from eval.questions import Question, read_questions

if TYPE_CHECKING:
    from bot.chatbot import Chatbot

AMONG = 5  # documents
_HEAD = f"| task | questions | document recall@{AMONG} | @1 |\n|---|--:|--:|--:|"


def recall_table(chatbot: "Chatbot", path: Path) -> str:
    """Return a row for each task of the questions at ``path`` that name their documents, the last one for all of them."""
    asked = [question for question in read_questions(path) if question.document_ids]
    if not asked:
        return f"No question of {path} names its documents."
    tasks: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for question in tqdm(asked, desc="searching", unit="question", delay=2):
        tasks[question.task or "-"].append(_hits(chatbot, question))
    rows = [*sorted(tasks.items()), ("all", [hits for of_task in tasks.values() for hits in of_task])]
    return "\n".join([_HEAD, *(_row(name, hits) for name, hits in rows)])


def documents_of(found: Iterable[Found]) -> list[str]:
    """Return the documents of what was found, each once, best first."""
    return list(dict.fromkeys(each.document.id for each in found))


def _hits(chatbot: "Chatbot", question: Question) -> tuple[bool, bool]:
    first = documents_of(chatbot.find(question.question, question.history, question.filters).found)[:AMONG]
    right = set(question.document_ids)
    return bool(right.intersection(first)), bool(right.intersection(first[:1]))


def _row(name: str, hits: Sequence[tuple[bool, bool]]) -> str:
    among, first = zip(*hits, strict=True)
    low, high = interval(among)
    mean = f"{100 * sum(among) / len(hits):.1f} ({100 * low:.1f}–{100 * high:.1f})"
    return f"| {name} | {len(hits)} | {mean} | {100 * sum(first) / len(hits):.1f} |"
