"""Read who issued a document, when, and under what title and number, from the text itself; mark what was concluded."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

from corpus.cleaner import Sentence
from corpus.document import Document, Enclosed, Span
from corpus.fold import fold
from corpus.numbers import find_numbers
from corpus.numerals import find_dates
from corpus.regions import find_regions, region_of_issuer, region_of_number

_GENRE = (
    "通知|意见|办法|规定|决定|公告|通告|条例|规划|方案|批复|复函|函|报告|纲要|细则|计划|要点|公报|命令|令|法|解释|通报|请示|纪要|章程|规则|规范|标准|措施|指南|预案"
    "|目录|清单|制度|准则|守则|法典|决议|说明|汇编|若干政策|政策"
)
_TITLE_END = re.compile(rf"(?:{_GENRE})(?:\((?:试行|暂行|修订|修正|草案|征求意见稿|\d{{4}}[^)]{{0,12}}|[^)]{{0,8}}稿|[^)]{{0,10}}修[正订][^)]{{0,4}})\))?(?:全文)?$")
_ORGAN = re.compile(
    r"^(?:中共)?[一-鿿]{2,30}(?:人民政府|政府|办公厅|办公室|委员会|人大常委会|常务委员会|局|厅|部|委|院|署|会|公司|大学|学院|中心|银行|总局|领导小组|指挥部)$|^国务院$"
)
_OWN_WORDS = re.compile(
    r"为(?:了|更好地|进一步|认真|全面|深入|切实|深入学习|学习){0,3}(?P<verb>贯彻落实|贯彻实施|贯彻执行|贯彻|落实|实施|执行|加强|规范|推进|促进|加快|提高|完善|做好|建立|健全|支持|保障|维护|鼓励|深化|提升)"
    r"(?P<object>[^。]{2,300}?)(?:现?(?:就|提出|制定|作出|出台)|特制定|结合)[^。]{0,120}?(?P<genre>实施意见|若干意见|指导意见|实施方案|工作方案|实施办法|管理办法|暂行办法|若干规定|若干措施|通知|意见|办法|方案|规定|规划|细则|措施|条例)"
)
_FIELDS = {
    "title": ("信息名称", "名称", "标题"),
    "number": ("文号", "发文字号", "公文文号"),
    "issuer": ("发布机构", "发文机关", "发文单位", "制定机关"),
    "issued": ("成文日期", "签署日期", "发文日期", "印发日期", "生成日期"),
    "published": ("发布日期", "发布时间", "公布日期", "登记日期"),
    "validity": ("有效性", "时效性", "效力状态"),
}
_HEAD_LINES = 12


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


@dataclass(frozen=True)
class _Found:
    value: str
    span: Span | None = None
    derived: bool = False


def identify(id: str, text: str, sentences: Sequence[Sentence], given: Given | None = None) -> Document:
    """Return the document with what its text tells of title, number, issuer, region, dates, validity and enclosures."""
    given = given or Given()
    folded = fold(text)
    found = _from_fields(folded, text, sentences)
    for read in (_number, _title, _signature, _letterhead, _issued_hint, _derived_title):
        for name, value in read(folded, text, sentences, found).items():
            found.setdefault(name, value)
    for item in fields(given):
        if value := getattr(given, item.name):
            found[item.name] = _Found(value)
    if "region" not in found and (region := _region(folded, found)):
        found["region"] = region
    if "title" not in found:
        found["title"] = _Found(_opening_words(text, sentences) or id, None, True)
    return Document(
        id=id,
        text=text,
        **{name: item.value for name, item in found.items()},  # type: ignore[arg-type]
        encloses=_encloses(folded, text, sentences, found),
        derived=tuple(sorted(name for name, item in found.items() if item.derived)),
        evidence={name: item.span for name, item in sorted(found.items()) if item.span},
    )


def _from_fields(folded: str, text: str, sentences: Sequence[Sentence]) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for sentence in sentences:
        if sentence.kind != "field":
            continue
        name, _, value = folded[sentence.start : sentence.end].partition(":")
        key = next((key for key, names in _FIELDS.items() if re.sub(r"\s", "", name) in names), None)
        raw = text[sentence.end - len(value.lstrip()) : sentence.end] if value.strip() else ""
        value = _field_value(key, raw)
        if key and value:
            found.setdefault(key, _Found(value, sentence.span, name == "登记日期"))
    return found


def _field_value(key: str | None, raw: str) -> str | None:
    if not key or not raw.strip():
        return None
    if key in ("issued", "published"):
        dates = find_dates(fold(raw))
        return dates[0].iso if dates else None
    if key == "number":
        numbers = find_numbers(fold(raw))
        return numbers[0].number if numbers else None
    return raw.strip()


def _head(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences before the text proper begins: title, number, letterhead, addressee."""
    head = []
    for sentence in sentences:
        if sentence.kind != "body":
            continue
        if len(head) >= _HEAD_LINES or sentence.marker:
            break
        head.append(sentence)
    return head


