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


def test_the_place_that_a_document_is_of_limits_no_figure() -> None:
    assert [t.scope for t in derived("chenzhou-2010-4").targets if t.quantity == "40-50个"] == [None]


def test_a_base_is_a_state_of_its_own_year() -> None:
    first, second = derive("id", "森林覆盖率由2010年的35.2%提高到2015年的40%。").targets
    assert (first.indicator, first.year, first.reached) == ("森林覆盖率", 2010, True)
    assert (second.indicator, second.year, second.reached) == ("森林覆盖率", 2015, False)


def test_a_year_that_a_figure_is_held_against_is_no_deadline() -> None:
    (target,) = derive("id", "单位能耗比2010年下降16%。").targets
    assert target.year is None


def test_what_compares_one_end_of_a_row_compares_all_of_it() -> None:
    rates = derive("id", "普及率、处理率和回收率分别达到90%、85%和70%以上。").targets
    assert [t.comparator for t in rates] == [">=", ">=", ">="]
    shares = derive("id", "市和区经费的比例应当分别不低于百分之六和百分之四。").targets
    assert [t.comparator for t in shares] == [">=", ">="]


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("目前已建成示范区12个。", True),
        ("全年发放贷款5亿元，同比增长8%。", True),
        ("力争建成示范区12个。", False),
        ("对新认定的企业给予奖励10万元。", False),
        ("保存期限不少于5年。", False),
    ],
)
def test_what_is_to_be_done_is_told_from_what_was(text: str, reached: bool) -> None:
    assert {t.reached for t in derive("id", text).targets} == {reached}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("票价为80元、100元、180元。", [("票价", "80元"), ("票价", "100元"), ("票价", "180元")]),
        ("门票：114元", [("门票", "114元")]),
        ("处一千元以上一万元以下的罚款。", [("罚款", "一千元以上一万元以下")]),
        ("有效期为五年。", [("有效期", "五年")]),
        ("年主营业务收入超1000亿元的企业要加强管理。", []),
        ("在建立30周年庆祝大会上讲话。", []),
        ("达到标准的企业达2家、示范区达5家。", [("达到标准的企业", "2家"), ("示范区", "5家")]),
        ("采购口罩6721万只、防护服176万套。", [("采购口罩", "6721万只"), ("防护服", "176万套")]),
        ("建设100个示范社区、50个示范村。", [("建设示范社区", "100个"), ("建设示范村", "50个")]),
        ("覆盖20个乡镇200多个行政村。", [("覆盖乡镇", "20个"), ("覆盖行政村", "200多个")]),
        ("普及率和处理率分别达到90%和85%。", [("普及率", "90%"), ("处理率", "85%")]),
        ("全市生产总值达到1.2万亿元，年均增长9%。", [("全市生产总值", "1.2万亿元"), ("全市生产总值年均增长", "9%")]),
        ("对新认定的企业，市财政给予50万元奖励。", [("对新认定的企业市财政给予奖励", "50万元")]),
        ("逾期不改正的，处五百元以上五千元以下罚款。", [("逾期不改正的罚款", "五百元以上五千元以下")]),
        ("应当自收到之日起三个工作日内，作出书面决定。", [("应当自收到之日起作出书面决定", "三个工作日内")]),
        ("办理时限由20个工作日压缩至5个工作日。", [("办理时限", "20个工作日"), ("办理时限", "5个工作日")]),
        ("病历至少保存3年。", [("病历", "至少保存3年")]),
        ("每千名老人拥有床位30张。", [("每千名老人拥有床位", "30张")]),
        ("综合实力进入全省前三名，总收入翻一番。", [("综合实力进入全省", "前三名"), ("总收入", "翻一番")]),
        ("实现行政村光纤全覆盖。", [("实现行政村光纤", "全覆盖")]),
        ("违法所得在二十万元以上的，从重处罚。", []),
        ("每年组织1次监督检查。", [("每年组织监督检查", "1次")]),
        ("超过100万元的项目要公示。", []),
    ],
)
def test_what_a_figure_measures(text: str, found: list[tuple[str, str]]) -> None:
    assert read(text) == found
