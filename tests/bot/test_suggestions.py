"""Whatever is suggested has an answer in the corpus: at the start, after an answer, and instead of what was refused."""

import pytest

from bot.answer import Filters
from bot.chatbot import Chatbot

ASKED = [
    "深圳2015年饮用水源达标率目标",
    "比较深圳和广东省的饮用水源达标率目标",
    "深府〔2010〕183号是什么时候发布的？",
    "深圳2020年饮用水源达标率目标",
    "粤府办〔2099〕1号是谁发的",
    "天气怎么样",
    "你好",
]


@pytest.mark.parametrize("question", ASKED)
def test_what_is_suggested_next_is_new_and_has_an_answer(chatbot: Chatbot, question: str) -> None:
    suggestions = chatbot.ask(question).suggestions
    assert 0 < len(suggestions) <= 3
    assert question not in suggestions
    for suggestion in suggestions:
        assert chatbot.ask(suggestion).status == "answered", suggestion


def test_the_first_questions_have_answers(chatbot: Chatbot) -> None:
    assert len(chatbot.examples()) == 4
    for question in chatbot.examples():
        assert chatbot.ask(question).status == "answered", question


LIMITS = [
    Filters(region="深圳"),
    Filters(region="广东省", year=2010),
    Filters(issuer="广东省人民政府"),
    Filters(document_id="guangdong-2005-90"),
]


@pytest.mark.parametrize("filters", LIMITS, ids=str)
def test_what_is_suggested_under_filters_has_an_answer_there(chatbot: Chatbot, filters: Filters) -> None:
    assert 0 < len(chatbot.examples(filters)) <= 4
    replies = [chatbot.ask(question, filters=filters) for question in ("你好", "天气怎么样", "到2015年")]
    suggested = {question for reply in replies for question in reply.suggestions}
    assert suggested
    for question in {*chatbot.examples(filters), *suggested}:
        assert chatbot.ask(question, filters=filters).status == "answered", question


def test_where_the_filters_leave_nothing_nothing_is_suggested(chatbot: Chatbot) -> None:
    nothing = Filters(region="火星")
    assert chatbot.examples(nothing) == ()
    for question in ("你好", "天气怎么样", "到2015年", ASKED[0]):
        assert chatbot.ask(question, filters=nothing).suggestions == (), question


def test_after_an_answer_its_own_document_comes_first(chatbot: Chatbot) -> None:
    assert chatbot.ask(ASKED[0]).suggestions[0].startswith("深圳市")
