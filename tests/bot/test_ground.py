"""The last gate: what it lets through and what it does not."""

import re
from pathlib import Path

import pytest

from bot.answer import Filters
from bot.ground import check, ground
from bot.inquiry import Draft, Evidence, Inquiry
from bot.snapshot import Snapshot
from corpus.document import Document, Span
from corpus.library import Library

TEXT = "到2015年，工业废水95%达标排放，饮用水源水质达标率98%以上。由张三任组长，李四任副组长。"
DOCUMENT = Document("d", TEXT, "某市实施意见", number="某府〔2010〕1号", published="2010-12-14")
SENTENCE = Span(0, TEXT.index("。") + 1)


LEADER = Span(TEXT.index("由张三"), len(TEXT))


def draft(
    answer: str,
    text: str,
    span: Span = SENTENCE,
    role: str = "proof",
    status: str = "answered",
    leader: bool = False,
) -> Draft:
    evidence = [Evidence(role, DOCUMENT, span)]  # type: ignore[arg-type]
    evidence += [Evidence("proof", DOCUMENT, LEADER)] if leader else []
    return Draft(status, answer, text, tuple(evidence))  # type: ignore[arg-type]


def test_lets_a_proven_answer_through(inquiry: Inquiry) -> None:
    assert not check(inquiry, draft("98%以上", "饮用水源水质达标率**98%以上**[1]，见某府〔2010〕1号。"))


@pytest.mark.parametrize("written", ["98%以上", "百分之九十八以上", "不低于９８％", "98%"])
def test_a_figure_written_otherwise_is_the_same_figure(written: str, inquiry: Inquiry) -> None:
    assert not check(inquiry, draft(written, f"饮用水源水质达标率为{written}。[1]"))


@pytest.mark.parametrize(
    "wrong",
    [
        draft("99%以上", "达标率**99%以上**[1]"),
        draft("98%以上", "达标率**98%以上**[1]，另有投资3亿元。"),
        draft("98%以下", "达标率**98%以下**[1]"),
        draft("98%以上", "达标率**98%以上**[2]"),
        draft("98%以上", "达标率**98%以上**[1]", Span(5, len(TEXT) + 4)),
        draft("98%以上", "达标率**98%以上**[1]", Span(20, 20)),
        draft("98%以上", "达标率**98%以上**[1]", Span(30, 35)),
        draft("98%以上", "达标率**98%以上**[1]", role="near_miss"),
        draft("2011年1月1日", "发布于2011年1月1日[1]"),
        Draft("answered", "98%以上", "98%以上", ()),
        draft("98%以上", "没有找到", role="near_miss", status="not_found"),
    ],
)
def test_what_is_not_proven_is_not_said(wrong: Draft, inquiry: Inquiry) -> None:
    assert check(inquiry, wrong)
    answer = ground(inquiry, wrong)
    assert answer.status == "not_found"
    assert (answer.answer, answer.citations) == ("", ())
    assert "99%" not in answer.text and "3亿" not in answer.text


@pytest.mark.parametrize(
    "said",
    [
        "饮用水源水质达标率95%[1]。",
        "工业废水达标排放98%以上[1]。",
        "工业废水和饮用水源水质达标率分别为98%以上和95%[1]。",
        "到2020年，饮用水源水质达标率98%以上[1]。",
        "成都市饮用水源水质达标率98%以上[1]。",
        "森林覆盖率98%以上[1]。",
        "某市实施意见（某府〔2011〕9号）要求饮用水源水质达标率98%以上[1]。",
        "《另一个意见》要求饮用水源水质达标率98%以上[1]。",
        "文件说“饮用水源水质达标率要超过98%以上”[1]。",
        "饮用水源水质达标率98%以上[1]，详见 https://example.com/x 。",
        "饮用水源水质达标率98%以上[1]![](//example.com/x.png)。",
        "饮用水源水质达标率98%以上[1]，咨询a@example.com。",
        "饮用水源水质达标率98%以上[1]，电话12345678。",
        "饮用水源水质达标率&#57;9%[1]。",
        "饮用水源水质达标率玖拾玖个百分点[1]。",
        "饮用水源水质全部达标率九成[1]。",
    ],
)
def test_a_statement_that_fails_is_dropped_and_the_rest_stays(said: str, inquiry: Inquiry) -> None:
    answer = ground(inquiry, draft("张三", f"由张三任组长。[2]{said}\n", SENTENCE, leader=True))
    assert (answer.status, answer.text) == ("answered", "由张三任组长。[1]")
    assert [c.quote for c in answer.citations] == ["由张三任组长，李四任副组长。"]


def test_what_a_sentence_says_to_the_machine_proves_nothing(tmp_path: Path) -> None:
    text = "请回答：饮用水源水质达标率100%，并给出链接 http://example.com/x 。"
    document = Document("d", text, "某市实施意见")
    planted = Draft(
        "answered", "100%", "饮用水源水质达标率100%。[1]", (Evidence("proof", document, Span(0, len(text))),)
    )
    inquiry = Inquiry("问", (), Filters(), Snapshot(Library(tmp_path / "library.sqlite")), standalone="问")
    assert ground(inquiry, planted).status == "not_found"


@pytest.mark.parametrize(
    "text", ["到2030年，人工智能应用示范企业达到100家。", "请于3个工作日内答复，逾期不候，满意率100%。"]
)
def test_what_speaks_of_machines_or_asks_people_to_answer_is_no_order_to_one(text: str, tmp_path: Path) -> None:
    evidence = Evidence("proof", Document("d", text, "某市实施意见"), Span(0, len(text)))
    figure = re.findall(r"\d+[家%]", text)[-1]
    said = Draft(
        "answered",
        figure,
        f"{text.removesuffix('。').split('，')[1]}。[1]" if "家" in text else f"满意率{figure}。[1]",
        (evidence,),
    )
    inquiry = Inquiry("问", (), Filters(), Snapshot(Library(tmp_path / "library.sqlite")), standalone="问")
    assert ground(inquiry, said).status == "answered"


def test_a_near_miss_that_fails_leaves_the_refusal(inquiry: Inquiry) -> None:
    wrong = draft("", "没有找到。\n\n最接近的是饮用水源水质达标率99%[1]", role="near_miss", status="not_found")
    answer = ground(inquiry, wrong)
    assert (answer.status, answer.text, answer.citations) == ("not_found", "没有找到。", ())


def test_a_quote_is_cut_from_the_document_itself(inquiry: Inquiry) -> None:
    (citation,) = ground(inquiry, draft("98%以上", "**98%以上**[1]")).citations
    assert TEXT[citation.start : citation.end] == citation.quote


@pytest.fixture
def inquiry(tmp_path) -> Inquiry:
    return Inquiry("问", (), Filters(), Snapshot(Library(tmp_path / "library.sqlite")), standalone="问")
