"""Tell a document's title, number, issuer, region, dates and enclosures from its text; mark what was concluded."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields

from corpus.cleaner import Sentence
from corpus.document import Document
from corpus.enclosures import encloses
from corpus.fold import fold
from corpus.letterhead import Found, letterhead, number, own_title, passed, title
from corpus.numbers import find_numbers
from corpus.numerals import find_dates
from corpus.regions import NATION, find_regions, region_of_issuer, region_of_number
from corpus.signature import signature
from corpus.titles import SIGNER

_FIELDS = {
    "title": ("信息名称", "名称", "标题"),
    "number": ("文号", "发文字号", "公文文号"),
    "issuer": ("发布机构", "发文机关", "发文单位", "制定机关"),
    "issued": ("成文日期", "签署日期", "发文日期", "印发日期", "生成日期"),
    "published": ("发布日期", "发布时间", "公布日期", "登记日期", "更新时间"),
    "validity": ("有效性", "时效性", "效力状态"),
}
_CONCLUDED = ("登记日期", "更新时间")  # not said to be the date of publication, but near it
_LAST_FIELD = 60  # sentences from the top, below which a line of this form is the text's own
_OPENING = 3000  # characters in which a document without issuer speaks of its own place
_OURS = {"市": re.compile("我市|全市|本市"), "省": re.compile("我省|全省|本省")}


@dataclass(frozen=True)
class Given:
    """Identity that came with a document from outside; it goes before what the text says."""

    title: str | None = None
    number: str | None = None
    issuer: str | None = None
    region: str | None = None
    issued: str | None = None
    published: str | None = None
    url: str | None = None


def identify(id: str, text: str, sentences: Sequence[Sentence], given: Given | None = None) -> Document:
    """Return the document with what its text tells of title, number, issuer, region, dates, validity and enclosures."""
    given = given or Given()
    folded = fold(text)
    found = _read(folded, text, sentences)
    for item in fields(given):
        if value := getattr(given, item.name):
            found[item.name] = Found(value)
    if "region" not in found and (region := _region(folded, found)):
        found["region"] = region
    if "title" not in found:
        found["title"] = Found(_opening_words(text, sentences) or id, None, True)
    return Document(
        id=id,
        text=text,
        **{name: item.value for name, item in found.items()},  # type: ignore[arg-type]
        encloses=encloses(folded, text, sentences, found["title"]),
        derived=tuple(sorted(name for name, item in found.items() if item.derived)),
        evidence={name: item.span for name, item in sorted(found.items()) if item.span},
    )


def _read(folded: str, text: str, sentences: Sequence[Sentence]) -> dict[str, Found]:
    """Ask every place that tells something of the identity; the first to tell a field is believed."""
    found = _from_fields(folded, text, sentences)
    if own := number(folded, sentences):
        found.setdefault("number", own)
    found = {**title(folded, text, sentences), **found}
    found = {**signature(folded, text, sentences, found), **found}
    if organ := letterhead(folded, text, sentences, found):
        found.setdefault("issuer", organ)
    found = {**passed(folded, sentences), **found}
    if "title" not in found and (made := own_title(folded, text, sentences, found)):
        found["title"] = made
    return found


def _from_fields(folded: str, text: str, sentences: Sequence[Sentence]) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for sentence in sentences[:_LAST_FIELD]:
        if sentence.kind != "field":
            continue
        name, _, value = folded[sentence.start : sentence.end].partition(":")
        name = re.sub(r"\s", "", name)
        key = next((key for key, names in _FIELDS.items() if name in names), None)
        raw = text[sentence.end - len(value.lstrip()) : sentence.end] if value.strip() else ""
        if key and (said := _field_value(key, raw)):
            found.setdefault(key, Found(said, sentence.span, name in _CONCLUDED))
    return found


def _field_value(key: str, raw: str) -> str | None:
    if key in ("issued", "published"):
        dates = find_dates(fold(raw))
        return dates[0].iso if dates else None
    if key == "number":
        numbers = find_numbers(fold(raw))
        return numbers[0].number if numbers else None
    return raw.strip() or None


def _region(folded: str, found: dict[str, Found]) -> Found | None:
    """The issuer's region; else the number's; else the one that the title or the text calls its own, marked derived."""
    issuer, own_number = found.get("issuer"), found.get("number")
    if issuer and (region := region_of_issuer(issuer.value)):
        return Found(region.path, issuer.span, issuer.derived)
    if own_number and (region := region_of_number(own_number.value)):
        return Found(region.path, own_number.span, True)
    name = fold(found["title"].value) if "title" in found else ""
    for mention in find_regions(name[:120]):
        opens = re.fullmatch(r"\W*(?:关于)?(?:印发|转发)?", name[: mention.start]) is not None
        speaks = re.match(rf"[一-鿿]{{0,12}}{SIGNER}", name[mention.end :]) is not None
        if (
            len(mention.regions) == 1
            and mention.regions[0].level in ("province", "city", "county")
            and (opens or speaks)
        ):
            return Found(mention.regions[0].path, found["title"].span, True)
    if name.startswith("中华人民共和国"):
        return Found(NATION.path, found["title"].span, True)
    return _own_place(folded[:_OPENING])


def _own_place(opening: str) -> Found | None:
    """The place named most by a text that speaks of 我市 or 全省."""
    for suffix, ours in _OURS.items():
        if ours.search(opening):
            regions = [m.regions[0] for m in find_regions(opening) if len(m.regions) == 1]
            named = Counter(r.path for r in regions if r.name.endswith(suffix) and r.level in ("province", "city"))
            if named:
                return Found(max(sorted(named), key=lambda path: named[path]), None, True)
    return None


def _opening_words(text: str, sentences: Sequence[Sentence]) -> str:
    first = next((s for s in sentences if s.kind == "body"), None)
    words = re.sub(r"\s+", " ", text[first.start : min(first.end, first.start + 200)]) if first else ""
    words = words.strip("。：:；;，,、 ")
    return words if len(words) <= 40 else words[:40] + "……"
