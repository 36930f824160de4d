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


@pytest.mark.parametrize(
    ("before", "question", "standing"),
    [
        ("苏南的中型企业有多少要通过认证？", "苏北那边的呢？", "苏北的中型企业有多少要通过认证？"),
        ("苏南企业通过认证的比例要到多少？", "苏北那边的比例又是多少？", "苏北企业通过认证的比例要到多少？"),
        ("杭州到2012年每万元产值要烧多少煤？", "那用电呢？", "杭州到2012年每万元产值要用多少电"),
        ("杭州2012年宾馆要客人满意到多少？", "那跑运输、做金融的呢？", "杭州2012年跑运输、做金融的要客人满意到多少"),
        ("抽查不合格的企业怎么处理？", "如果整改完还是不合格呢？", "抽查不合格的企业，如果整改完还是不合格怎么处理"),
        ("杭州拿到名牌的企业能奖多少？", "这钱区里市里怎么分？", "杭州拿到名牌的企业能奖，钱区里市里怎么分？"),
        ("2003年那份通知里谁来抽查？", "处罚标准呢？", "2003年那份文件里，处罚标准是谁"),
    ],
)
def test_goes_on_with_what_the_question_before_was_about(before: str, question: str, standing: str) -> None:
    assert stand_alone(question, [Turn("user", before)]) == standing


def test_a_remark_is_no_question_to_go_on_with() -> None:
    history = [Turn("user", FIRST), Turn("user", "哦，不算高"), Turn("user", "好的，谢谢")]
    assert stand_alone("那广东省呢？", history) == "广东省2015年饮用水源达标率目标"


def test_a_topic_that_a_follow_up_names_itself_stays() -> None:
    history = [Turn("user", "抽查不合格的企业怎么处理？")]
    assert stand_alone("苏州的绿地率要达到多少？", history) == "苏州的绿地率要达到多少？"
