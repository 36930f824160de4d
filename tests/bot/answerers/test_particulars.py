"""What a document says of its own form, and what it says of documents that are not on record."""

import pytest

from bot.answer import Answer
from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import start

PASSED_ON = """转发省水利厅关于加强节水工作意见的通知
鄂政办发〔2011〕23号
各市、州、县人民政府，省政府各部门：
省水利厅《关于加强节水工作的意见》已经省人民政府同意，现转发给你们，请结合鄂政发〔2010〕7号文件精神一并贯彻执行。
湖北省人民政府办公厅
二〇一一年三月八日

关于加强节水工作的意见
为贯彻落实《国务院关于节约用水的决定》（国发〔2009〕31号），现提出如下意见：
一、到2015年，全省农田灌溉水有效利用系数提高到0.52以上。
（省水利厅
二〇一一年二月十六日）
"""
PLAN = """信息名称：《湖北省节水条例》（鄂人发〔2008〕3号）的意见
襄阳市人民政府关于建设节水型城市的意见
襄政发〔2012〕5号
各县（市、区）人民政府，市政府各部门：
一、到2015年，城市供水管网漏损率控制在12%以内。
附件：襄阳市节水型城市建设任务分工表
襄阳市人民政府
2012年6月1日
"""


@pytest.fixture(scope="module")
def chatbot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    place = tmp_path_factory.mktemp("particulars")
    (place / "corpus").mkdir()
    for name, text in (("passed", PASSED_ON), ("plan", PLAN)):
        (place / "corpus" / f"{name}.txt").write_text(text, encoding="utf-8")
    return start(Settings(home=place / "home", corpus=place / "corpus"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("襄政发〔2012〕5号主送哪些单位？", "各县（市、区）人民政府，市政府各部门"),
        ("鄂政办发〔2011〕23号是发给谁的", "各市、州、县人民政府，省政府各部门"),
        ("襄政发〔2012〕5号的附件是什么？", "襄阳市节水型城市建设任务分工表"),
        ("襄政发〔2012〕5号是哪一年发的？", "2012年6月1日"),
        ("鄂政办发〔2011〕23号里省水利厅的意见落款是哪天？", "2011年2月16日"),
        ("鄂政办发〔2011〕23号落款日期", "2011年3月8日"),
        ("国发〔2009〕31号是什么文件？", "《国务院关于节约用水的决定》"),
    ],
)
def test_what_a_document_says_of_its_form_is_answered_with_its_line(
    chatbot: Chatbot, question: str, answer: str
) -> None:
    given = chatbot.ask(question)
    assert (given.status, given.answer) == ("answered", answer)
    assert proven(given)


def test_a_document_is_found_by_who_issued_it(chatbot: Chatbot) -> None:
    given = chatbot.ask("哪份文件是湖北省人民政府办公厅发的？")
    assert "节水工作意见的通知" in given.answer and "襄阳" not in given.answer


def test_how_a_document_stands_to_one_that_it_cites_is_its_own_sentence(chatbot: Chatbot) -> None:
    given = chatbot.ask("鄂政发〔2010〕7号和鄂政办发〔2011〕23号是什么关系？")
    assert given.status == "answered" and "请结合鄂政发〔2010〕7号文件精神" in given.answer and proven(given)


def test_what_no_line_says_is_refused_and_not_called_off_topic(chatbot: Chatbot) -> None:
    assert chatbot.ask("鄂政办发〔2011〕23号的附件是什么？").status == "not_found"
    assert chatbot.ask("国发〔2009〕77号是什么文件？").reason == "document"
    assert chatbot.ask("鄂人发〔2008〕3号是什么文件？").status != "error"
    assert chatbot.ask("襄政发〔2012〕5号好不好看").status == "not_found"


def proven(answer: Answer) -> bool:
    return any(citation.role == "proof" for citation in answer.citations)
