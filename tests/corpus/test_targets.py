"""Targets: the figure with its own indicator, deadline and scope, each standing in the text."""

import pytest

from corpus.derive import derive
from corpus.document import Target
from tests.corpus.texts import ALL, derived


def one(name: str, indicator: str) -> Target:
    (target,) = [t for t in derived(name).targets if t.indicator == indicator]
    return target


def read(text: str) -> list[tuple[str, str]]:
    return [(t.indicator, t.quantity) for t in derive("id", text).targets]


@pytest.mark.parametrize("name", ALL)
def test_span_lies_in_clause_lies_in_sentence(name: str) -> None:
    text = ALL[name]
    for t in derived(name).targets:
        assert t.sentence.start <= t.clause.start <= t.span.start < t.span.end <= t.clause.end <= t.sentence.end
        assert t.span.of(text) == t.quantity
        assert t.indicator
        assert (t.year is None) == (t.deadline is None)
        assert t.scope_span is None or t.scope_span.of(text) == t.scope
    ids = [t.id for t in derived(name).targets]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("name", "indicator", "quantity", "year"),
    [
        ("shenzhen-2010-183", "饮用水源水质达标率", "98%以上", 2015),
        ("shenzhen-2010-183", "工业废水达标排放", "95%", 2015),
        ("shenzhen-2010-183", "空气质量达到国家二级标准的天数", "超过全年的98%", 2015),
        ("shenzhen-2010-183", "万元GDP能耗", "0.47吨标准煤", 2015),
        ("guangdong-2005-90", "饮用水源水质达标率", "95%以上", 2010),
        ("guangzhou-2013-quality", "食品质量监督抽查合格率", "95%以上", 2015),
        ("chenzhou-2010-4", "一次验收合格率", "100%", 2015),
        ("notice", "空气优良天数比例", "百分之八十以上", 2020),
    ],
)
def test_a_figure_has_its_own_indicator_and_year(name: str, indicator: str, quantity: str, year: int) -> None:
    target = one(name, indicator)
    assert (target.quantity, target.year) == (quantity, year)


def test_a_figure_in_brackets_has_its_own_region() -> None:
    scopes = {t.quantity: t.scope for t in derived("guangdong-2005-90").targets if "采用国际标准" in t.indicator}
    assert scopes == {"85%以上": "珠江三角洲地区", "75%以上": "东西两翼、粤北地区"}


def test_a_state_already_reached_is_no_commitment() -> None:
    assert one("guangzhou-2013-quality", "产品质量监督抽查批次合格率").reached
    assert [t.reached for t in derive("id", "截至2020年3月底，累计发放贷款5亿元。").targets] == [True]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("票价为80元、100元、180元。", [("票价", "80元"), ("票价", "100元"), ("票价", "180元")]),
        ("门票：114元", [("门票", "114元")]),
        ("处一千元以上一万元以下的罚款。", [("处的罚款", "一千元以上一万元以下")]),
        ("有效期为五年。", [("有效期", "五年")]),
        ("年主营业务收入超1000亿元的企业要加强管理。", []),
        ("在建立30周年庆祝大会上讲话。", []),
        ("达到标准的企业达2家、示范区达5家。", [("达到标准的企业", "2家"), ("示范区", "5家")]),
    ],
)
def test_what_a_figure_measures(text: str, found: list[tuple[str, str]]) -> None:
    assert read(text) == found
