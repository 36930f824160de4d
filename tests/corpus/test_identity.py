"""Who says it, when, under what title and number — read from the text, and marked where it was concluded."""

import re

import pytest

from corpus.cleaner import clean
from corpus.derive import derive
from corpus.document import Document, Enclosed
from corpus.fold import fold
from corpus.identity import Given, identify
from corpus.numbers import find_numbers
from corpus.numerals import find_dates
from tests.corpus.texts import ALL, OWN, REAL

FIVE = {
    "shenzhen-2010-183": (
        "深圳市人民政府关于开展质量强市活动的实施意见", "深府〔2010〕183号", "深圳市人民政府", "广东省深圳市", "2010-11-30", "2010-12-14", ("issued",),
    ),
    "guangdong-2005-90": (
        "转发省质监局关于在全省开展质量兴市工作意见的通知", "粤府办〔2005〕90号", "广东省人民政府办公厅", "广东省", "2005-11-04", "2009-09-15", (),
    ),
    "guangdong-2000-18": (
        "转发省质量技术监督局关于贯彻国务院关于进一步加强产品质量工作若干问题决定实施意见的通知",
        "粤府办〔2000〕18号", "广东省人民政府办公厅", "广东省", "2000-03-28", "2009-09-15", (),
    ),
    "guangzhou-2013-quality": (
        "广州市人民政府关于贯彻落实《质量发展纲要(2011—2020年)》的实施意见", None, "广州市人民政府", "广东省广州市", "2013-01-12", None, ("title",),
    ),
    "chenzhou-2010-4": (
        "郴州市人民政府关于进一步实施质量兴郴战略的若干意见", "郴政发〔2010〕4号", "郴州市人民政府", "湖南省郴州市", "2010-07-07", "2010-07-20", ("published",),
    ),
}  # fmt: skip


def read(text: str, given: Given | None = None) -> Document:
    return identify("id", text, clean(text), given)


def said(d: Document) -> tuple[object, ...]:
    return (d.title, d.number, d.issuer, d.region, d.issued, d.published, d.derived)


@pytest.mark.parametrize("name", FIVE)
def test_the_real_documents_are_known(name: str) -> None:
    assert said(read(REAL[name])) == FIVE[name]


def test_a_transmitted_document_knows_what_it_encloses() -> None:
    (opinion,) = read(REAL["guangdong-2005-90"]).encloses
    assert (opinion.title, opinion.issuer, opinion.issued) == (
        "关于在全省开展质量兴市工作的意见",
        "省质监局",
        "2005-10-31",
    )
    (rules,) = read(REAL["guangdong-2000-18"]).encloses
    assert rules.title == "关于贯彻国务院关于进一步加强产品质量工作若干问题决定的实施意见"
    assert rules.issuer == "省质量技术监督局"
    assert [e.title for e in read(OWN["notice"]).encloses] == ["杭州市大气污染防治方案"]
    assert read(REAL["shenzhen-2010-183"]).encloses == ()


@pytest.mark.parametrize("name", ALL)
def test_evidence_holds_the_value_that_it_is_evidence_for(name: str) -> None:
    text = ALL[name]
    document = read(text)
    years = tuple(range(1990, 2030))
    for field, span in document.evidence.items():
        words, value = span.of(text), str(getattr(document, field))
        if field == "number":
            assert value in [m.number for m in find_numbers(fold(words))]
        elif field in ("issued", "published"):
            assert value[4:] in [d.iso[4:] for d in find_dates(fold(words), years)]
        elif field in ("title", "issuer") and field not in document.derived:
            assert re.sub(r"\s", "", value) in re.sub(r"\s", "", words)
    for enclosed in document.encloses:
        assert enclosed.span is None or enclosed.span.of(text) == enclosed.title


def test_a_statute_is_passed_by_its_congress() -> None:
    document = read(OWN["statute"])
    assert (document.title, document.issued) == ("某某省节约用水条例", "2019-03-01")
    assert document.issuer == "某某省人民代表大会常务委员会"
    assert "issuer" in document.derived


def test_a_page_with_fields_and_a_title_on_two_lines_is_read() -> None:
    document = read(OWN["notice"])
    assert document.title == "杭州市人民政府关于印发《杭州市大气污染防治方案》的通知"
    assert (document.number, document.region) == ("杭政〔2016〕37号", "浙江省杭州市")
    assert (document.issued, document.published) == ("2016-05-03", "2016-05-09")


def test_a_title_on_three_lines_without_marks_is_one() -> None:
    text = "某市财政局关于积极应对疫情影响\n加强专项资金管理\n确保完成任务的通知\n某财〔2020〕5号\n各区财政局：\n现通知如下。"
    assert read(text).title == "某市财政局关于积极应对疫情影响加强专项资金管理确保完成任务的通知"
    assert read(text).number == "某财〔2020〕5号"


def test_markdown_and_a_leading_date_are_no_part_of_a_title() -> None:
    assert read(OWN["markdown"]).title == "某市养犬管理条例"
    assert read("2020年2月22日 复工复产疫情防控措施指南\n一、健康监测。").title == "复工复产疫情防控措施指南"


def test_several_signers_are_one_issuer() -> None:
    text = "关于捐赠税收政策的公告\n一、免税。\n财政部 税务总局\n2020年2月6日\n（此件公开发布）"
    assert (read(text).issuer, read(text).issued, read(text).region) == ("财政部 税务总局", "2020-02-06", "全国")


def test_without_a_title_the_opening_words_are_a_derived_one() -> None:
    document = read(OWN["no title"])
    assert (document.title, document.derived) == ("质量是强市之基", ("title",))
    assert read("").title == "id"


def test_a_broken_year_without_hint_is_not_guessed() -> None:
    assert read(OWN["broken"]).issued is None
    hinted = read(OWN["broken"], Given(number="深府〔2010〕183号"))
    assert hinted.number == "深府〔2010〕183号"


def test_a_place_only_mentioned_is_not_the_document_s() -> None:
    assert read("学校简介\n毕业生多来自北京、上海、新疆。教师曾到西藏支教。").region is None
    assert read("全市质量工作要点\n我市是湖南省郴州市，下设各县。各县要抓好落实。").region == "湖南省郴州市"


def test_what_was_given_goes_before_what_is_read() -> None:
    document = read(OWN["notice"], Given(title="给定标题", issued="2000-01-01"))
    assert (document.title, document.issued) == ("给定标题", "2000-01-01")
    assert "title" not in document.evidence and isinstance(document.encloses, tuple)
    assert Enclosed("x").issued is None


def test_a_document_that_passes_another_on_is_dated_by_its_own_signature() -> None:
    text = """转发省水利厅关于加强节水工作意见的通知
鄂政办发〔2011〕23号
各市、州、县人民政府：
省水利厅《关于加强节水工作的意见》已经省人民政府同意，现转发给你们。
湖北省人民政府办公厅
二〇一一年三月八日

关于加强节水工作的意见
一、到2015年，全省农田灌溉水有效利用系数提高到0.52以上。
（省水利厅
二〇一一年二月十六日）
"""
    document = derive("passed", text, {}).document
    assert (document.issuer, document.issued) == ("湖北省人民政府办公厅", "2011-03-08")
    assert [(e.issuer, e.issued) for e in document.encloses] == [("省水利厅", "2011-02-16")]
