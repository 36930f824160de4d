"""Cut a published text into sentences and tell what each is: body, page furniture, identity field, repeat. Rewrites nothing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from corpus.document import Span
from corpus.fold import fold
from corpus.markers import Marker, marker_at

Kind = Literal["body", "furniture", "field", "repeat"]

_RULE = re.compile(r"[━─—―_=*＊－\-]{6,}")
_FURNITURE = re.compile(
    r"^(?:https?://\S+|\W*|\(?责任编辑.{0,20}|扫一扫.{0,20}|.{0,6}公网安备.{0,30}|.{0,8}备案.{0,6}(?:编?号|号).{0,40}|.{0,4}icp备.{0,20}"
    r"|网站标识码.{0,30}|(?:主办|承办|技术支持|版权所有|维护)(?:单位)?[:：].{0,40}|联系电话[:：][\d\-、 ]{5,30}|(?:您?的?当前|所在)位置[:：].{0,60}|首页\s*[>»].{0,60}"
    r"|(?:字号|字体)[:：].{0,20}|(?:打印|关闭|分享|收藏|返回顶部|返回首页|上一篇|下一篇|浏览次数|访问量|来源|文章来源|信息来源|点击数?)(?:[:：|\s].{0,40})?"
    r"|\(?(?:网站地图|网站帮助|联系我们|设为首页|加入收藏)\)?.{0,60}|分享到.{0,20}|\d{1,3}|第\s*\d+\s*页(?:\s*[,/共].{0,12})?|-\s*\d{1,4}\s*-)$"
)
FIELD_NAMES = (
    r"索引号|文\s*号|发文字号|公文文号|统一登记号|公开方式|公开范围|公开形式|公开时限|公开程序|信息时效期|签署日期|登记日期|所属机构|所属主题|发文日期|公开责任部门"
    r"|信息分类|发布机构|发布日期|发布时间|公布日期|信息名称|名\s*称|标\s*题|关键词|主题词|主题分类|体裁分类|组配分类|成文日期|印发日期|生成日期|发文机关|发文单位|制定机关"
    r"|有\s*效\s*性|时\s*效\s*性|效力状态|实施日期|施行日期|生效日期|废止日期|失效日期|服务对象|内容概述|责任部门|主\s*办"
)
_FIELD = re.compile(rf"^(?:{FIELD_NAMES})\s*[:：].{{0,120}}$")
_INLINE_FIELD = re.compile(r"(?:发布日期|发布时间|成文日期|印发日期)[::]\s*\d{4}[-年./]\d{1,2}[-月./]\d{1,2}日?")
_ENDS = "。!?;…□■"
_CLOSERS = '"\')》」』'
_ORGAN = r"(?:人民政府|政府办公厅|办公厅|办公室|委员会|人大常委会|[一-鿿]局|[一-鿿]厅|[一-鿿]部|法院|检察院|国务院)"
_SIGNED = re.compile(
    rf"(?P<organ>[一-鿿]{{0,24}}?{_ORGAN})\s*\(?(?P<date>(?:\d{{4}}|[一二][〇零一二三四五六七八九]{{3}})年[\d一二三四五六七八九十]{{1,3}}月[\d一二三四五六七八九十]{{1,3}}日)\)?"
)
_NOT_AFTER_DATE = re.compile(r"[,，。、;；:：的起至前后止以召会第印发公布颁通批审]")
_SHORTEST_REPEAT = 8  # characters, below which an equal sentence is not called a repeat
_OWN_REPEAT = 25  # in a document that is not shuffled, a shorter equal sentence may belong to its own article
_SHUFFLED = 0.08  # share of repeated sentences above which the order of a document is not to be trusted


@dataclass(frozen=True)
class Sentence:
    """A sentence or a line of a document, or a heading; ``line`` numbers the published line that it starts on."""

    start: int
    end: int
    kind: Kind
    line: int
    marker: Marker | None = None  # the enumerator it opens with

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


def clean(text: str) -> tuple[Sentence, ...]:
    """Cut ``text`` into sentences in order: every character that is not white space lies in exactly one of them."""
    folded = fold(text)
    sentences = [sentence for line, span in enumerate(_blocks(folded)) for sentence in _cut(folded, span, line)]
    return tuple(_mark_repeats(folded, sentences))


def shuffled(sentences: Iterable[Sentence]) -> bool:
    """Tell whether so much is repeated that sentences cannot be trusted to stand in their order."""
    kinds = [s.kind for s in sentences if s.kind in ("body", "repeat")]
    return len(kinds) >= 5 and kinds.count("repeat") / len(kinds) >= _SHUFFLED


def _blocks(folded: str) -> Iterator[Span]:
    """Yield lines, hard-wrapped ones joined."""
    lines = [_trim(folded, m.start(), m.end()) for m in re.finditer(r"[^\n\r\v\f\u2028\u2029]+", folded)]
    held: Span | None = None
    for line in (line for line in lines if line.start < line.end):
        if held and _wraps(folded, held, line):
            held = Span(held.start, line.end)
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def _trim(folded: str, start: int, end: int) -> Span:
    while start < end and folded[start].isspace():
        start += 1
    while end > start and folded[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _wraps(folded: str, before: Span, after: Span) -> bool:
    """Tell whether a line break in the middle of a sentence parts the two lines."""
    first, second = before.of(folded), after.of(folded)
    if _plain_line(first) or _plain_line(second) or marker_at(folded, after.start) or second.startswith("--"):
        return False
    if first[-1] in ",、" or second[0] in ",、。;)》":
        return True
    return len(first) >= 40 and first[-1] not in _ENDS + _CLOSERS + ":" and not re.search(r"\s{2,}", first)


def _plain_line(line: str) -> bool:
    return bool(_FURNITURE.match(line) or _FIELD.match(line) or "|" in line or "\t" in line)


def _cut(folded: str, block: Span, line: int) -> Iterator[Sentence]:
    whole = block.of(folded)
    if _FURNITURE.match(whole) or _FIELD.match(whole):
        kind: Kind = "furniture" if _FURNITURE.match(whole) else "field"
        yield Sentence(block.start, block.end, kind, line)
        return
    edges = sorted({block.start, block.end, *_edges(folded, block)})
    for start, end in zip(edges, edges[1:], strict=False):
        span = _trim(folded, start, end)
        if span.start < span.end:
            yield _sentence(folded, span, line)


def _sentence(folded: str, span: Span, line: int) -> Sentence:
    piece = span.of(folded)
    if _RULE.fullmatch(piece) or not re.search(r"\w", piece):
        return Sentence(span.start, span.end, "furniture", line)
    if _INLINE_FIELD.fullmatch(piece):
        return Sentence(span.start, span.end, "field", line)
    marker = marker_at(folded, span.start)
    return Sentence(span.start, span.end, "body", line, marker)


def _edges(folded: str, block: Span) -> Iterator[int]:
    """Yield the places inside a line where one sentence ends and the next begins."""
    for pattern in (_RULE, _INLINE_FIELD):
        for match in pattern.finditer(folded, block.start, block.end):
            yield from match.span()
    yield from _sentence_ends(folded, block)
    yield from _signatures(folded, block)
    yield from _addressees(folded, block)
    yield from _run_in_markers(folded, block)


def _sentence_ends(folded: str, block: Span) -> Iterator[int]:
    depth = 0
    for i in range(block.start, block.end):
        char = folded[i]
        depth = max(0, depth + (char == "(") - (char == ")"))
        if char in "。!?" and not (depth and _closes_soon(folded, i, block.end)):
            end = i + 1
            while end < block.end and folded[end] in _CLOSERS + "。!?":
                end += 1
            yield end


def _closes_soon(folded: str, position: int, end: int) -> bool:
    """A full stop inside brackets ends no sentence: （……。） — unless the bracket was never closed."""
    close = folded.find(")", position, min(end, position + 120))
    return close >= 0


def _signatures(folded: str, block: Span) -> Iterator[int]:
    for match in _SIGNED.finditer(folded, block.start, block.end):
        before = folded[match.start() - 1] if match.start() > block.start else "。"
        if match.end() < block.end and _NOT_AFTER_DATE.match(folded[match.end()]):
            continue
        if before in "。!;)-" or match.start() == block.start:
            yield match.start()
            yield match.end()
        elif match["date"] and folded[match.end() - 1] == ")":  # the line under an enclosed title: (省质监局二〇〇五年…)
            yield match.end()


def _addressees(folded: str, block: Span) -> Iterator[int]:
    for match in re.finditer(r"(?:^|(?<=[。知见定法案告函\-]))各[^。:]{4,120}(?:人民政府|政府|部门|单位|机构|企业|学校|院校|厅局)[^。:]{0,30}:", folded[block.start : block.end]):
        yield block.start + match.start()
        yield block.start + match.end()
    for match in re.finditer(r"(?<=见)省人民政府:|(?<=[知见])(?:国务院|市政府|市人民政府|省政府):", folded[block.start : block.end]):
        yield block.start + match.start()
        yield block.start + match.end()


def _run_in_markers(folded: str, block: Span) -> Iterator[int]:
    """Yield where enumerators stand in mid-line: after a sentence, after a colon, or right after the title they divide."""
    opener: Marker | None = marker_at(folded, block.start)
    last = block.start
    for i in range(block.start + 1, block.end):
        before = folded[i - 1]
        if before in "。!?":
            opener, last = marker_at(folded, i), i
        marker = marker_at(folded, i) if before in "。!?;::)\"》 " or "一" <= before <= "鿿" else None
        if marker is None or not _begins(folded, marker, before, opener, last):
            continue
        yield i
        opener, last = marker, i


def _begins(folded: str, marker: Marker, before: str, opener: Marker | None, last: int) -> bool:
    if before in "。!?":
        return True
    if before in ":;" and marker.number == 1 and marker.level >= 4:
        return True
    if before == ";" and marker.level >= 5:
        return True
    between = folded[last : marker.start]
    first_child = opener is not None and marker.number == 1 and opener.level < marker.level
    return first_child and marker.level >= 5 and len(between) <= 60 and "第" not in before and not between.endswith(("第", "项", "款", "条"))


def _mark_repeats(folded: str, sentences: list[Sentence]) -> Iterator[Sentence]:
    keys = [re.sub(r"\s", "", s.span.of(folded)) if s.kind in ("body", "field") else "" for s in sentences]
    seen: set[str] = set()
    again = []
    for key in keys:
        again.append(len(key) >= _SHORTEST_REPEAT and key in seen)
        seen.add(key)
    bodies = sum(s.kind == "body" for s in sentences)
    trusted = bodies < 5 or sum(again) / bodies < _SHUFFLED
    for i, sentence in enumerate(sentences):
        in_run = (i > 0 and again[i - 1]) or (i + 1 < len(again) and again[i + 1])
        own = trusted and len(keys[i]) < _OWN_REPEAT and not in_run
        yield replace(sentence, kind="repeat") if again[i] and not own else sentence
