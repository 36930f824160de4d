"""Terms: what is one token, what is found, and that no question is too strange to ask."""

import os
from pathlib import Path

import pytest

from corpus.document import Passage, Span
from embeddings.terms import Terms, tokens, write


def passage(id: str, text: str, context: str = "") -> Passage:
    return Passage(id, id.split("#")[0], (Span(0, len(text)),), (), text, context)


WATER = passage(
    "深圳#1", "饮用水源水质达标率98%以上，城市污水集中处理率80%以上。", "深圳市人民政府 广东省深圳市 2015年"
)
ROADS = passage("广东#1", "新建改建农村公路一万公里，完善交通运输网络。", "广东省人民政府 深府〔2010〕183号")
GREEN = passage("广东#2", "饮用水源水质达标率95%以上。", "广东省人民政府 广东省 2010年")


@pytest.fixture
def found(tmp_path: Path) -> Terms:
    write(tmp_path / "terms", [WATER, ROADS, GREEN])
    return Terms(tmp_path / "terms")


def ids(hits: list[tuple[str, float]]) -> list[str]:
    return [passage_id for passage_id, _ in hits]


def test_characters_pairs_words_and_whole_figures_are_terms() -> None:
    assert tokens("PM2.5浓度下降15.8%") == [
        *("pm2.5", "浓", "度", "下", "降", "浓度", "度下", "下降", "15.8%", "15.8"),
        *("_浓度", "_下降"),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "深府〔2010〕183号",
        "深府[2010]183号",
        "深府（２０１０） 183 号",
        "深 府 ［2010］第183號",
        "深府【2010年】183号",
        "深府2010年第183号",
    ],
)
def test_a_document_number_is_one_term_however_it_is_written(written: str) -> None:
    assert "深府(2010)183号" in tokens(f"根据{written}文件")


def test_a_number_is_a_term_alone_and_with_its_unit() -> None:
    assert {"2015", "2015年", "1.2", "1.2万"} <= set(tokens("到２０１５ 年，建成1.2万件"))
    assert {"98%", "98"} <= set(tokens("98%以上")) and "98%以" not in tokens("98%以上")


def test_a_number_with_its_unit_counts_for_more(tmp_path: Path) -> None:
    write(
        tmp_path, [passage("a#1", "建设30公里绿道，种植12株树木。"), passage("b#1", "建设12公里绿道，种植30株树木。")]
    )
    assert ids(Terms(tmp_path).search("12公里", 2)) == ["b#1", "a#1"]
    assert ids(Terms(tmp_path).search("12株", 2)) == ["a#1", "b#1"]


@pytest.mark.parametrize("query", ["“排污许可”怎么申请", "《排污许可》怎么申请", "「排污許可」怎么申请"])
def test_what_is_quoted_counts_for_more(tmp_path: Path, query: str) -> None:
    write(tmp_path, [passage("a#1", "怎么申请登记"), passage("b#1", "怎么申请排污许可")])
    hits, plain = (dict(Terms(tmp_path).search(q, 2)) for q in (query, "排污许可怎么申请"))
    assert hits["b#1"] > plain["b#1"] and hits["a#1"] == pytest.approx(plain["a#1"], rel=0.01)


def test_the_number_of_another_issuer_is_another_term() -> None:
    assert not {token for token in tokens("粤府〔2010〕183号") if "(" in token} & set(tokens("深府〔2010〕183号"))


def test_a_question_finds_the_passage_that_shares_its_terms(found: Terms) -> None:
    assert ids(found.search("深圳2015年饮用水源达标率目标", 2)) == ["深圳#1", "广东#2"]


def test_traditional_and_full_width_writing_finds_the_same(found: Terms) -> None:
    assert found.search("飲用水源達標率９８％", 3) == found.search("饮用水源达标率98%", 3)


def test_the_context_line_is_found_but_counts_for_less_than_the_text(tmp_path: Path) -> None:
    write(tmp_path, [passage("a#1", "环境质量", "森林覆盖率"), passage("b#1", "森林覆盖率", "环境质量")])
    hits = Terms(tmp_path).search("森林覆盖率", 2)
    assert ids(hits) == ["b#1", "a#1"] and hits[0][1] == pytest.approx(2 * hits[1][1], rel=0.01)


def test_a_search_in_some_documents_finds_only_theirs(found: Terms) -> None:
    assert ids(found.search("饮用水源达标率", 3, ["广东"])) == ["广东#2"]
    assert found.search("饮用水源达标率", 3, []) == [] == found.search("饮用水源达标率", 3, ["无"])


def test_a_document_filter_does_not_change_a_score(found: Terms) -> None:
    assert found.search("饮用水源达标率", 3, ["广东", "深圳"]) == found.search("饮用水源达标率", 3)


def test_scores_of_named_passages_are_those_of_the_search(found: Terms) -> None:
    hits = dict(found.search("饮用水源达标率", 3))
    assert found.scores("饮用水源达标率", ["深圳#1", "广东#1", "广东#2"]) == hits


@pytest.mark.parametrize("query", ["", "  \n", "？！…", "()[]\"'", "🙂", "\x00", "《》"])
def test_a_query_without_terms_finds_nothing(found: Terms, query: str) -> None:
    assert found.search(query, 3) == [] and found.scores(query, ["深圳#1"]) == {}


@pytest.mark.parametrize(
    "query",
    ['text:"水" AND (NOT', "水源~2^9 +OR -", "id:深圳#1", "水" * 5000, "\ud800水", "*:*水", "[a TO z} 水", "水\x00源"],
)
def test_any_rubbish_is_a_bag_of_terms(found: Terms, query: str) -> None:
    assert "深圳#1" in ids(found.search(query, 3))


def test_ties_are_broken_by_id_however_many_they_are(tmp_path: Path) -> None:
    same = [passage(f"d#{number:03}", "河湖长制全面推行") for number in range(60)]
    write(tmp_path / "a", same[::-1])
    write(tmp_path / "b", same[30:])
    write(tmp_path / "b", same[:30])
    for name in "ab":
        assert ids(Terms(tmp_path / name).search("河湖长制", 5)) == [f"d#{number:03}" for number in range(5)]


def test_passages_are_added_replaced_and_dropped(tmp_path: Path) -> None:
    write(tmp_path, [WATER, ROADS])
    write(tmp_path, [GREEN, passage("广东#1", "新建铁路八百公里。")], ["广东#1", "深圳#1"])
    terms = Terms(tmp_path)
    assert len(terms) == 2 and set(ids(terms.search("饮用水源 公路 铁路", 5))) == {"广东#1", "广东#2"}


def test_an_index_without_passages_finds_nothing(tmp_path: Path) -> None:
    write(tmp_path, [])
    assert len(Terms(tmp_path)) == 0 and Terms(tmp_path).search("水", 3) == []


def test_reading_writes_nothing(found: Terms, tmp_path: Path) -> None:
    def state() -> dict[Path, tuple[int, int]]:
        return {path: (os.stat(path).st_mtime_ns, os.stat(path).st_size) for path in tmp_path.rglob("*")}

    before = state()
    assert Terms(tmp_path / "terms").search("水源", 1)
    assert state() == before


def test_the_frequency_of_a_term_is_the_number_of_passages_that_hold_it(found: Terms) -> None:
    assert found.frequencies(["达标", "公路", "98%", "无此"]) == {"达标": 2, "公路": 1, "98%": 1, "无此": 0}
