"""Find where sentences begin and end inside a line of a folded text. Knows nothing of what the sentences are."""

import re
from collections.abc import Iterator

from corpus.document import Span
from corpus.markers import CANDIDATE, Marker, marker_at
from corpus.titles import SIGNER, is_title

RULE = re.compile(r"[━─—―_=*＊－\-]{6,}")
INLINE_FIELD = re.compile(r"(?:发布日期|发布时间|成文日期|印发日期)[:：]\s*\d{4}[-年./]\d{1,2}[-月./]\d{1,2}日?")
_HASHES = re.compile(r"#{1,6}\s+|>\s+")  # of a Markdown heading or quotation
_STOP = re.compile(r"[()]|[。!?]+")
_MARKED = re.compile(rf"[。!?]|{CANDIDATE.pattern}")
_BLANK = re.compile(r"\s+")
_CLOSERS = "\"')》」』"
_DATE = re.compile(
    r"(?:\d{4}|[一二][〇零一二三四五六七八九]{3})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日\)?"
)
_SIGNERS = re.compile(
    rf"(?P<before>^|[。!;)\s(-])(?P<organs>[一-鿿]{{0,24}}{SIGNER}(?:[ 、]{{1,3}}[一-鿿]{{0,24}}{SIGNER}){{0,5}})\s*\(?$"
)
_SIGNED_BEFORE = 90  # characters before a date that its signers may take
_NOT_AFTER_DATE = re.compile(r"[,，。、;；:：的起至前后止以召会第印发公布颁通批审]")
_ADDRESSEES = re.compile(
    r"(?:^|(?<=[。知见定法案告函号\-\s]))各[^。:]{2,120}(?:人民政府|政府|部门|单位|机构|企业|学校|院校|厅局|委员会)[^。:]{0,30}:"
    r"|(?<=见)省人民政府:|(?<=[知见])(?:国务院|市政府|市人民政府|省政府):"
)
_HEAD = 600  # characters at the start of a line in which a title, a number and addressees may follow each other
_BLANKS_MATTER = 100  # characters, from which on a line may hold what were lines of their own


def edges(folded: str, line: Span) -> Iterator[int]:
    """Yield the places inside a line where one sentence ends and the next begins, in no order."""
    if hashes := _HASHES.match(folded, line.start, line.end):
        line = Span(hashes.end(), line.end)
        yield line.start
    for pattern in (RULE, INLINE_FIELD):
        for match in pattern.finditer(folded, line.start, line.end):
            yield from match.span()
    yield from _sentence_ends(folded, line)
    yield from _signatures(folded, line)
    for match in _ADDRESSEES.finditer(folded[line.start : min(line.end, line.start + 4 * _HEAD)]):
        yield line.start + match.start()
        yield line.start + match.end()
    yield from _run_in_markers(folded, line)
    if line.end - line.start >= _BLANKS_MATTER:
        yield from _lost_breaks(folded, line)


def _sentence_ends(folded: str, line: Span) -> Iterator[int]:
    depth = 0
    for match in _STOP.finditer(folded, line.start, line.end):
        if match[0] in "()":
            depth = max(0, depth + (1 if match[0] == "(" else -1))
        elif not (depth and _closes_soon(folded, match.start(), line.end)):
            end = match.end()
            while end < line.end and folded[end] in _CLOSERS + "。!?":
                end += 1
            yield end


def _closes_soon(folded: str, position: int, end: int) -> bool:
    """A full stop inside brackets ends no sentence: （……。） — unless the bracket was never closed."""
    return folded.find(")", position, min(end, position + 120)) >= 0


def _signatures(folded: str, line: Span) -> Iterator[int]:
    for date in _DATE.finditer(folded, line.start, line.end):
        back = max(line.start, date.start() - _SIGNED_BEFORE)
        signed = _SIGNERS.search(folded[back : date.start()])
        if signed is None or (date.end() < line.end and _NOT_AFTER_DATE.match(folded[date.end()])):
            continue
        if signed["before"] == "(":  # the line under an enclosed title: (省质监局二〇〇五年…)
            if date[0].endswith(")"):
                yield date.end()
        elif signed["before"] or back == line.start:
            yield back + signed.start("organs")
            yield date.end()


def _run_in_markers(folded: str, line: Span) -> Iterator[int]:
    """Yield where enumerators stand in mid-line: after a sentence, after a colon, or right after the title they divide."""
    opener: Marker | None = marker_at(folded, line.start)
    last = line.start
    for found in _MARKED.finditer(folded, line.start, line.end):
        at = found.start()
        if found[0] in "。!?":
            last = found.end()
            opener = marker_at(folded, last) if last < line.end else None
            if opener:
                yield last
            continue
        before = folded[at - 1] if at > line.start else ""
        if at <= last or not (before in ';:)"》 ' or "一" <= before <= "鿿"):
            continue
        marker = marker_at(folded, at)
        if marker and _begins(folded, marker, before, opener, last):
            yield at
            opener, last = marker, at


def _begins(folded: str, marker: Marker, before: str, opener: Marker | None, last: int) -> bool:
    if before in ":;" and marker.number == 1 and marker.level >= 4:
        return True
    if before == ";" and marker.level >= 5:
        return True
    if opener is None or marker.number != 1 or opener.level >= marker.level or marker.start - last > 60:
        return False
    between = folded[last : marker.start]
    return marker.level >= 5 and "第" not in before and not between.endswith(("第", "项", "款", "条"))


def _lost_breaks(folded: str, line: Span) -> Iterator[int]:
    """Yield the blanks of a long line that were line breaks: before an enumerator, around title and number."""
    last = line.start
    for blank in _BLANK.finditer(folded, line.start, line.end):
        at = blank.end()
        piece = folded[last : blank.start()] if blank.start() - last <= 130 else ""
        in_head = at - line.start <= _HEAD
        marker = marker_at(folded, at)
        if (
            marker
            and marker.level >= 4
            and not re.search(r"[a-z\d+=.第表图件至和、]$", piece or folded[at - 3 : at].strip())
        ):
            yield at
        elif in_head and piece and (is_title(piece) or re.search(r"\(\d{4}\)\s*\d+号$", piece)):
            yield last
            yield at
        elif not folded.startswith("附件", at) and not (in_head and folded[blank.start() - 1] in ":。"):
            continue
        last = at
