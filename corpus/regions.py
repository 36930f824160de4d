"""Find places in Chinese text and name the place that an issuer or a document number speaks for.

Knows the country's divisions and the sub-regions of official texts (``corpus/data``); knows nothing of documents.
A name with its suffix (深圳市) is read wherever it is no part of a longer word; without (深圳) only where the
segmenter's words begin and end with it, and not inside another name (吉林大学, 中山路). What is an ordinary word as
well (朝阳, 白银, 城区) needs its suffix, or its parent directly before it. 全国 counts only where it tells how far
something reaches (全国各地, 全国2020年).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.fold import fold
from corpus.gazetteer import NATION, Gazetteer, Region, gazetteer

__all__ = ["NATION", "Mention", "Region", "find_regions", "region_of_issuer", "region_of_number", "resolve"]

_NATIONWIDE = re.compile(r"全国(?=[0-9各的到在将共有]|范围|平均|$)")
_WORD_AFTER = {"区": "域间别块位段", "市": "场值价盈售", "县": "级域"}
_IDEOGRAPH = re.compile(r"[^在由对与及\W\d_]")
_LONGEST = 40  # characters in a path of names, or more
_EDGE = 6  # characters on either side that the segmenter sees


@dataclass(frozen=True)
class Mention:
    """A place named in a text at ``[start, end)``; several regions where the name alone does not decide."""

    start: int
    end: int
    regions: tuple[Region, ...]


def find_regions(text: str) -> list[Mention]:
    """Return the places that ``text`` names, in order; a chain (广东省深圳市南山区) is one mention of its last place.

    Shared names keep all their candidates unless a place before them decides.

    >>> [(m.start, m.end, m.regions[0].path) for m in find_regions("深圳２０１５年饮用水源達標率")]
    [(0, 2, '广东省深圳市')]
    """
    places, folded, found = gazetteer(), fold(text), []
    read_to = 0
    for at in [at for at in range(len(folded) - 1) if folded[at : at + 2] in places.starts]:
        if at < read_to or not (mention := _mention_at(folded, at, places, found)):
            continue
        read_to = mention.end
        if mention.regions:
            found.append(mention)
    return found


def resolve(name: str) -> tuple[Region, ...]:
    """Return the regions that a filter value may mean: a code, a name with or without suffix, a path of names.

    >>> [region.path for region in resolve("440300")], resolve("火星")
    (['广东省深圳市'], ())
    """
    places, name = gazetteer(), fold(name).strip()
    code = name.ljust(6, "0") if name.isdigit() else name
    if code in places.by_code:
        return (places.by_code[code],)
    return _resolve(name, places) if len(name) <= _LONGEST else ()


def region_of_issuer(issuer: str) -> Region | None:
    """Return the place that an organ speaks for, 全国 for national organs, None where its name does not say.

    >>> region_of_issuer("广东省人民政府办公厅").name, region_of_issuer("国家税务总局深圳市税务局").name
    ('广东省', '深圳市')
    """
    places = [m for m in find_regions(issuer) if m.regions != (NATION,)]
    if places:
        return places[0].regions[0] if len(places[0].regions) == 1 else None
    return NATION if fold(issuer).strip().startswith(gazetteer().nation) else None


def region_of_number(number: str) -> Region | None:
    """Return the place of a document number's first characters (粤府办 → 广东省); None where several places share them.

    >>> region_of_number("深府〔2010〕183号").name, region_of_number("宁政发〔2015〕1号")
    ('深圳市', None)
    """
    places, number = gazetteer(), fold(number).strip()
    for size in range(min(len(number), 8), 0, -1):
        code = places.heads.get(number[:size])
        if code:
            return places.by_code[code]
    return None


def _mention_at(text: str, at: int, places: Gazetteer, before: Sequence[Mention]) -> Mention | None:
    """Return the mention that begins here; one without regions is a word that only looks like a place."""
    if nationwide := _NATIONWIDE.match(text, at):
        return Mention(at, nationwide.end(), (NATION,))
    for name in places.starts[text[at : at + 2]]:
        if not text.startswith(name, at):
            continue
        end = at + len(name)
        if name in places.stops:
            return Mention(at, end, ())
        regions = _regions_of(name, text, at, end, places)
        # 漯河市西城区: right after a place that has no such district it is none of the others either
        if not regions or (before and before[-1].end == at and regions[0].level == "county"):
            continue
        return _lengthen(Mention(at, end, regions), text, places, before)
    return None


def _regions_of(name: str, text: str, at: int, end: int, places: Gazetteer) -> tuple[Region, ...]:
    """Return what a name says that stands here without its parent."""
    if name in places.strict:
        return ()
    if name in places.full and _is_whole(text, at, end):
        return places.full[name]
    if name in places.alone and _is_word(text, at, end) and not _goes_on(text, end, places):
        return places.alone[name]
    return ()


def _lengthen(mention: Mention, text: str, places: Gazetteer, before: Sequence[Mention]) -> Mention:
    """Follow the chain of ever smaller places that begins with this one."""
    while child := _child(mention, text, places):
        mention = child
    return Mention(mention.start, mention.end, _narrow(mention.regions, before))


def _child(parent: Mention, text: str, places: Gazetteer) -> Mention | None:
    at = parent.end
    for name in places.starts.get(text[at : at + 2], ()):
        if not text.startswith(name, at):
            continue
        end = at + len(name)
        if name in places.stops:
            return None
        regions = tuple(_inside(places.full.get(name, ()), parent.regions))
        if regions and not _is_broken(text, end):
            return Mention(parent.start, end, regions)
        if name in places.short and _is_word(text, at, end) and not _goes_on(text, end, places):
            regions = tuple(r for r in _inside(places.short[name], parent.regions) if _is_next(r, parent, name, places))
            if regions:
                return Mention(parent.start, end, regions)
    return None


def _inside(regions: Iterable[Region], parents: Sequence[Region]) -> Iterator[Region]:
    return (region for region in regions if any(region != parent and region.within(parent) for parent in parents))


def _is_next(region: Region, parent: Mention, name: str, places: Gazetteer) -> bool:
    """A county's short name that is no place by itself needs its own city before it: 河北新华社 names no 新华区."""
    if region.level != "county" or (name not in places.strict and region in places.alone.get(name, ())):
        return True
    return any(above.level == "city" or above.path + region.name == region.path for above in parent.regions)


