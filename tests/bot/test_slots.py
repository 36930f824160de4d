"""Places, years and filters held against documents."""

from bot.answer import Filters
from bot.slots import admitted, clause_from, line_of, of_place
from corpus.document import Document, Span
from corpus.regions import resolve

CITY = Document(
    "a", "到2015年，实现目标。", "深圳市意见", issuer="深圳市人民政府", region="广东省深圳市", issued="2010-11-30"
)
PROVINCE = Document(
    "b", "到2010年，实现目标。", "广东省意见", issuer="广东省人民政府", region="广东省", issued="2005-11-04"
)


def ids(filters: Filters) -> frozenset[str] | None:
    return admitted([CITY, PROVINCE], filters)


def test_no_filter_limits_nothing() -> None:
    assert ids(Filters()) is None


def test_a_province_holds_its_cities_and_not_the_other_way_round() -> None:
    assert ids(Filters(region="广东省")) == {"a", "b"}
    assert ids(Filters(region="深圳")) == {"a"}


def test_filters_are_held_together() -> None:
    assert ids(Filters(region="广东", year=2005)) == {"b"}
    assert ids(Filters(issuer="深圳市人民政府", document_id="b")) == frozenset()


def test_a_province_does_not_speak_for_its_city() -> None:
    assert not of_place(resolve("深圳"), PROVINCE)
    assert of_place(resolve("珠三角"), PROVINCE)


def test_a_clause_keeps_at_least_eight_characters_and_starts_its_sentence() -> None:
    text = "略。到2015年，率先建立起科学、高效的质量监管体制，" + "形成合力，" * 30 + "。"
    span = clause_from(text, Span(2, 7))
    assert span.of(text) == "到2015年，率先建立起科学、高效的质量监管体制"


def test_a_short_line_takes_the_next_one_with_it() -> None:
    text = "……\n广州市人民政府\n2013年1月12日"
    assert line_of(text, Span(3, 10)).of(text) == "广州市人民政府\n2013年1月12日"
