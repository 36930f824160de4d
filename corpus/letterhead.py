"""Read the head of a document: its number, title, issuer and when it was passed, as they stand before the text proper."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.cleaner import Sentence
from corpus.document import Span
from corpus.fold import fold
from corpus.numbers import find_numbers
from corpus.numerals import find_dates
from corpus.titles import is_organ, is_title

_HEAD_LINES = 12
_LONGEST_TITLE = 120
_PASSED = re.compile(r"通过|公布|发布|批准|修订|公告|令")
_BODY = re.compile(
    r"日\s*\)?\s*(?P<organ>[一-鿿]{3,40}?)(?:第[一二三四五六七八九十百\d]+次(?:全体|主席团|常务)?会议|令|公告|发布|制定)"
)
_OWN_WORDS = re.compile(
    r"为(?:了|更好地|进一步|认真|全面|深入|切实|深入学习|学习){0,3}(?P<verb>贯彻落实|贯彻实施|贯彻执行|贯彻|落实|实施|执行|加强|规范|推进|促进|加快|提高|完善|做好|建立|健全|支持|保障|维护|鼓励|深化|提升)"
    r"(?P<object>[^。]{2,300}?)(?:现?(?:就|提出|制定|作出|出台)|特制定|结合)[^。]{0,120}?(?P<genre>实施意见|若干意见|指导意见|实施方案|工作方案|实施办法|管理办法|暂行办法|若干规定|若干措施|通知|意见|办法|方案|规定|规划|细则|措施|条例)"
)


@dataclass(frozen=True)
class Found:
    """What was read of an identity field, where, and whether it was concluded rather than read."""

    value: str
    span: Span | None = None
    derived: bool = False


def head(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Return the sentences before the text proper begins: title, number, letterhead, addressee."""
    found: list[Sentence] = []
    for sentence in sentences:
        if sentence.kind != "body":
            continue
        if len(found) >= _HEAD_LINES or sentence.marker:
            break
        found.append(sentence)
    return found


def number(folded: str, sentences: Sequence[Sentence]) -> Found | None:
    """Return the document's own number; one that its text cites is not meant."""
    for sentence in head(sentences):
        piece = folded[sentence.start : min(sentence.end, sentence.start + 61)]
        for mention in find_numbers(piece):
            cited = piece[: mention.start].rstrip().endswith(("(", "》")) or len(piece) > 60
            if not cited and (mention.start == 0 or piece[: mention.start].endswith((" ", "("))):
                return Found(mention.number, Span(sentence.start + mention.start, sentence.start + mention.end))
    return None


def title(folded: str, text: str, sentences: Sequence[Sentence]) -> dict[str, Found]:
    """Return the title, with its issuer where the organ stands on the line above it."""
    first = head(sentences)
    best: Found | None = None
    for i, sentence in enumerate(first):
        above = first[i - 1] if i else None
        found = _title_at(folded, text, sentence, first[i + 1 : i + 3])
        if found is None or (i > 2 and not re.search("关于|印发|转发", found.value)):
            continue
        if above and fold(found.value).startswith("关于") and is_organ(above.span.of(folded)) and found.span:
            organ = _one_line(above.span.of(text))
            return {
                "title": Found(organ + found.value, Span(above.start, found.span.end)),
                "issuer": Found(organ, above.span),
            }
        best = best or found
    return {"title": best} if best else {}


def _title_at(folded: str, text: str, sentence: Sentence, following: Sequence[Sentence]) -> Found | None:
    """A title that starts with this sentence, behind a number, on one line or on up to three."""
    start = sentence.start
    if sentence.end - start > _LONGEST_TITLE:
        return None
    if numbers := [m for m in find_numbers(sentence.span.of(folded)) if m.start == 0]:
        start += numbers[0].end
        start += len(folded[start : sentence.end]) - len(folded[start : sentence.end].lstrip())
    if (dated := find_dates(folded[start : sentence.end])) and dated[0].start == 0:
        start += dated[0].end
        start += len(folded[start : sentence.end]) - len(folded[start : sentence.end].lstrip())
    line = folded[start : sentence.end]
    if is_title(line) or (line and re.search(r"#\s*$", folded[max(0, start - 4) : start])):
        return Found(_one_line(text[start : sentence.end]), Span(start, sentence.end))
    for more in following if re.search("关于|转发|印发", line) and not re.search(r"[。,:;!?]", line) else ():
        whole = _one_line(folded[start : more.end])
        if len(whole) <= _LONGEST_TITLE and not re.search(r"[。:;!?]", whole) and is_title(whole.replace(" ", "")):
            return Found(_one_line(re.sub(r"\s*[\n\r]\s*", "", text[start : more.end])), Span(start, more.end))
    return None