def _is_whole(text: str, at: int, end: int) -> bool:
    """Tell whether a name with its suffix is no part of another word: 苏州市|场, 乡村和县|城."""
    if _is_broken(text, end):
        return False
    if end - at == 2:
        return not _IDEOGRAPH.match(text[at - 1 : at]) and _is_word(text, at, end)
    return end - at > 3 or at in _edges(text, at, end)


def _is_broken(text: str, end: int) -> bool:
    return end < len(text) and text[end] in _WORD_AFTER.get(text[end - 1], "")


def _is_word(text: str, at: int, end: int) -> bool:
    return {at, end} <= _edges(text, at, end)


def _edges(text: str, at: int, end: int) -> set[int]:
    """Return where words begin and end around a name, by the segmenter's dictionary alone."""
    import rjieba

    edge = max(0, at - _EDGE)
    edges = {edge}
    for word in rjieba.cut(text[edge : end + _EDGE], False):
        edge += len(word)
        edges.add(edge)
    return edges


def _goes_on(text: str, end: int, places: Gazetteer) -> bool:
    """Tell whether the bare name goes on as another name: 吉林|大学, 南京|路; but 上海|银行业 is a place."""
    return places.goes_on.match(text, end) is not None


def _narrow(regions: tuple[Region, ...], before: Sequence[Mention]) -> tuple[Region, ...]:
    """Keep the candidates that share the city, else the province, of the nearest place before."""
    if len(regions) == 1:
        return regions
    for mention in reversed(before):
        for size in (6, 4, 2):
            heads = {prefix[:size] for region in mention.regions for prefix in region.extent if prefix}
            kept = tuple(r for r in regions if any(prefix[:size] in heads for prefix in r.extent))
            if kept:
                return kept
    return regions


def _resolve(name: str, places: Gazetteer) -> tuple[Region, ...]:
    if exact := places.meanings(name):
        return exact
    for size in range(len(name) - 2, 1, -1):
        heads = places.meanings(name[:size])
        if heads and (tail := tuple(_inside(_resolve(name[size:], places), heads))):
            return tail
    return ()