def _number(folded: str, text: str, sentences: Sequence[Sentence], found: dict[str, _Found]) -> dict[str, _Found]:
    for sentence in _head(sentences):
        piece = sentence.span.of(folded)
        for mention in find_numbers(piece):
            cited = piece[: mention.start].rstrip().endswith(("(", "》")) or len(piece) > 60
            if not cited and (mention.start == 0 or piece[: mention.start].endswith((" ", "("))):
                span = Span(sentence.start + mention.start, sentence.start + mention.end)
                return {"number": _Found(mention.number, span)}
    return {}


def _title(folded: str, text: str, sentences: Sequence[Sentence], found: dict[str, _Found]) -> dict[str, _Found]:
    head = _head(sentences)
    best: _Found | None = None
    for i, sentence in enumerate(head):
        start = sentence.start
        piece = sentence.span.of(folded)
        numbers = [m for m in find_numbers(piece) if m.start == 0]
        if numbers:
            start += numbers[0].end
            start += len(folded[start : sentence.end]) - len(folded[start : sentence.end].lstrip())
        line = folded[start : sentence.end]
        if not (4 <= len(line) <= 90) or line.endswith(("。", ":", ";", "!")) or not _TITLE_END.search(line):
            continue
        before = head[i - 1] if i else None
        organ = before.span.of(folded) if before else ""
        if line.startswith("关于") and _ORGAN.match(organ) and before:
            value = before.span.of(text) + text[start : sentence.end]
            return {"title": _Found(value, Span(before.start, sentence.end)), "issuer": _Found(before.span.of(text), before.span)}
        best = best or _Found(text[start : sentence.end], Span(start, sentence.end))
    return {"title": best} if best else {}


def _signature(folded: str, text: str, sentences: Sequence[Sentence], found: dict[str, _Found]) -> dict[str, _Found]:
    """Who signed and when: an organ's name with a date behind it, or on the line above it, standing alone."""
    hints = tuple(int(y) for item in found.values() for y in re.findall(r"(?:19|20)\d\d", item.value))
    bodies = [s for s in sentences if s.kind == "body"]
    for i in range(len(bodies) - 1, -1, -1):
        piece = bodies[i].span.of(folded)
        dates = find_dates(piece, hints) if len(piece) <= 60 else []
        if not dates or dates[-1].end < len(piece.rstrip(" )。")):
            continue
        date = dates[-1]
        organ = piece[: date.start].strip(" (")
        if organ and not _ORGAN.match(organ):
            continue
        organ_span = Span(bodies[i].start + piece.index(organ), bodies[i].start + piece.index(organ) + len(organ))
        if not organ and i and _ORGAN.match(bodies[i - 1].span.of(folded)):
            organ, organ_span = bodies[i - 1].span.of(folded), bodies[i - 1].span
        span = Span(bodies[i].start + date.start, bodies[i].start + date.end)
        result = {"issued": _Found(date.iso, span, date.broken)}
        if organ:
            result["issuer"] = _Found(organ_span.of(text), organ_span)
        return result
    return {}


def _letterhead(folded: str, text: str, sentences: Sequence[Sentence], found: dict[str, _Found]) -> dict[str, _Found]:
    for sentence in _head(sentences)[:4]:
        if _ORGAN.match(sentence.span.of(folded)):
            return {"issuer": _Found(sentence.span.of(text), sentence.span)}
    if title := found.get("title"):
        match = re.match(r"(?P<organ>.{2,40}?)(?:关于|转发|印发)", fold(title.value))
        if match and _ORGAN.match(match["organ"]):
            return {"issuer": _Found(title.value[: match.end("organ")], title.span)}
    return {}


