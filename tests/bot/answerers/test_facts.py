"""Answers from running text: what they quote, when they refuse, and that they are the same every time."""

import json
from pathlib import Path

import pytest

from bot.answer import Turn
from bot.answerers.facts import answer_fact, facts, pool, says_new
from bot.answerers.lines import answer_line
from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import start

QUESTIONS = (
    "广州要建的质量安全责任体系具体怎么划分责任？",
    "制假售假一经查实，按广东2000年的规定要承担什么后果？",
    "深圳重点服务行业实施哪一个标准？",
    "政府采购商品应优先选择什么产品？",
)
PARK = "北湖公园\n地址：北湖市东城区湖滨路8号\n开放时间：6:00-21:00\n门票：10元\n简介：北湖公园建于1958年，园中有荷花池和钟楼。"
TOWER = "钟楼博物馆\n地址：北湖市西城区鼓楼街3号\n开放时间：9:00-17:00，周一闭馆\n门票：免费开放。"
TABLE = "2021年南岭省录取分数线\n专业名称 文史类最高 文史类最低 理工类最高 理工类最低\n法学类 645 644 660 651\n金融学类 651 642 693 691"
OTHER_YEAR = TABLE.replace("2021", "2020").replace("691", "680")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    """A library of pages with lines and a table."""
    corpus = tmp_path_factory.mktemp("corpus")
    texts = {"park": PARK, "tower": TOWER, "y2021": TABLE, "y2020": OTHER_YEAR}
    lines = [json.dumps({"id": k, "title": t.split("\n")[0], "text": t}, ensure_ascii=False) for k, t in texts.items()]
    Path(corpus / "pages.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return start(Settings(home=tmp_path_factory.mktemp("home"), corpus=corpus))


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_candidate_is_literal_and_lies_inside_one_span(chatbot: Chatbot, question: str) -> None:
    inquiry = chatbot.find(question)
    candidates = facts(inquiry, pool(inquiry))
    assert candidates
    for c in candidates:
        assert any(s.start <= c.span.start and c.span.end <= s.end for s in c.found.passage.spans)
        assert c.span.start <= c.answer.start < c.answer.end <= c.span.end


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_question_gives_the_same_candidates(chatbot: Chatbot, question: str) -> None:
    one, two = (chatbot.find(question) for _ in range(2))
    assert facts(one, pool(one)) == facts(two, list(reversed(pool(two)))) == facts(two, pool(two))


def test_a_question_never_answers_itself(chatbot: Chatbot) -> None:
    inquiry = chatbot.find("质量工作由谁负责？")
    assert not says_new(inquiry, "质量工作由谁负责？")
    assert not says_new(inquiry, "质量工作")
    assert says_new(inquiry, "质量工作由厂长、经理负责")


def test_nothing_answers_when_the_passage_is_left_out(chatbot: Chatbot) -> None:
    inquiry = chatbot.find("制假售假一经查实，按广东2000年的规定要承担什么后果？")
    candidates = facts(inquiry, pool(inquiry))
    assert answer_fact(inquiry, candidates)
    holders = {f.passage.id for f in pool(inquiry) if "制假售假" in f.passage.text}
    rest = [f for f in pool(inquiry) if f.passage.id not in holders]
    assert holders and answer_fact(inquiry, facts(inquiry, rest)) is None


def test_nothing_found_gives_no_candidate(chatbot: Chatbot) -> None:
    assert facts(chatbot.find("政府采购商品应优先选择什么产品？"), []) == []


def test_a_line_is_the_one_of_the_place_spoken_of(places: Chatbot) -> None:
    history = [Turn("user", "北湖公园怎么样？"), Turn("assistant", "园中有荷花池和钟楼。")]
    assert places.ask("那开放时间呢？", history).answer == "6:00-21:00"
    assert places.ask("要门票吗？", [*history, Turn("user", "钟楼博物馆呢？")]).answer == "免费开放。"


def test_a_line_that_is_not_there_is_not_answered(places: Chatbot) -> None:
    inquiry = places.find("电话是多少？", [Turn("user", "北湖公园怎么样？")])
    assert answer_line(inquiry, inquiry.topics) is None


def test_a_cell_is_that_of_row_column_and_year(places: Chatbot) -> None:
    assert places.ask("2021年南岭省理工类金融学类的最低录取分数线是多少？").answer == "691"
    assert places.ask("2020年南岭省理工类金融学类的最低录取分数线是多少？").answer == "680"
    assert places.ask("2021年南岭省文史类法学类最高录取分数是多少？").answer == "645"


def test_a_table_of_another_year_does_not_answer(places: Chatbot) -> None:
    assert "691" not in places.ask("2019年南岭省理工类金融学类的最低录取分数线是多少？").answer
