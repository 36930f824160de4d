"""Make labelled rows for the ranker from questions with passages: the windows that a search finds, and which of them answer.

Used by training only. A question is made absent by leaving out what its own passage would give, or by asking it of
another subject: what the search finds then comes near, and nothing answers.
"""

import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.answer import Turn
from bot.answerers.facts import pool
from bot.answerers.signals import Reading, read_windows
from bot.chatbot import Chatbot

_LEFT_OUT, _OTHER, _FOLLOWS = 0.2, 0.25, 0.3  # shares of the questions
_RIGHT, _HARD, _RANDOM = 12, 22, 12  # windows of a question


@dataclass(frozen=True)
class Example:
    """A question with its answers; no answer: nothing found answers it, ``leave_out`` says which document is not to be found."""

    question: str
    answers: tuple[str, ...]
    document_id: str
    leave_out: bool = False
    history: tuple[Turn, ...] = ()
    source: str = ""


def examples(records: Sequence[Mapping[str, Any]], seed: int) -> Iterator[Example]:
    """Yield the questions of ``records`` (``question, passage, title, answers, document_id, source``, perhaps ``history``):
    some as follow-ups of others on the same passage, some absent.
    """
    chance = random.Random(seed)
    together = defaultdict(list)
    for record in records:
        together[record["document_id"]].append(record)
    titles = sorted({_name(record["title"]) for record in records if 2 <= len(_name(record["title"])) <= 12})
    for record in records:
        example, name = _example(record), _name(record["title"])
        if len(name) > 1 and name in example.question and chance.random() < _OTHER:
            other = chance.choice(titles)
            yield replace(
                example,
                question=example.question.replace(name, other),
                answers=() if other != name else example.answers,
            )
            continue
        others = [r for r in together[record["document_id"]] if r is not record and _texts(r)]
        if not example.history and len(others) > 1 and chance.random() < _FOLLOWS:
            example = _following(
                example, record["title"], chance.sample(others, min(len(others), chance.randint(1, 3)))
            )
        yield replace(example, answers=(), leave_out=True) if chance.random() < _LEFT_OUT else example


def _example(record: Mapping[str, Any]) -> Example:
    history = tuple(Turn(turn["role"], turn["content"]) for turn in record.get("history", ()))
    return Example(
        record["question"], tuple(_texts(record)), record["document_id"], history=history, source=record["source"]
    )


def _texts(record: Mapping[str, Any]) -> list[str]:
    return [a["text"] if isinstance(a, dict) else a for a in record["answers"]]


def _following(example: Example, title: str, others: Sequence[Mapping[str, Any]]) -> Example:
    """The question as one asks it who has spoken of its subject before: 它 for the title."""
    name = _name(title)
    turns = [t for r in others for t in (Turn("user", r["question"]), Turn("assistant", _texts(r)[0]))]
    question = example.question.replace(name, "它") if len(name) > 1 else example.question
    return replace(example, question=question, history=tuple(turns))


def _name(title: str) -> str:
    return re.sub(r"\s*[(（].*$", "", title)


def rows_of(
    bot: Chatbot, example: Example, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], tuple[str, ...]]:
    """Return rows, labels and the names of the signals: right windows, those that look right, and some at random."""
    reading, found = _reading(bot, example)
    if not reading.windows:
        return np.zeros((0, 0), np.float32), np.zeros(0, np.float32), ()
    texts = [w.span.of(found[w.found].document.text) for w in reading.windows]
    labels = np.array([answers(text, example.answers) for text in texts], np.float32)
    chance = np.random.default_rng(seed)
    look = reading.rows[:, [reading.names.index(n) for n in ("window", "sentence", "near", "passage_all")]].sum(axis=1)
    right = np.flatnonzero(labels)
    wrong = np.flatnonzero(labels == 0)
    hard = wrong[np.argsort(-look[wrong], kind="stable")[:_HARD]]
    some = chance.permutation(wrong)[:_RANDOM]
    chosen = np.unique(np.concatenate([chance.permutation(right)[:_RIGHT], hard, some]))
    return reading.rows[chosen], labels[chosen], reading.names


def _reading(bot: Chatbot, example: Example):
    inquiry = bot.find(example.question, example.history)
    found = pool(inquiry)
    if example.leave_out:
        found = [f for f in found if f.document.id != example.document_id]
    return read_windows(inquiry.asked, inquiry.terms, found) if found else Reading(
        (), (), np.zeros((0, 0), np.float32), ()
    ), found


def answers(text: str, golds: Sequence[str]) -> bool:
    """Tell whether ``text`` gives one of the answers: holds a short one without being much longer, or shares most characters."""
    said = _plain(text)
    for gold in map(_plain, golds):
        if not gold:
            continue
        if gold in said and len(said) <= max(60, 5 * len(gold)):
            return True
        if len(gold) / 3 < len(said) < 3 * len(gold) and _overlap(said, gold) >= (0.6 if len(gold) > 30 else 0.8):
            return True
    return False


def _overlap(a: str, b: str) -> float:
    return 2 * sum((Counter(a) & Counter(b)).values()) / (len(a) + len(b))


def _plain(text: str) -> str:
    return re.sub(
        r"[\s\W_]+", "", unicodedata.normalize("NFKC", text).lower().replace("%", "百分号").replace(".", "点")
    )
