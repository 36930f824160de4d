"""Figures of official texts: how they compare, what they are worth, and what is no figure."""

import pytest

from corpus.fold import fold
from corpus.quantities import find_quantities
from tests.corpus.texts import ALL

READ = [
    ("水质达标率98%以上", "98%以上", ">=", 98, 98, "%"),
    ("不低于百分之九十八", "不低于百分之九十八", ">=", 98, 98, "%"),
    ("百分之五至百分之十", "百分之五至百分之十", "=", 5, 10, "%"),
    ("三分之二以上的代表", "三分之二以上", ">=", 66.666667, 66.666667, "%"),
    ("培育５—６家企业", "5-6家", "=", 5, 6, "家"),
    ("超过1.2万件", "超过1.2万件", ">", 12_000, 12_000, "件"),
    ("30—50亿元", "30-50亿元", "=", 3e9, 5e9, "元"),
    ("30元-100元", "30元-100元", "=", 30, 100, "元"),
    ("100万-200万元", "100万-200万元", "=", 1e6, 2e6, "元"),
    ("处一千元以上一万元以下罚款", "一千元以上一万元以下", "=", 1_000, 10_000, "元"),
    ("有期徒刑三至五年", "三至五年", "=", 3, 5, "年"),
    ("一亿二千万元", "一亿二千万元", "=", 120_000_000, 120_000_000, "元"),
    ("二十四小时内", "二十四小时内", "<=", 24, 24, "小时"),
    ("年满十八周岁", "年满十八周岁", ">=", 18, 18, "周岁"),
    ("不满十六周岁", "不满十六周岁", "<", 16, 16, "周岁"),
    ("2家左右", "2家左右", "~", 2, 2, "家"),
    ("排在第7～11名之间", "第7~11名之间", "=", 7, 11, "名"),
    ("能耗0.47吨标准煤", "0.47吨标准煤", "=", 0.47, 0.47, "吨标准煤"),
    ("超过全年的98%", "超过全年的98%", ">", 98, 98, "%"),
    ("制造业指数达到90以上", "90以上", ">=", 90, 90, ""),
    ("培养38余万名人才", "38余万名", "=", 380_000, 380_000, "名"),
    ("占比八成以上", "八成以上", ">=", 80, 80, "%"),
    ("不得少于2/3", "不得少于2/3", ">=", 66.666667, 66.666667, "%"),
    ("不得少于成员总数的三分之二", "不得少于成员总数的三分之二", ">=", 66.666667, 66.666667, "%"),
    ("至少保存3年", "至少保存3年", ">=", 3, 3, "年"),
    ("进入前三名", "前三名", "<=", 3, 3, "名"),
    ("开工率接近80%", "接近80%", "~", 80, 80, "%"),
    ("假期20日", "20日", "=", 20, 20, "日"),
    ("座位500席以上", "500席以上", ">=", 500, 500, "席"),
    ("检查3.78万馀辆次", "3.78万馀辆次", "=", 37_800, 37_800, "辆次"),
    ("总额1,234.5元", "1,234.5元", "=", 1234.5, 1234.5, "元"),
]


@pytest.mark.parametrize(("text", "said", "comparator", "low", "high", "unit"), READ)
def test_a_figure_is_read(text: str, said: str, comparator: str, low: float, high: float, unit: str) -> None:
    folded = fold(text)
    (q,) = find_quantities(folded)
    assert (folded[q.start : q.end], q.comparator, q.low, q.high, q.unit) == (said, comparator, low, high, unit)


@pytest.mark.parametrize(
    "text",
    [
        "2015年", "二〇一五年", "2011—2020年", "2015年3月1日", "11月30日", "20日前", "08:30", "9:00-17:00", "2020-02-21",
        "GB3095-1996二级", "GB／T 19004标准", "PM2.5浓度", "010-64247084", "13426396042", "第1525次会议", "第十五条",
        "第 2 條 內政部", "《关于修改十件法规的决定》", "“三个代表”重要思想", "一票否决", "十分重要", "第一批", "1.加强领导", "%E5%88%B7",
        "拨打12366热线", "3以下检查项目停检", "2014-2015学年", "一成不变",
    ],
)  # fmt: skip
def test_dates_names_ordinals_and_enumerators_are_no_figures(text: str) -> None:
    assert find_quantities(fold(text)) == []


@pytest.mark.parametrize("text", ["3名牌产品", "5部门联合", "3家庭困难", "10日常工作", "4年度计划"])
def test_a_word_that_begins_like_a_unit_is_no_unit(text: str) -> None:
    assert [q.unit for q in find_quantities(text)] == [""]


def test_spellings_of_one_value_are_the_same() -> None:
    values = [find_quantities(fold(t))[0] for t in ("98%", "９８％", "百分之九十八", "98％以上")]
    assert all(values[0].same_as(q) for q in values)


@pytest.mark.parametrize("name", ALL)
def test_figures_stand_in_order_and_apart(name: str) -> None:
    at = 0
    for q in find_quantities(fold(ALL[name])):
        assert at <= q.start <= q.figure < q.end
        assert q.low <= q.high < float("inf")
        at = q.end


@pytest.mark.parametrize("words", ["最少保存3年", "至少保存3年", "最少3年"])
def test_at_least_is_read_across_a_verb(words: str) -> None:
    (quantity,) = find_quantities(words)
    assert (quantity.comparator, quantity.low, quantity.unit) == (">=", 3.0, "年")
