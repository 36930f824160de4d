"""A rule that is turned round in a reply is noticed; a rule that is put in other words is not taken for one."""

import re

import pytest

from bot.answer import Answer
from bot.chatbot import Chatbot
from bot.polarity import turned
from corpus.fold import fold
from eval.endpoint import Endpoint, passages_in, says

FORBIDS = "经营者不得收取任何未予标明的费用。"
OBLIGES = "申请人应当在十五日内向主管部门提出书面申请。"
ALLOWS = "符合条件的企业可以申请专项资金补助。"
EXCUSES = "小微企业无需缴纳年度注册登记费用。"
LISTS = "禁止下列行为：在保护区内新建排污口；向水体倾倒工业废渣。"
PAIRS = {"不得": "可以", "禁止": "允许", "不予": "应当", "无需": "需要", "应当": "无需", "必须": "不必", "可以": "不得"}
WAYS = {"不得": "不能", "禁止": "不得", "应当": "需要", "必须": "应当", "可以": "能够", "不予": "不给予"}


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("经营者可以收取任何未予标明的费用。", FORBIDS),
        ("根据规定,经营者应当收取任何未予标明的费用。", FORBIDS),
        ("申请人无需在十五日内向主管部门提出书面申请。", OBLIGES),
        ("申请人不必向主管部门提出书面申请。", OBLIGES),
        ("符合条件的企业不得申请专项资金补助。", ALLOWS),
        ("小微企业需要缴纳年度注册登记费用。", EXCUSES),
        ("允许在保护区内新建排污口。", LISTS),
        ("可以向水体倾倒工业废渣。", LISTS),
    ],
)
def test_a_rule_that_is_turned_round_is_noticed(said: str, source: str) -> None:
    assert turned(fold(said), [fold(source)])
    assert not turned(fold(said), [fold("本办法自发布之日起施行。")])  # what it does not speak of it cannot deny


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("经营者不能收取任何未予标明的费用。", FORBIDS),
        ("收取任何未予标明的费用是被禁止的。", FORBIDS),
        ("经营者只可以收取已标明的费用。", FORBIDS),
        ("申请人需要在十五日内向主管部门提出书面申请。", OBLIGES),
        ("逾期不得补交,申请人要在十五日内提出书面申请。", OBLIGES),
        ("符合条件的企业能够申请专项资金补助。", ALLOWS),
        ("不符合条件的企业不能申请专项资金补助。", ALLOWS),
        ("小微企业不用缴纳年度注册登记费用。", EXCUSES),
        ("不得在保护区内新建排污口,也不能向水体倾倒工业废渣。", LISTS),
        ("展陈时间应当在两个月以内。", "展陈时间不得超过两个月。"),
        ("原告不得不重新提出书面申请。", "原告必须重新提出书面申请。"),
    ],
)
def test_a_rule_in_other_words_is_not_taken_for_one(said: str, source: str) -> None:
    assert not turned(fold(said), [fold(source)])


def test_over_the_rules_of_the_real_documents(chatbot: Chatbot) -> None:
    texts = [document.text for document in chatbot.library.documents()]
    rules = [s for text in texts for s in re.split(r"[。；\n]", text) if re.search("|".join(PAIRS), s) and len(s) > 15]
    assert len(rules) >= 8
    for rule in rules:
        assert not turned(fold(rule), [fold(rule)]), rule
        assert not turned(fold(re.sub("|".join(WAYS), lambda m: WAYS[m[0]], rule)), [fold(rule)]), rule
    reversed_ = [(re.sub("|".join(PAIRS), lambda m: PAIRS[m[0]], rule, count=1), rule) for rule in rules]
    missed = [said for said, rule in reversed_ if not turned(fold(said), [fold(rule)])]
    assert len(missed) <= 0.1 * len(rules), missed


@pytest.mark.parametrize(
    ("said", "is_shown"),
    [
        ("产品出厂必须经过检验,不合格的产品不能出厂。", True),
        ("不合格产品可以出厂。", False),
        ("产品出厂不必经过检验。", False),
    ],
)
def test_a_model_that_turns_a_rule_round_is_not_shown(
    writer: Chatbot, endpoint: Endpoint, said: str, is_shown: bool
) -> None:
    assert writer._generation
    writer._generation._model.breaker.succeeded()
    rule = "产品出厂必须经过检验"
    endpoint.does(lambda request: says(f"{said}[{passages_in(request).partition(rule)[0].count('【')}]"))
    *pieces, answer = writer.stream("不合格的产品可以出厂吗")
    assert endpoint.requests and rule in passages_in(endpoint.requests[-1])
    assert isinstance(answer, Answer) and (answer.mode == "generative") == is_shown
    assert (said in "".join(map(str, pieces)) + answer.text) == is_shown
