"""The last gate: what it lets through and what it does not."""

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


def draft(answer: str, text: str, span: Span = SENTENCE, role: str = "proof", status: str = "answered") -> Draft:
    return Draft(status, answer, text, (Evidence(role, DOCUMENT, span),))  # type: ignore[arg-type]


def test_lets_a_proven_answer_through() -> None:
    assert check(draft("98%以上", "饮用水源水质达标率**98%以上**[1]，见某府〔2010〕1号。")) == []


def test_a_figure_written_otherwise_is_the_same_figure() -> None:
    assert check(draft("百分之九十八以上", "达到百分之九十八以上。[1]")) == []


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
    assert check(wrong)
    answer = ground(inquiry, wrong)
    assert answer.status == "not_found"
    assert (answer.answer, answer.citations) == ("", ())
    assert "99%" not in answer.text and "3亿" not in answer.text


def test_a_quote_is_cut_from_the_document_itself(inquiry: Inquiry) -> None:
    (citation,) = ground(inquiry, draft("98%以上", "**98%以上**[1]")).citations
    assert TEXT[citation.start : citation.end] == citation.quote


@pytest.fixture
def inquiry(tmp_path) -> Inquiry:
    return Inquiry("问", (), Filters(), Snapshot(Library(tmp_path / "library.sqlite")), standalone="问")
