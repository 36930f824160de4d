"""Document numbers in every bracket, width and spacing are one number."""

import pytest

from corpus.fold import fold
from corpus.numbers import find_numbers


@pytest.mark.parametrize(
    "text",
    [
        "粤府办〔2005〕90号",
        "粤府办［２００５］９０号",
        "粤府办（2005） 90 号",
        "粤府办[2005]第90號",
        "按照粤府办【2005】90号",
        "转发粤府办〔2005〕90号",
    ],
)
def test_one_number_has_one_form(text: str) -> None:
    assert [m.number for m in find_numbers(fold(text))] == ["粤府办〔2005〕90号"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("中华人民共和国国务院令第259号发布", "国务院令第259号"),
        ("税务总局公告2020年第9号", "税务总局公告2020年第9号"),
        ("湘政发 〔2008〕 3 号", "湘政发〔2008〕3号"),
        ("和国发〔1999〕24号", "国发〔1999〕24号"),
    ],
)
def test_orders_and_announcements_are_read(text: str, number: str) -> None:
    assert [m.number for m in find_numbers(fold(text))] == [number]


def test_a_mention_stands_where_it_says() -> None:
    text = fold("见粤府〔2010〕84号、国发〔2012〕9号。")
    assert [text[m.start : m.end] for m in find_numbers(text)] == ["粤府(2010)84号", "国发(2012)9号"]


@pytest.mark.parametrize("text", ["", "2005年90号文", "GB3095-1996", "第12号楼", "(2005)90号"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert find_numbers(text) == []
