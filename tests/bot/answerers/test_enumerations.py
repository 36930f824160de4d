"""Which ones: the whole enumeration or none; and details that no document gives are refused."""

import json
from pathlib import Path

import pytest

from bot.answerers.items import asked_items, enumerations, names_as_many
from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import start
from corpus.document import Span

SUZHOU = """苏州市人民政府关于推进绿色发展的实施意见
苏府〔2012〕45号
各市、区人民政府，市各委、办、局：
一、主要任务
（一）优化产业结构。重点扶持以甲钢、乙铜等企业为主体的新型材料产业；以丙电子、丁软件、戊通信、己芯片、庚网络等企业
为龙头的电子信息产业；以辛药业为骨干的生物医药产业等3大主导产业的绿色改造。
（二）淘汰落后产能。各部门要加强监管，限期关停小造纸厂、小印染厂、小电镀厂和小化工厂。选择市场前景较好、技术领先的12个大项目作为扶持对象。
（三）实施绿色工厂工程。努力实现“一五十”的目标，即：打造一个绿色园区，培育五家标杆企业，扶持十家绿色工厂。
（四）畅通投诉渠道。充分发挥12369环保举报热线的作用，及时处理群众投诉。(市环保局、住建局负责)
二、加强领导
成立绿色发展领导小组。由市政府分管副市长任组长。领导小组办公室设在市环保局，负责日常工作。
苏州市人民政府
2012年3月5日
"""


@pytest.fixture(scope="module")
def suzhou(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    corpus = tmp_path_factory.mktemp("corpus")
    line = json.dumps({"id": "suzhou", "title": SUZHOU.split("\n")[0], "text": SUZHOU}, ensure_ascii=False)
    Path(corpus / "pages.jsonl").write_text(line, encoding="utf-8")
    return start(Settings(home=tmp_path_factory.mktemp("home"), corpus=corpus))


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("苏州重点扶持的3大主导产业是哪几个？", ("新型材料", "电子信息", "生物医药")),
        ("苏州重点扶持的三大产业是哪三个？", ("新型材料", "电子信息", "生物医药")),
        ("苏州要关停哪四类小厂？", ("造纸", "印染", "电镀", "化工")),
        ("苏州绿色工厂工程的“一五十”三个数分别指什么？", ("一个", "五家", "十家")),
    ],
)
def test_every_item_asked_for_is_named(suzhou: Chatbot, question: str, items: tuple[str, ...]) -> None:
    answer = suzhou.ask(question)
    assert answer.status == "answered" and all(item in answer.answer for item in items), answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "苏州作为扶持对象的12个大项目具体是哪12个？",
        "苏州的12369环保举报热线晚上几点下班？",
        "苏州绿色发展领导小组的组长叫什么名字？",
    ],
)
def test_details_that_no_document_gives_are_refused(suzhou: Chatbot, question: str) -> None:
    answer = suzhou.ask(question)
    assert (answer.status, answer.answer) == ("not_found", "")


def test_two_things_asked_at_once_are_both_answered(suzhou: Chatbot) -> None:
    answer = suzhou.ask("苏州绿色发展领导小组谁当组长，办公室设在哪个局？")
    assert "副市长" in answer.answer and "环保局" in answer.answer


def test_the_units_that_a_note_names_are_those_responsible(suzhou: Chatbot) -> None:
    answer = suzhou.ask("苏州畅通投诉渠道的责任单位有哪些？")
    assert "环保局" in answer.answer and "住建局" in answer.answer and "热线" not in answer.answer


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("重点抓的6大产业是哪几个", 6),
        ("要关停哪五类小厂", 5),
        ("五个字分别指什么", 5),
        ("具体负责哪几方面的工作", 0),
        ("指标分别是多少", None),
        ("2015年6月的目标是多少", None),
    ],
)
def test_reads_how_many_items_are_asked_for(question: str, wanted: int | None) -> None:
    assert asked_items(question) == wanted


@pytest.mark.parametrize(
    ("sentence", "items"),
    [
        ("关停小造纸厂、小印染厂和小电镀厂。", {3}),
        ("负责统筹规划、组织协调、检查考核等工作。", {3}),
        ("目标，即：打造一个园区，培育五家企业。", {2}),
        ("扶持以甲、乙为主的材料业；以丙、丁为主的电子业。", {2}),
        ("饮用水源水质达标率98%以上。", set()),
    ],
)
def test_counts_what_a_sentence_enumerates(sentence: str, items: set[int]) -> None:
    assert {e.items for e in enumerations(sentence, Span(0, len(sentence)))} == items


def test_numbered_parts_are_items_too() -> None:
    text = "要做好三项工作：一是抓源头。二是抓过程。三是抓考核。"
    assert names_as_many(3, text, Span(0, len(text))) and not names_as_many(5, text, Span(0, len(text)))
