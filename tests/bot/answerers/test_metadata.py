"""What a document says of itself: one field, or all that are asked for at once."""

from pathlib import Path

import pytest

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import start

NOTICE = """索引号：330000/2012-00123
文号：浙政办发〔2012〕7号
登记日期：2012-04-20
ZJSP-2012-00045
浙江省人民政府办公厅
转发省林业厅关于加强湿地保护的意见的通知
浙政办发〔2012〕7号
各市、县人民政府，省政府直属各单位：
省林业厅《关于加强湿地保护的意见》业经省政府同意，现转发给你们，请结合浙政发〔2011〕88号文件精神一并贯彻执行。
浙江省人民政府办公厅
2012年4月5日
关于加强湿地保护的意见
一、湿地保护率要达到百分之五十以上。
"""


@pytest.fixture(scope="module")
def zhejiang(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    corpus = tmp_path_factory.mktemp("corpus")
    Path(corpus / "notice.txt").write_text(NOTICE, encoding="utf-8")
    return start(Settings(home=tmp_path_factory.mktemp("home"), corpus=corpus))


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("浙政办发〔2012〕7号的索引号和ZJSP开头的编号各是什么？", ("330000/2012-00123", "ZJSP-2012-00045")),
        ("浙政办发〔2012〕7号的落款日期和登记日期分别是哪天？", ("2012年4月5日", "2012-04-20")),
        ("浙政办发〔2012〕7号的登记日期", ("2012-04-20",)),
    ],
)
def test_every_field_asked_for_is_given(zhejiang: Chatbot, question: str, parts: tuple[str, ...]) -> None:
    answer = zhejiang.ask(question)
    assert sorted(answer.answer.split("；")) == sorted(parts)
    assert len([c for c in answer.citations if c.role == "proof"]) == len(parts)


def test_what_is_asked_besides_is_answered_from_the_same_document(zhejiang: Chatbot) -> None:
    answer = zhejiang.ask("浙政办发〔2012〕7号转发的是哪个单位的意见？要求结合哪一号文件一并贯彻执行？")
    assert "省林业厅" in answer.answer and "浙政发〔2011〕88号" in answer.answer
