"""How follow-ups are made to stand alone."""

import pytest

from bot.answer import Turn
from bot.standalone import stand_alone

FIRST = "深圳2015年饮用水源达标率目标"


@pytest.mark.parametrize(
    ("question", "standing"),
    [
        ("那广东省呢？", "广东省2015年饮用水源达标率目标"),
        ("那2020年呢？", "深圳2020年饮用水源达标率目标"),
        ("不对，我问的是广州", "广州2015年饮用水源达标率目标"),
        ("空气质量呢？", "深圳2015年空气质量是多少"),
        ("它是哪个文件规定的？", "深圳2015年饮用水源达标率目标是哪个文件规定的？"),
    ],
)
def test_takes_over_what_the_follow_up_leaves_out(question: str, standing: str) -> None:
    assert stand_alone(question, [Turn("user", FIRST)]) == standing


@pytest.mark.parametrize(
    "question", ["郴州的优良率目标是多少", "粤府办〔2000〕18号转发了什么文件", "你好", "《产品质量法》是什么时候发布的"]
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert stand_alone(question, [Turn("user", FIRST)]) == question


def test_without_history_nothing_changes() -> None:
    assert stand_alone("那广东省呢？", []) == "那广东省呢？"


def test_only_what_the_person_said_is_taken_over() -> None:
    history = [Turn("user", FIRST), Turn("assistant", "北京2030年是100%")]
    assert "北京" not in stand_alone("那广东省呢？", history)


def test_follows_a_chain_of_follow_ups() -> None:
    history = [Turn("user", FIRST), Turn("user", "那广东省呢？"), Turn("user", "那2010年呢？")]
    assert stand_alone("深圳的呢", history) == "深圳2010年饮用水源达标率目标"