def _issued_hint(folded: str, text: str, sentences: Sequence[Sentence], found: dict[str, _Found]) -> dict[str, _Found]:
    """Statutes say when they were passed under their title: (2015年3月1日…通过)."""
    for sentence in _head(sentences)[1:4]:
        piece = sentence.span.of(folded)
        dates = find_dates(piece)
        if dates and re.search(r"通过|公布|发布|批准|修订", piece):
            span = Span(sentence.start + dates[0].start, sentence.start + dates[0].end)
            return {"issued": _Found(dates[0].iso, span)}
    return {}


def _derived_title(folded: str, text: str, sentences: Sequence[Sentence], found: dict[str, _Found]) -> dict[str, _Found]:
    """Make a title from the sentence that says what the document is for: 为贯彻……，现提出以下实施意见."""
    if "title" in found:
        return {}
    for sentence in [s for s in sentences if s.kind == "body"][:8]:
        match = _OWN_WORDS.search(folded, sentence.start, sentence.end)
        if not match:
            continue
        issuer = found["issuer"].value if "issuer" in found else ""
        subject = _subject(text[match.start("object") : match.end("object")])
        title = f"{issuer}关于{match['verb']}{subject}的{match['genre']}"
        return {"title": _Found(title, None, True)}
    return {}


def _subject(words: str) -> str:
    """《国务院关于印发质量发展纲要的通知》和…… → 《质量发展纲要》; plain words up to their first comma."""
    named = re.match(r"[^《，,]{0,12}《(?P<name>[^》]{2,80})》", words)
    if not named:
        return re.split(r"[，,。；;]", words)[0].strip()
    name = named["name"]
    wrapped = re.fullmatch(r".{0,30}?(?:关于)?(?:印发|转发|发布)(?P<inner>.+)的通知", name)
    return f"《{wrapped['inner'] if wrapped else name}》"


def _region(folded: str, found: dict[str, _Found]) -> _Found | None:
    """The issuer's region; else the number's; else the place that the title names; else the one named most, marked derived."""
    ways: tuple[tuple[str, Callable[[str], object]], ...] = (("issuer", region_of_issuer), ("number", region_of_number))
    for name, of in ways:
        if name in found and (region := of(found[name].value)):
            return _Found(region.path, found[name].span, name == "number")  # type: ignore[attr-defined]
    for piece in (found["title"].value if "title" in found else "", folded[:3000]):
        counts: dict[str, int] = {}
        for mention in find_regions(piece):
            if len(mention.regions) == 1 and mention.regions[0].level in ("province", "city"):
                counts[mention.regions[0].path] = counts.get(mention.regions[0].path, 0) + 1
        if counts:
            return _Found(max(sorted(counts), key=lambda path: counts[path]), None, True)
    return None


def _opening_words(text: str, sentences: Sequence[Sentence]) -> str:
    first = next((s for s in sentences if s.kind == "body"), None)
    words = re.sub(r"\s+", " ", first.span.of(text)).strip("。：:；; ") if first else ""
    return words if len(words) <= 40 else words[:40] + "……"


def _encloses(folded: str, text: str, sentences: Sequence[Sentence], found: dict[str, _Found]) -> tuple[Enclosed, ...]:
    """What a 转发 or 印发 passes on: the title in the sentence that passes it on, with its own issuer and date."""
    title = fold(found["title"].value)
    if not re.search(r"转发|印发|发布", title):
        return ()
    for sentence in _head(sentences):
        piece = sentence.span.of(folded)
        match = re.search(r"(?P<organ>[一-鿿]{0,20}?)\"?《(?P<title>[^》]{4,120})》[^。]{0,60}(?:转发|印发|发布)给", piece)
        match = match or re.search(r"现将(?P<organ>[一-鿿]{0,20}?)《(?P<title>[^》]{4,120})》", piece)
        if match:
            span = Span(sentence.start + match.start("title"), sentence.start + match.end("title"))
            enclosed = Enclosed(span.of(text), match["organ"] or None, None, span)
            return (_dated(enclosed, folded, sentences),)
    return ()


def _dated(enclosed: Enclosed, folded: str, sentences: Sequence[Sentence]) -> Enclosed:
    name = fold(enclosed.title)
    for sentence in sentences:
        piece = sentence.span.of(folded)
        if sentence.kind == "body" and piece.startswith(name):
            dates = find_dates(piece[len(name) :])
            return replace(enclosed, issued=dates[0].iso if dates else None)
    return enclosed
