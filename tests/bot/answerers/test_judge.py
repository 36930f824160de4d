"""The judge knows the signals that are read, finds them by name, and the questions it learns from are whole."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.answerers.facts import pool
from bot.answerers.judge import GENERAL, judge, seen, trust
from bot.answerers.ranker import ranker
from bot.answerers.signals import Reading, read_windows
from bot.answerers.train_judge import NOTICES, QUESTIONS, read_questions
from bot.chatbot import Chatbot
from bot.inquiry import Inquiry


@pytest.fixture(scope="module")
def inquiry(chatbot: Chatbot) -> Inquiry:
    return chatbot.find("深圳2015年饮用水源水质达标率的目标是多少？")


@pytest.fixture(scope="module")
def reading(inquiry: Inquiry) -> Reading:
    return read_windows(inquiry.asked, inquiry.terms, pool(inquiry))


def test_every_signal_that_the_trees_were_trained_on_is_read(reading: Reading) -> None:
    assert set(judge().names) <= {*reading.names, GENERAL}
    assert set(ranker().names) <= set(reading.names)


def test_trees_find_their_signals_by_name(reading: Reading, inquiry: Inquiry) -> None:
    turned = Reading(reading.sentences, reading.windows, reading.rows[:, ::-1], reading.names[::-1])
    found = pool(inquiry)
    assert np.array_equal(trust(turned, found), trust(reading, found))


def test_a_window_that_holds_the_answer_is_trusted_more_than_most(reading: Reading, inquiry: Inquiry) -> None:
    found = pool(inquiry)
    trusted = trust(reading, found)
    texts = [w.span.of(found[w.found].document.text) for w in reading.windows]
    holds = [n for n, text in enumerate(texts) if "饮用水源水质达标率98%以上" in text]
    assert max(trusted[holds]) >= np.quantile(trusted, 0.98)


def test_the_judge_weighs_more_where_a_text_says_whose_it_is(reading: Reading, inquiry: Inquiry) -> None:
    named = pool(inquiry)
    plain = [replace(f, document=replace(f.document, region=None, issuer=None, number=None)) for f in named]
    judged = judge().probabilities(seen(reading), (*reading.names, GENERAL))
    nearer = abs(trust(reading, named) - judged) <= abs(trust(reading, plain) - judged) + 1e-6
    assert nearer.all()


def test_every_made_up_notice_is_asked_about_and_holds_its_proofs() -> None:
    notices = {d["id"]: d["text"] for d in map(json.loads, NOTICES.read_text(encoding="utf-8").splitlines())}
    asked = list(read_questions(QUESTIONS[1]))
    assert {a.document_id for a in asked} == notices.keys() and len(notices) > 30
    for a in asked:
        assert a.answer is None or len(a.answer.of(notices[a.document_id])) == a.answer.end - a.answer.start > 0


def test_each_question_is_whole_and_its_answer_stands_inside_its_proof() -> None:
    asked = [a for file in QUESTIONS for a in read_questions(file)]
    assert len(asked) > 3000 and len({a.question for a in asked}) == len(asked)
    for a in asked:
        assert (a.proof is None) == (a.answer is None)
        if a.proof and a.answer:
            assert a.proof.start <= a.answer.start < a.answer.end <= a.proof.end


def test_no_statute_that_is_measured_on_is_learned_from() -> None:
    held_out = Path(__file__).parents[3] / "eval" / "paraphrase" / "questions.jsonl"
    measured = {json.loads(line)["document_id"] for line in held_out.read_text(encoding="utf-8").splitlines()}
    assert measured.isdisjoint(a.document_id for file in QUESTIONS for a in read_questions(file))
