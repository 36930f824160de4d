"""Rows of tables: what stands in a cell is answered with its row, whatever office format the table came in."""

import pytest

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import start
from tests.corpus.formats.files import docx, paragraph, word_table

ROWS = [
    ["指标", "单位", "2015年", "2020年", "责任单位", "完成时限"],
    ["再生水利用率", "%", "50", "70以上", "市水务局", "2020年12月底前"],
    ["供水管网漏损率", "%", "12", "9", "市水务集团", "2019年6月底前"],
]


@pytest.fixture(scope="module")
def chatbot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    place = tmp_path_factory.mktemp("rows")
    (place / "corpus").mkdir()
    head = "".join(
        map(paragraph, ("深圳市人民政府关于开展节水工作的通知", "深府〔2015〕12号", "各区人民政府：", "主要指标如下。"))
    )
    (place / "corpus" / "节水.docx").write_bytes(docx(head + word_table(ROWS) + paragraph("深圳市人民政府")))
    return start(Settings(home=place / "home", corpus=place / "corpus"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("深圳再生水利用率由哪个单位负责", "市水务局"),
        ("供水管网漏损率的责任单位是谁", "市水务集团"),
        ("供水管网漏损率的完成时限是什么时候", "2019年6月底前"),
        ("深圳2020年再生水利用率目标是多少", "70%以上"),
        ("深圳2015年供水管网漏损率目标是多少", "12%"),
    ],
)
def test_a_cell_is_answered_with_its_row(chatbot: Chatbot, question: str, answer: str) -> None:
    given = chatbot.ask(question)
    assert (given.status, given.answer) == ("answered", answer)
    assert any(quote.quote.startswith("指标：") and answer in quote.quote for quote in given.citations)


def test_a_row_that_is_not_there_is_not_answered_from_another(chatbot: Chatbot) -> None:
    assert chatbot.ask("深圳森林覆盖率由哪个单位负责").status != "answered"
