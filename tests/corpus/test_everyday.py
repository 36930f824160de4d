"""The lexicon is valid row by row, keeps apart what must stay apart, and is found at word borders only."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from corpus.everyday import alternatives
from corpus.fold import fold

WORDS = Path(__file__).parents[2] / "corpus" / "data" / "everyday_words.csv"


@cache
def rows() -> list[tuple[str, list[str]]]:
    with WORDS.open(encoding="utf-8", newline="") as lines:
        return [(row["everyday"], row["official"].split("|")) for row in csv.DictReader(lines)]


@cache
def by_key() -> dict[str, list[str]]:
    return dict(rows())


def reached(start: str) -> set[str]:
    """Return every term that repeated replacing leads to, ``start`` included."""
    seen, open_ends = {start}, [start]
    official = by_key()
    while open_ends:
        new = set(official.get(open_ends.pop(), ())) - seen
        seen |= new
        open_ends.extend(new)
    return seen


def found(question: str) -> Iterator[str]:
    folded = fold(question)
    return (folded[a.start : a.end] for a in alternatives(folded))


def test_every_row_is_valid_and_its_key_is_unique() -> None:
    words = rows()
    assert len(words) >= 1500
    assert len({everyday for everyday, _ in words}) == len(words)
    for everyday, official in words:
        assert 1 <= len(everyday) <= 8, everyday
        assert 1 <= len(official) <= 8, everyday
        assert len(set(official)) == len(official), everyday
        assert all(term and term == term.strip() for term in official), everyday


def test_every_word_is_written_as_folded_text_has_it() -> None:
    for everyday, official in rows():
        assert [fold(word) for word in (everyday, *official)] == [everyday, *official]


def test_no_key_stands_for_itself() -> None:
    assert [everyday for everyday, official in rows() if everyday in official] == []


def test_every_key_standing_alone_is_found() -> None:
    assert [everyday for everyday, _ in rows() if list(found(everyday)) != [everyday]] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("污水处理率", "饮用水源水质达标率"),
        ("饮用水源达标率", "自来水普及率"),
        ("饮用水", "污水"),
        ("合格率", "优良率"),
        ("空气优良率", "污水处理率"),
        ("绿化率", "森林覆盖率"),
        ("人均绿地", "绿化覆盖率"),
        ("万元gdp能耗", "万元gdp水耗"),
        ("万元gdp水耗", "万元gdp能耗"),
        ("环境噪音", "交通噪声"),
        ("pm2.5", "可吸入颗粒物"),
        ("so2", "氮氧化物"),
        ("城里人收入", "农村居民人均可支配收入"),
        ("小企业", "中型企业"),
        ("小企业", "大型企业"),
        ("企业", "产品"),
        ("知名度", "满意度"),
        ("gdp", "人均地区生产总值"),
        ("至少", "不超过"),
        ("涨", "下降"),
        ("一成", "20%"),
        ("失业金", "基本养老金"),
        ("医保", "基本养老保险"),
        ("产假", "病假"),
        ("小学", "中学"),
    ],
)
def test_what_must_stay_apart_stays_apart(one: str, other: str) -> None:
    assert other not in reached(one)
    assert one not in reached(other)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("老板把脏水排到河里怎么罚", ["老板", "脏水", "排到河里", "怎么罚"]),
        ("厂子造假货会被吊执照吗", ["厂子", "造假货", "吊执照"]),
        ("乱排脏水", ["乱排脏水"]),  # the longest wins
        ("环保局给农民发钱吗", ["环保局", "农民", "发钱"]),
    ],
)
def test_everyday_words_are_found_in_order_and_the_longest_wins(question: str, words: list[str]) -> None:
    assert list(found(question)) == words


@pytest.mark.parametrize(
    ("question", "word"),
    [("钱塘江", "钱"), ("监护工作", "护工"), ("科学技术", "学技术"), ("交通", "交"), ("厂址", "厂"), ("船舶", "船")],
)
def test_a_word_inside_another_is_left_alone(question: str, word: str) -> None:
    assert word not in list(found(question))


def test_nothing_is_found_in_nothing() -> None:
    assert alternatives("") == []
    assert alternatives("\ud800?") == []
