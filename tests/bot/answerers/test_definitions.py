"""What a term means is answered with the words that say it."""

import pytest

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import start

RULES = """襄阳市城镇燃气管理办法
襄政发〔2016〕12号
第一条 为加强燃气管理，保障供气安全，制定本办法。
第二条 本办法所称老旧管道，是指使用年限满二十年或者经评估存在安全隐患的市政管道和庭院管道。
第三条 努力实现“一网一平台”的目标，即：建设一张覆盖全市的供气管网和一个智慧燃气监管平台。
第四条 燃气管理坚持以下原则：
——安全第一。把保障人民群众用气安全放在各项工作的首位。
——统筹规划。统一编制全市燃气发展规划。
襄阳市人民政府
2016年5月3日
"""


@pytest.fixture(scope="module")
def chatbot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    place = tmp_path_factory.mktemp("definitions")
    (place / "corpus").mkdir()
    (place / "corpus" / "rules.txt").write_text(RULES, encoding="utf-8")
    return start(Settings(home=place / "home", corpus=place / "corpus"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("襄阳燃气办法里老旧管道是什么意思？", "使用年限满二十年或者经评估存在安全隐患的市政管道和庭院管道"),
        ("襄阳说的“一网一平台”具体指什么？", "建设一张覆盖全市的供气管网和一个智慧燃气监管平台"),
        ("“安全第一”是什么意思？", "把保障人民群众用气安全放在各项工作的首位"),
    ],
)
def test_a_term_is_explained_by_what_says_its_meaning(chatbot: Chatbot, question: str, answer: str) -> None:
    given = chatbot.ask(question)
    assert (given.status, given.answer) == ("answered", answer)
    assert any(citation.role == "proof" and answer[:8] in citation.quote for citation in given.citations)
