"""The judge knows the signals that are read, finds them by name, and the questions it learns from are whole."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.answerers.facts import pool
from bot.answerers.judge import GENERAL, judge, trust
from bot.answerers.ranker import ranker
from bot.answerers.signals import Reading, read_windows
from bot.answerers.train_judge import QUESTIONS, read_questions
from bot.chatbot import Chatbot


@pytest.fixture(scope="module")
def reading(chatbot: Chatbot) -> Reading:
    inquiry = chatbot.find("深圳2015年饮用水源水质达标率的目标是多少？")
    return read_windows(inquiry.asked, inquiry.terms, pool(inquiry))


def test_every_signal_that_the_trees_were_trained_on_is_read(reading: Reading) -> None:
    assert set(judge().names) <= {*reading.names, GENERAL}
    assert set(ranker().names) <= set(reading.names)


def test_trees_find_their_signals_by_name(reading: Reading) -> None:
    turned = Reading(reading.sentences, reading.windows, reading.rows[:, ::-1], reading.names[::-1])
    assert np.array_equal(trust(turned), trust(reading))


def test_a_window_that_holds_the_answer_is_trusted_more_than_most(reading: Reading, chatbot: Chatbot) -> None:
    trusted = trust(reading)
    found = pool(chatbot.find("深圳2015年饮用水源水质达标率的目标是多少？"))
    texts = [w.span.of(found[w.found].document.text) for w in reading.windows]
    holds = [n for n, text in enumerate(texts) if "饮用水源水质达标率98%以上" in text]
    assert max(trusted[holds]) >= np.quantile(trusted, 0.98)


def test_each_question_is_whole_and_its_answer_stands_inside_its_proof() -> None:
    asked = list(read_questions(QUESTIONS))
    assert len(asked) > 2000 and len({a.question for a in asked}) == len(asked)
    for a in asked:
        assert (a.proof is None) == (a.answer is None)
        if a.proof and a.answer:
            assert a.proof.start <= a.answer.start < a.answer.end <= a.proof.end


def test_no_statute_that_is_measured_on_is_learned_from() -> None:
    held_out = Path(__file__).parents[3] / "eval" / "paraphrase" / "questions.jsonl"
    measured = {json.loads(line)["document_id"] for line in held_out.read_text(encoding="utf-8").splitlines()}
    assert measured.isdisjoint(a.document_id for a in read_questions(QUESTIONS))
