"""Places in text, in filters, in issuers and in document numbers."""

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from corpus.gazetteer import gazetteer
from corpus.regions import NATION, find_regions, region_of_issuer, region_of_number, resolve

LOOK_ALIKES = """
国中山 海南方 中山大学 吉林大学 北京师范大学 大同小异 和平 黄山松 南方 南京路 上海证券 浙江卫视 深圳银行 孙中山
平安 新华 南京西路 乡村和县城 主管部门和县（市、区） 各县（市、区） 管理县 合作市场 东方市场 朝阳 白银价格 城区 矿区
西南山区 阿里巴巴 以上海域 造福建设 推广东西部 重大庆典 扩大连接 全国人大 南通道 京港澳高速 黄河南岸
"""
POLICIES = sorted(Path("corpus/policies").glob("*.txt"))


def paths(text: str) -> list[str]:
    """Return the place of every mention; candidates of one mention are joined by a bar."""
    return ["|".join(region.path for region in mention.regions) for mention in find_regions(text)]


def one(name: str):
    (region,) = resolve(name)
    return region


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("深圳2015年饮用水源达标率目标", ["广东省深圳市"]),
        ("深圳市和广东省的对比", ["广东省深圳市", "广东省"]),
        ("內蒙古自治區與廣東省", ["内蒙古自治区", "广东省"]),
        ("广西省乡村振兴专项资金", ["广西壮族自治区"]),
        ("恩施、恩施州、恩施市", ["湖北省恩施土家族苗族自治州"] * 2 + ["湖北省恩施土家族苗族自治州恩施市"]),
        ("通道县与通道侗族自治县", ["湖南省怀化市通道侗族自治县"] * 2),
        ("番禺区所有活禽交易市场", ["广东省广州市番禺区"]),
        ("浙江义乌为返工人员", ["浙江省金华市义乌市"]),
        ("香港、澳门和台湾", ["香港特别行政区", "澳门特别行政区", "台湾省"]),
        ("吉林与吉林市", ["吉林省", "吉林省吉林市"]),
        ("重庆忠县税务局", ["重庆市忠县"]),
        ("在河南济源市", ["河南省济源市"]),
        ("陕西省神木县、府谷县", ["陕西省榆林市神木市", "陕西省榆林市府谷县"]),
        ("天津市场监管委", ["天津市"]),
        ("上海银行业", ["上海市"]),
        ("海南方面表示", ["海南省"]),
    ],
)
def test_a_place_is_found_by_the_names_people_use(text: str, found: list[str]) -> None:
    assert paths(text) == found


@pytest.mark.parametrize("text", LOOK_ALIKES.split())
def test_a_word_that_only_looks_like_a_place_is_none(text: str) -> None:
    assert paths(text) == []


def test_a_chain_is_one_mention_of_its_last_place() -> None:
    text = "请问广东省深圳市南山区的目标"
    (mention,) = find_regions(text)
    assert text[mention.start : mention.end] == "广东省深圳市南山区"
    assert [region.path for region in mention.regions] == ["广东省深圳市南山区"]


@pytest.mark.parametrize("text", ["北京朝阳", "北京市朝阳区", "北京朝阳区"])
def test_a_parent_lets_an_ordinary_word_be_a_place(text: str) -> None:
    assert paths(text) == ["北京市朝阳区"]


def test_a_district_of_many_cities_keeps_all_of_them() -> None:
    assert len(find_regions("鼓楼区的规定")[0].regions) == 4


def test_an_earlier_place_decides_between_candidates() -> None:
    assert paths("南京市出台办法，鼓楼区先行") == ["江苏省南京市", "江苏省南京市鼓楼区"]
    assert paths("北京市海淀区、朝阳区") == ["北京市海淀区", "北京市朝阳区"]


def test_a_district_that_its_city_does_not_have_is_no_other_citys() -> None:
    assert paths("漯河市西城区") == ["河南省漯河市"]


def test_areas_of_official_texts_are_places() -> None:
    found = [mention.regions[0] for mention in find_regions("珠江三角洲地区95%，东西两翼、粤北地区90%以上")]
    assert [(region.name, region.level) for region in found] == [
        ("珠三角", "area"),
        ("东西两翼", "area"),
        ("粤北", "area"),
    ]


