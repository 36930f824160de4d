"""Wordings: what is no difference, and what is one."""

import pytest

from eval.wording import figures, figures_said, plain, says

SAME = [
    ("98%以上", "９８％ 以上"),
    ("98%以上", "百分之九十八以上"),
    ("98%以上", "不低于98%"),
    ("10家", "至少十家"),
    ("2000年3月28日", "二〇〇〇年三月二十八日"),
    ("粤府办〔2005〕90号", "粵府辦［2005］90號"),
    ("市经贸委、环保局", "市经贸委，环保局。"),
    ("GDP能耗0.47吨标准煤", "gdp 能耗 0.47 吨标准煤"),
]


@pytest.mark.parametrize(("gold", "said"), SAME)
def test_spelling_makes_no_difference(gold: str, said: str) -> None:
    assert plain(gold) == plain(said)
    assert says(said, gold) and figures_said(said, gold)


@pytest.mark.parametrize(
    ("gold", "said"),
    [("98%以上", "95%以上"), ("98%以上", "98%以下"), ("0.4吨", "0.47吨"), ("5家", "5个"), ("98%", "省里没有规定")],
)
def test_another_figure_unit_or_comparator_is_another_answer(gold: str, said: str) -> None:
    assert not (says(said, gold) and figures_said(said, gold))


def test_a_figure_stands_only_as_a_whole() -> None:
    assert not says("198%", "98%") and not says("0.47", "0.4")
    assert not says("2010年12月15日", "2010年12月14日")


def test_a_date_is_no_figure() -> None:
    assert figures("二〇〇〇年三月二十八日印发") == []


def test_a_whole_passage_does_not_count_as_a_short_answer() -> None:
    assert says("目标是98%以上", "98%以上")
    assert not says("为了贯彻落实科学发展观，" * 10 + "98%以上", "98%以上")


def test_a_sentence_full_of_figures_does_not_say_one_of_them() -> None:
    sentence = (
        "工业废水95%达标排放，饮用水源水质达标率98%以上，空气质量达标天数超过全年的98%，"
        "城镇生活污水处理率达到80%以上，万元GDP能耗0.47吨标准煤，万元GDP水耗19.4立方米"
    )
    assert not figures_said(sentence, "0.47吨标准煤") and figures_said(sentence[:34], "98%以上")
    assert figures_said("由市园林局负责" * 20, "园林局")


def test_a_long_answer_is_right_when_it_shares_most_characters() -> None:
    gold = "鼓励和引导企业开展技术创新，加快企业技术改造和开发具有自主知识产权的核心技术"
    assert says("鼓励企业开展技术创新，加快企业技术改造，开发具有自主知识产权的核心技术", gold)
    assert not says("由市园林局负责", gold)


def test_an_empty_answer_says_nothing() -> None:
    assert not says("", "98%以上") and not says("98%", "。")
