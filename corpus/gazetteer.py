"""The places themselves: divisions, sub-regions and their names, loaded once from ``corpus/data``. Reads no texts."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from corpus.fold import fold

Level = Literal["nation", "province", "city", "county", "area"]
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Region:
    """A place: its six-digit code (an area has ``area:`` and its name), name, path of names, level."""

    code: str
    name: str
    path: str
    level: Level
    extent: tuple[str, ...] = field(repr=False)  # prefixes of the codes that it covers

    def within(self, other: "Region") -> bool:
        """Tell whether every part of this place lies in ``other``; a place lies within itself."""
        return all(part.startswith(other.extent) for part in self.extent)


NATION = Region("000000", "全国", "全国", "nation", ("",))


@dataclass(frozen=True)
class Gazetteer:
    """Names, folded, and the regions that they may mean."""

    by_code: dict[str, Region]
    full: dict[str, tuple[Region, ...]]  # names with their suffix
    strict: frozenset[str]  # of both kinds: ordinary words as well, so a place only right after its parent
    alone: dict[str, tuple[Region, ...]]  # short names that say a place by themselves
    short: dict[str, tuple[Region, ...]]  # all short names: for filters and right after a parent
    stops: frozenset[str]  # words that only look like a place
    starts: dict[str, tuple[str, ...]]  # the first two characters of every name and stop word, longest first
    goes_on: re.Pattern[str]  # what makes another name of a bare one before it: 大学, but not 大学生
    heads: dict[str, str]  # first characters of document numbers, and the code of their place
    nation: tuple[str, ...]  # how the names of national organs begin

    def meanings(self, name: str) -> tuple[Region, ...]:
        """Return every region of this folded name; if it stands alone, of the highest level only."""
        alone = () if name in self.strict else self.alone.get(name, ())
        return self.full.get(name) or alone or self.short.get(name) or ()


@cache
def gazetteer() -> Gazetteer:
    """Load the gazetteer; the first call takes some 25 ms."""
    rows = _rows("divisions.csv")
    hand: dict[str, list[tuple[str, str]]] = {}
    for kind, name, value in _rows("region_names.csv"):
        hand.setdefault(kind, []).append((name, value))
    by_code = {**_divisions(rows), NATION.code: NATION}
    strict = frozenset(fold(name) for name, _ in hand["strict"])
    full, alone, short = _names(rows, by_code)
    for name, code in hand["name"]:
        _add(full if name.endswith(_SUFFIXES) else alone, fold(name), by_code[code])
    for names, members in hand["area"]:
        area = _area(names.split("|"), tuple(members.split("+")), by_code)
        by_code.update((region.code, region) for (region,) in area.values())
        alone.update(area)
        short.update(area)
    short.update(dict.fromkeys(("全国", "中国", "国家"), (NATION,)))
    stops = frozenset(fold(name) for name, _ in hand["stop"])
    return Gazetteer(
        by_code,
        full,
        strict,
        alone,
        short,
        stops,
        _by_start(stops.union(full, alone, short)),
        re.compile("|".join(fold(f"{word}(?!{unless})" if unless else word) for word, unless in hand["after"])),
        {fold(head): code for head, code in hand["number"]},
        tuple(fold(name) for name, _ in hand["nation"]),
    )


_SUFFIXES = ("省", "市", "区", "县", "州", "盟", "旗")
# How people and papers shorten 恩施土家族苗族自治州 and 通道侗族自治县.
_SHORTENED = {"自治州": ("州", "自治州"), "自治县": ("县", "自治县"), "自治旗": ("旗",)}


def _rows(name: str) -> list[list[str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def _divisions(rows: Iterable[list[str]]) -> dict[str, Region]:
    """Return the regions by code; rows come with every parent before its children."""
    regions: dict[str, Region] = {}
    for code, name, *_ in rows:
        extent = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
        parent = regions.get(code[:4] + "00") or regions.get(code[:2] + "0000")
        level: Level = {2: "province", 4: "city", 6: "county"}[len(extent)]
        path = (parent.path if parent else "") + name
        regions[code] = Region(code, name, path, level, (extent,))
    return regions


def _names(
    rows: Iterable[list[str]], by_code: dict[str, Region]
) -> tuple[dict[str, tuple[Region, ...]], dict[str, tuple[Region, ...]], dict[str, tuple[Region, ...]]]:
    """Return full names, short names that stand alone, and all short names."""
    full, alone, short, former = {}, {}, {}, {}
    for code, name, brief, is_alone in rows:
        region, brief = by_code[code], fold(brief)
        _add(full, fold(name), region)
        for ending in _SHORTENED.get(name[-3:], ()) if brief else ():
            _add(full, brief + ending, region)
        if not brief:
            continue
        _add(short, brief, region)
        if region.level == "county" and name[-1] in "市区":
            _add(former, brief + "县", region)  # most of them were counties when older texts were written
        if is_alone == "1" and not _is_taken(brief, region, alone):
            _add(alone, brief, region)
    return {**former, **full}, alone, short


def _is_taken(name: str, region: Region, alone: dict[str, tuple[Region, ...]]) -> bool:
    """A province's short name is the province's (吉林, 海南), a prefecture's (恩施) no county's; others share."""
    order = ("province", "city", "county")
    return any(order.index(other.level) < order.index(region.level) for other in alone.get(name, ()))


def _add(names: dict[str, tuple[Region, ...]], name: str, region: Region) -> None:
    if region not in names.get(name, ()):
        names[name] = (*names.get(name, ()), region)


def _area(names: list[str], extent: tuple[str, ...], by_code: dict[str, Region]) -> dict[str, tuple[Region, ...]]:
    provinces = {part[:2] for part in extent}
    path = by_code[provinces.pop() + "0000"].path if len(provinces) == 1 else ""
    region = Region(f"area:{names[0]}", names[0], path + names[0], "area", extent)
    return {fold(name): (region,) for name in names}


def _by_start(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    starts: dict[str, list[str]] = {}
    for name in names:
        starts.setdefault(name[:2], []).append(name)
    return {start: tuple(sorted(group, key=len, reverse=True)) for start, group in starts.items()}