@pytest.mark.parametrize(
    ("inner", "outer", "holds"),
    [
        ("深圳市", "广东省", True),
        ("深圳市", "深圳市", True),
        ("广东省", "深圳市", False),
        ("深圳市", "珠三角", True),
        ("珠三角", "广东省", True),
        ("粤北", "珠三角", False),
        ("广州市", "粤北", False),
        ("湘南", "湖南省", True),
        ("京津冀", "全国", True),
        ("南山区", "深圳市", None),
        ("济源市", "河南省", True),
    ],
)
def test_a_place_lies_within_what_covers_all_of_it(inner: str, outer: str, holds: bool | None) -> None:
    found = [region.within(one(outer)) for region in resolve(inner)]
    assert sorted(found) == [False, True] if holds is None else found == [holds]


@pytest.mark.parametrize("name", ["深圳", "深圳市", "广东省深圳市", "广东深圳", "440300", "4403", "４４０３００"])
def test_a_filter_may_say_a_place_in_any_way(name: str) -> None:
    assert [region.path for region in resolve(name)] == ["广东省深圳市"]


def test_a_filter_that_names_no_place_gives_none() -> None:
    assert resolve("火星") == resolve("999999") == resolve("") == resolve("深圳" * 2500) == ()


@pytest.mark.parametrize(
    ("issuer", "path"),
    [
        ("深圳市人民政府", "广东省深圳市"),
        ("广东省人民政府办公厅", "广东省"),
        ("中共郴州市委", "湖南省郴州市"),
        ("国家税务总局深圳市税务局", "广东省深圳市"),
        ("国务院", "全国"),
        ("教育部", "全国"),
        ("国家发展和改革委员会", "全国"),
        ("省质监局", None),
        ("鼓楼区人民政府", None),
        ("北京大学", None),
        ("", None),
    ],
)
def test_an_issuer_speaks_for_its_place(issuer: str, path: str | None) -> None:
    region = region_of_issuer(issuer)
    assert (region and region.path) == path


@pytest.mark.parametrize(
    ("number", "path"),
    [
        ("粤府办〔2005〕90号", "广东省"),
        ("粤府［２０００］１８号", "广东省"),
        ("深府〔2010〕183号", "广东省深圳市"),
        ("穗府〔2013〕1号", "广东省广州市"),
        ("郴政发〔2010〕4号", "湖南省郴州市"),
        ("湘政发〔2010〕4号", "湖南省"),
        ("苏府〔2010〕4号", "江苏省苏州市"),
        ("苏政发〔2010〕4号", "江苏省"),
        ("国发〔2015〕1号", "全国"),
        ("宁政发〔2015〕1号", None),
        ("", None),
    ],
)
def test_a_document_number_tells_its_place(number: str, path: str | None) -> None:
    region = region_of_number(number)
    assert (region and region.path) == path


def test_the_nation_is_a_place_where_a_text_speaks_of_all_of_it() -> None:
    assert [mention.regions for mention in find_regions("全国2020年目标")] == [(NATION,)]


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_mentions_of_a_real_policy_come_in_order_and_never_overlap(path: Path) -> None:
    text = path.read_text("utf-8-sig", errors="replace")
    mentions = find_regions(text)
    assert all(0 <= m.start < m.end <= len(text) and m.regions for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


def test_every_place_is_found_again_by_its_path() -> None:
    unfound = [r.path for r in gazetteer().by_code.values() if r not in resolve(r.path)]
    assert unfound == []


def test_every_code_that_was_written_by_hand_exists() -> None:
    places = gazetteer()
    with Path("corpus/data/region_names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = {row["value"] for row in rows if row["kind"] in {"name", "number"}}
    parts = {part for row in rows if row["kind"] == "area" for part in row["value"].split("+")}
    assert codes <= places.by_code.keys()
    assert all(any(code.startswith(part) for code in places.by_code) for part in parts)
    assert len({(row["kind"], row["name"]) for row in rows}) == len(rows)