def letterhead(folded: str, text: str, sentences: Sequence[Sentence], found: dict[str, Found]) -> Found | None:
    """Return the issuer named on a line of its own at the head, or with which the title begins."""
    first = head(sentences)
    for i, sentence in enumerate(first[:4]):
        after = first[i + 1].span.of(folded) if i + 1 < len(first) else ""
        if is_organ(sentence.span.of(folded)) and (find_numbers(after[:40]) or is_title(after[:_LONGEST_TITLE])):
            return Found(_one_line(sentence.span.of(text)), sentence.span)
    if name := found.get("title"):
        match = re.match(r"(?P<organ>.{2,60}?)\s*(?:关于|转发|印发)", fold(name.value))
        if match and is_organ(match["organ"]) and not re.match("转发|印发", match["organ"]):
            return Found(name.value[: match.end("organ")], name.span)
    return None


def passed(folded: str, sentences: Sequence[Sentence]) -> dict[str, Found]:
    """Return who passed a statute and when, and when it was made public: 2015年3月1日…第十次会议通过."""
    found: dict[str, Found] = {}
    for sentence in head(sentences)[1:6]:
        piece = folded[sentence.start : min(sentence.end, sentence.start + 120)]
        dates = find_dates(piece)
        if not dates or dates[0].start > 2 or not _PASSED.search(piece):
            continue
        span = Span(sentence.start + dates[0].start, sentence.start + dates[0].end)
        if re.search(r"(?:公布|公告|发布)\S{0,4}$", piece):
            found.setdefault("published", Found(dates[0].iso, span))
        found.setdefault("issued", Found(dates[0].iso, span))
        if organ := _BODY.search(piece):
            span = Span(sentence.start + organ.start("organ"), sentence.start + organ.end("organ"))
            found.setdefault("issuer", Found(_plain_organ(organ["organ"]), span, True))
    return found


def _plain_organ(organ: str) -> str:
    """第十届全国人民代表大会常务委员会 → 全国人民代表大会常务委员会, 最高人民法院审判委员会 → 最高人民法院."""
    organ = re.sub(r"第[一二三四五六七八九十百\d]+届", "", organ)
    organ = re.sub(r"^中华人民共和国(?=国务院)", "", organ)
    return re.sub(r"(?:审判|检察)委员会$", "", organ)


def own_title(folded: str, text: str, sentences: Sequence[Sentence], found: dict[str, Found]) -> Found | None:
    """Make a title from the sentence that says what the document is for: 为贯彻……，现提出以下实施意见."""
    for sentence in [s for s in sentences[:60] if s.kind == "body"][:8]:
        match = _OWN_WORDS.search(folded, sentence.start, min(sentence.end, sentence.start + 1000))
        if match:
            issuer = found["issuer"].value if "issuer" in found else ""
            subject = _subject(text[match.start("object") : match.end("object")])
            return Found(f"{issuer}关于{match['verb']}{subject}的{match['genre']}", None, True)
    return None


def _subject(words: str) -> str:
    """《国务院关于印发质量发展纲要的通知》和…… → 《质量发展纲要》; plain words up to their first comma."""
    named = re.match(r"[^《，,]{0,12}《(?P<name>[^》]{2,80})》", words)
    if not named:
        return re.split(r"[，,。；;]", words)[0].strip()
    name = named["name"]
    wrapped = re.fullmatch(r".{0,30}?(?:关于)?(?:印发|转发|发布)(?P<inner>.+)的通知", name)
    return f"《{wrapped['inner'] if wrapped else name}》"


def _one_line(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()
