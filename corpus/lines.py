"""Part a folded text into lines, hard-wrapped ones joined, and tell page furniture and identity fields from the rest."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from corpus.document import Span
from corpus.markers import marker_at
from corpus.titles import TITLE_END

LineKind = Literal["furniture", "field", "plain"]

_FURNITURE = re.compile(
    r"^(?:https?://\S+|\W*|<!--.*-->|\(?责任编辑.{0,20}|扫一扫.{0,20}|.{0,6}公网安备.{0,30}|.{0,8}备案.{0,6}(?:编?号|号).{0,40}|.{0,4}icp备.{0,20}"
    r"|网站标识码.{0,30}|(?:主办|承办|技术支持|版权所有|维护)(?:单位)?[:：].{0,40}|联系电话[:：][\d\-、 ]{5,30}|(?:您?的?当前|所在)位置[:：].{0,60}|首页\s*[>»].{0,60}"
    r"|(?:字号|字体)[:：].{0,20}|(?:打印|关闭|分享|收藏|返回顶部|返回首页|上一篇|下一篇|浏览次数|访问量|来源|文章来源|信息来源|点击数?)(?:[:：|\s].{0,40})?"
    r"|\(?(?:网站地图|网站帮助|联系我们|设为首页|加入收藏)\)?.{0,60}|分享到.{0,20}|\d{1,3}|第\s*\d+\s*页(?:\s*[,/共].{0,12})?|-\s*\d{1,4}\s*-)$"
)
FIELD_NAMES = (
    r"索引号|文\s*号|发文字号|公文文号|统一登记号|公开方式|公开范围|公开形式|公开时限|公开程序|信息时效期|签署日期|登记日期|所属机构|所属主题|发文日期|公开责任部门"
    r"|信息分类|发布机构|发布日期|发布时间|更新时间|公布日期|信息名称|名\s*称|标\s*题|关键词|主题词|主题分类|体裁分类|组配分类|成文日期|印发日期|生成日期|发文机关|发文单位|制定机关"
    r"|有\s*效\s*性|时\s*效\s*性|效力状态|实施日期|施行日期|生效日期|废止日期|失效日期|服务对象|内容概述|责任部门|主\s*办"
)
_FIELD = re.compile(rf"^(?:{FIELD_NAMES})\s*[:：].{{0,120}}$")
_LONGEST_SPECIAL = 200  # characters, above which a line is neither furniture nor field
_NEVER_GOES_ON = "。!?;:…□■\"')》」』"
_CLOSED = re.compile(rf"(?:{TITLE_END.pattern})|[号日]$")  # a title, a number, a date: what stands on a line of its own
_LONG_LINE = 40  # characters, from which on a line that ends in mid-sentence was wrapped
_SLACK = 6  # columns that a full line may fall short by: an indent of two, a word kept whole
_WIDEST = 100  # columns of a page whose lines are wrapped, at most


def kind_of(line: str) -> LineKind:
    """Tell what a folded line is as a whole."""
    if len(line) > _LONGEST_SPECIAL:
        return "plain"
    return "furniture" if _FURNITURE.match(line) else "field" if _FIELD.match(line) else "plain"


def lines(folded: str) -> Iterator[Span]:
    """Yield the lines that are not blank, without the blanks around them, hard-wrapped ones joined."""
    single = [line for m in re.finditer(r"[^\n\r\v\f\u2028\u2029]+", folded) if (line := trim(folded, *m.span()))]
    width = _page_width(folded, single)
    start = 0
    for i, line in enumerate(single):
        last = i + 1 == len(single)
        if last or not _wraps(folded, line, single[i + 1], width):
            yield Span(single[start].start, line.end)
            start = i + 1


def trim(folded: str, start: int, end: int) -> Span | None:
    """Return ``start:end`` without the blanks at its ends; None when nothing is left."""
    piece = folded[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    return Span(start, end) if start < end else None


def _page_width(folded: str, single: Sequence[Span]) -> int | None:
    """Return the columns at which a page's lines were wrapped: many lines are as wide and end in mid-sentence."""
    widths = [_columns(line.of(folded)) for line in single if line.end - line.start <= _WIDEST]
    if len(widths) < len(single) or not widths:
        return None
    widest = max(widths)
    full = [line for line, width in zip(single, widths, strict=True) if width >= widest - _SLACK]
    cut = sum(folded[line.end - 1] not in _NEVER_GOES_ON for line in full)
    return widest if 40 <= widest <= _WIDEST and len(full) >= 3 and cut >= 0.6 * len(full) else None


def _columns(line: str) -> int:
    return len(line) + sum(char >= "\u2e80" for char in line)


def _wraps(folded: str, before: Span, after: Span, width: int | None) -> bool:
    """Tell whether a line break in the middle of a sentence parts the two lines."""
    first, second = before.of(folded), after.of(folded)
    if first[-1] in _NEVER_GOES_ON and second[0] not in ",、。;)》":
        return False
    if _alone(first) or _alone(second) or marker_at(folded, after.start):
        return False
    if first[-1] in ",、" or second[0] in ",、。;)》":
        return True
    if _CLOSED.search(first):
        return False
    full = len(first) >= _LONG_LINE if width is None else _columns(first) >= width - _SLACK
    return full and first[-1] not in _NEVER_GOES_ON and not re.search(r"\s{2,}", first)


def _alone(line: str) -> bool:
    return line.startswith(("--", "#")) or "|" in line or "\t" in line or kind_of(line) != "plain"
