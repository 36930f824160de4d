"""The year that governs a sentence comes from what leads in to it, and never from its neighbours."""

import pytest

from corpus.cleaner import clean
from corpus.deadlines import governing
from corpus.fold import fold
from corpus.outline import outline
from corpus.years import years_in
from tests.corpus.texts import ALL, NOTICE, REAL


def year(text: str, words: str) -> int | None:
    placed = outline(text, clean(text))
    found = [d for p, d in zip(placed, governing(text, placed), strict=True) if words in p.sentence.span.of(text)]
    return found[0].year if found and found[0] else None


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("力争到２０１５年底", [2015]),
        ("二〇一五年末前", [2015]),
        ("至“十一五”规划后期", [2010]),
        ("“十四五”时期", [2025]),
        ("2011—2020年", [2020]),
        ("到本世纪末", [2100]),
        ("1995年起步，到本世纪末建成", [1995, 2000]),
        ("（国发〔2012〕9号）", []),
        ("《纲要（2011—2020年）》", []),
        ("2015年3月1日起施行", []),
        ("GB3095-1996二级标准", []),
        ("第十五条", []),
    ],
)
def test_years_are_read_and_references_are_not(text: str, years: list[int]) -> None:
    assert [d.year for d in years_in(fold(text))] == years


@pytest.mark.parametrize("name", ALL)
def test_every_deadline_stands_in_the_text_and_names_its_year(name: str) -> None:
    text = ALL[name]
    placed = outline(text, clean(text))
    for deadline in governing(text, placed):
        if deadline:
            assert deadline.year in [d.year for d in years_in(fold(text), deadline.span.start, deadline.span.end + 4)]


def test_a_lead_in_paragraph_governs_the_list_below_but_not_the_second_one() -> None:
    text = REAL["shenzhen-2010-183"]
    assert year(text, "饮用水源水质达标率98%以上") == 2015
    assert year(text, "贯彻实施省有关部门加强") is None
    assert year(text, "普及质量知识") is None


def test_a_general_goal_governs_the_goals_beside_it() -> None:
    assert year(REAL["chenzhou-2010-4"], "一次验收合格率达100%") == 2015
    assert year(REAL["chenzhou-2010-4"], "引导企业按标准组织生产") is None


def test_a_colon_governs_the_lines_below_it() -> None:
    text = REAL["guangzhou-2013-quality"]
    assert year(text, "食品质量监督抽查合格率达到95%以上") == 2015
    assert year(text, "制造业质量竞争力指数达到89.60") is None


def test_what_happened_in_a_year_does_not_govern_what_follows() -> None:
    assert year("2007年公司捐款100万元。今后每年捐款200万元。", "今后") is None
    assert year(NOTICE, "1.2万家次") is None
