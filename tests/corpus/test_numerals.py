"""Chinese numerals and dates, whole, broken and absurd."""

import pytest

from corpus.fold import fold
from corpus.numerals import chinese_number, find_dates


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一千五百", 1500),
        ("二〇一〇", 2010),
        ("三点五", 3.5),
        ("十", 10),
        ("一亿二千万", 120_000_000),
        ("两百零五", 205),
    ],
)
def test_numerals_are_read(text: str, value: float) -> None:
    assert chinese_number(text) == value


@pytest.mark.parametrize("text", ["", "好", "一好", "一" * 5000])
def test_what_is_no_numeral_is_none(text: str) -> None:
    assert chinese_number(text) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("二○○五年十一月四日", "2005-11-04"),
        ("２０１０年１１月３０日", "2010-11-30"),
        ("2010-12-14", "2010-12-14"),
        ("2016- 03- 18", "2016-03-18"),
        ("一九九九年十二月二十五日", "1999-12-25"),
    ],
)
def test_dates_are_read_in_every_spelling(text: str, iso: str) -> None:
    assert [d.iso for d in find_dates(fold(text))] == [iso]


def test_a_broken_year_needs_a_hint_that_fits() -> None:
    broken = "二\ufffd\ufffd一\ufffd\ufffd年十一月三十日"
    assert find_dates(broken) == []
    assert find_dates(broken, (1999,)) == []
    (date,) = find_dates(broken, (2010,))
    assert (date.iso, date.broken) == ("2010-11-30", True)


def test_an_impossible_date_is_none() -> None:
    assert find_dates("2010年13月40日") == []
