"""A figure of one case is no answer for another."""

import json
from pathlib import Path

import pytest

from bot.answerers.contrasts import contrary
from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import start

NINGBO = (
    "宁波市人民政府关于推进节能工作的意见\n甬政发〔2011〕30号\n各县（市）区人民政府：\n"
    "到2015年，全市90%以上的大型企业通过能源管理认证，70%以上的中型企业通过能源管理认证，40%以上的小型企业建立能源管理台账，通过能源管理认证。\n"
    "宁波市人民政府\n2011年6月1日"
)


@pytest.fixture(scope="module")
def ningbo(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    corpus = tmp_path_factory.mktemp("corpus")
    line = json.dumps({"id": "ningbo", "title": NINGBO.split("\n")[0], "text": NINGBO}, ensure_ascii=False)
    Path(corpus / "pages.jsonl").write_text(line, encoding="utf-8")
    return start(Settings(home=tmp_path_factory.mktemp("home"), corpus=corpus))


@pytest.mark.parametrize(("who", "figure"), [("小企业", "40%以上"), ("大企业", "90%以上"), ("中型企业", "70%以上")])
def test_each_case_has_its_own_figure(ningbo: Chatbot, who: str, figure: str) -> None:
    assert ningbo.ask(f"宁波的{who}到2015年得有百分之几通过能源管理认证？").answer == figure


def test_a_case_that_is_not_asked_for_by_name_is_no_contrast() -> None:
    assert not contrary("通过认证的企业要有多少", "70%以上的中型企业通过认证")
    assert contrary("农村的污水处理率是多少", "城镇污水处理率80%")
