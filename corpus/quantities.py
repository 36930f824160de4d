"""Read quantities: 98%以上, 不低于百分之九十八, 5-6家, 1.2万件, 三分之二以上. Works on folded text; knows nothing of indicators."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpus.numerals import chinese_number
from corpus.units import FIRST, MEASURES, UNITS

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)?)"
_D = "[〇零一二两三四五六七八九十百千]"
_BIG = rf"{_D}+亿{_D}+万?{_D}*|{_D}+万{_D}+"
_HANZI = r"[〇零一二两三四五六七八九十百千]+(?:点[〇零一二三四五六七八九]+)?"
_TIMES = "万亿|千万|百万|十万|万|亿|千|百"
_TO = r"\s*(?:-|~|至|到)\s*"
_SPANS = r"[^,。;、]{0,9}?[-~至到]"  # only where something like 至 comes soon is a range looked for
_START = re.compile(r"[\d〇零一二两三四五六七八九十百千万]+")
_VALUE = re.compile(
    rf"(?:百分之(?P<pct>{_HANZI}|{_DIGITS})(?:{_TO}百分之(?P<pct2>{_HANZI}|{_DIGITS}))?"
    rf"|(?P<whole>{_HANZI})分之(?P<part>{_HANZI})"
    r"|(?<![\d/.a-z])(?P<part2>[1-9])/(?P<whole2>[2-9]|10)(?![\d/.年月])"
    rf"|(?=[\d.,]+{_SPANS})(?P<low>{_DIGITS})\s*(?P<m0>{_TIMES})?(?P<u0>{UNITS})?{_TO}(?P<high>{_DIGITS})\s*(?P<m1>{_TIMES})?[余多馀]?(?P<u1>{UNITS})?"
    rf"|(?P<num>{_DIGITS})\s*[余多馀]?(?P<m2>{_TIMES})?[余多馀]?(?P<u2>{UNITS})?"
    rf"|(?={_HANZI}{_SPANS})(?P<hlow>{_HANZI})(?P<m3>万|亿)?(?:{UNITS})?{_TO}(?P<hhigh>{_HANZI})(?P<m4>万亿|万|亿)?(?P<u4>{UNITS})"
    rf"|(?P<han>{_BIG}|{_HANZI}|(?<![一-鿿]百)(?<!千)万(?=[名家户人]))(?P<m5>万亿|万|亿)?[余多馀]?(?P<u5>{UNITS}))"
)
_LEAST = ("不低于", "不少于", "不小于", "不得少于", "不得低于", "至少", "最少", "最低", "年满", "已满", "满", ">=", "≥")
_MORE = ("高于", "大于", "多于", "超过", "突破", "超", ">")
_MOST = ("不超过", "不高于", "不多于", "不得超过", "不得高于", "不大于", "控制在", "至多", "最多", "最高", "<=", "≤")
_LESS = ("低于", "少于", "小于", "不足", "不满", "未满", "未达到", "<")
_ABOUT = ("约", "大约", "接近", "近")
_SILENT = ("力争", "达到", "达", "控制在")  # said of the figure, no part of it
_BEFORE = re.compile(
    rf"(?P<before>{'|'.join(sorted({*_LEAST, *_MORE, *_MOST, *_LESS, *_ABOUT, *_SILENT}, key=len, reverse=True))})?"
    r"(?:(?:全年|总数|总量|全部)的)?\s*$"
)
_FAR = re.compile(  # 不超过实际费用50%: a share is compared across the words of its whole
    r"(不超过|不高于|不多于|不低于|不少于|不得低于|不得少于|不得超过|不得高于|超过|低于|高于)[一-鿿]{1,14}(?:数|量|额|费用|收入|资金|工资|价格?|面积|产值|的)$"
)
_AT_LEAST = re.compile(r"(至少|最少)(?!\d)[一-鿿]{1,8}$")  # 至少保存3年
_FOREMOST = re.compile(r"(?<![以之提目年月日天届满空])前$")  # 前三名
_AFTER = re.compile(
    r"\s*(?P<after>及?以上|及?以下|以内|之内|(?<!\s)内(?![设部容地涵外蒙河陆资控业需贸政])|左右|上下|之间)"
)
_COMPARATORS = {
    **dict.fromkeys((*_LEAST, "以上", "及以上"), ">="),
    **dict.fromkeys(_MORE, ">"),
    **dict.fromkeys((*_MOST, "以下", "及以下", "以内", "之内", "内"), "<="),
    **dict.fromkeys(_LESS, "<"),
    **dict.fromkeys((*_ABOUT, "左右", "上下"), "~"),
}
_FACTORS = {"百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}
_NUMERALS = frozenset("〇零一二两三四五六七八九十百千万")
_FOLLOW = FIRST | frozenset("0123456789余多馀亿分点至到-~ ")  # what may come after a Chinese numeral that is a figure
_LONGEST_BEFORE = 12
_IDEOGRAPH = re.compile(r"(?!的)[一-鿿]")
_YEARS = re.compile(r"(?:(?:19|20)\d\d|[一二][〇零一二三四五六七八九]{3})年?(?:\s?[-至到~]\s?(?:19|20)\d\d年?)?")
_HOTLINE = re.compile(r"(?:[一-鿿]{2})?(?:热线|电话|平台)")
_OF_MONTH = re.compile(r"\s*月")
_DATED = re.compile(r"\d\s?[-/:.]\s?$")
_LATIN, _CODE = re.compile(r"[a-z]$"), re.compile(r"(?:[a-z][\s/]?|_)$")
_NAMES = re.compile(r"号|时(?!间)|[a-z]{2,}|届|\s?[-/:]\s?\d")
_TELEPHONE = re.compile(r"\d{7,}|^0\d")
_MADE = re.compile(
    r"(?:建立|建成|建设|新建|新增|培育|完成|打造|创建|扶持|评选|设立|增加|达到?|期限?|共有?|分为|配备|奖励|补助|处)(?:为|了|约)?$"
)
_LASTS = re.compile(r"(?:期|假|时间|提前|每次|休|满|不?[少低]于)$")


@dataclass(frozen=True)
class Quantity:
    """A figure at ``start:end`` of a folded text, comparator and unit included; ``low``–``high`` its value in ``unit``."""

    start: int
    end: int
    comparator: str  # >= > <= < = ~
    low: float
    high: float
    unit: str
    figure: int  # where the digits begin

    def same_as(self, other: "Quantity") -> bool:
        """Tell whether two quantities say the same value in the same unit, however they are written."""
        return (self.low, self.high, self.unit) == (other.low, other.high, other.unit)


def find_quantities(folded: str, start: int = 0, end: int | None = None) -> list[Quantity]:
    """Return the quantities of a stretch of folded text, in order; dates, numbers of documents and enumerators left out.

    >>> q = find_quantities("不低于百分之九十八")[0]; (q.comparator, q.low, q.unit)
    ('>=', 98.0, '%')
    >>> q = find_quantities("处一千元以上一万元以下罚款")[0]; (q.low, q.high, q.unit)
    (1000.0, 10000.0, '元')
    """
    found: list[Quantity] = []
    for quantity in _read_all(folded, start, len(folded) if end is None else end):
        last = found[-1] if found else None
        if last and last.end == quantity.start and _is_span(last, quantity):
            found[-1] = replace(last, end=quantity.end, comparator="=", high=quantity.high)
        else:
            found.append(quantity)
    return found


def _is_span(low: Quantity, high: Quantity) -> bool:
    """一千元以上一万元以下 is one figure."""
    return low.unit == high.unit and (low.comparator, high.comparator) == (">=", "<=") and low.high <= high.low


def _read_all(folded: str, start: int, end: int) -> Iterator[Quantity]:
    free = start
    for run in _START.finditer(folded, start, end):
        at = max(run.start(), free)
        if at < run.end() < end and folded[at] in _NUMERALS and folded[run.end()] not in _FOLLOW:
            continue  # 一些, 三、
        while at < run.end():
            match = _VALUE.match(folded, at, end)
            if match is None:
                break
            quantity = _quantity(folded, match, free, end)
            at = free = quantity.end if quantity else match.end()
            if quantity:
                yield quantity


def _quantity(folded: str, match: re.Match[str], free: int, limit: int) -> Quantity | None:
    low, high, unit = _value(match)
    figure = match.start()
    if low is None or high is None or low > high or _is_no_quantity(folded, match, unit):
        return None
    lead = _BEFORE.search(folded[max(free, figure - _LONGEST_BEFORE) : figure])
    tail = _AFTER.match(folded, match.end(), limit)
    before, after = (lead["before"] if lead else "") or "", tail["after"] if tail else ""
    foremost = unit in ("名", "位", "%", "强") and not after and _FOREMOST.search(folded, max(free, figure - 2), figure)
    far = None if before or after else _far(folded[max(free, figure - 24) : figure], unit)
    if _is_speech(folded, match, low, unit, bool(_COMPARATORS.get(before) or after or foremost or far)):
        return None
    if (
        unit == "日"
        and match["num"]
        and high <= 31
        and not after
        and not far
        and not _LASTS.search(folded, max(0, figure - 4), figure)
    ):
        return None  # 20日前: a day of the month
    if not unit and after in ("以上", "以下") and _IDEOGRAPH.match(folded, tail.end() if tail else 0):
        return None  # 3以下检查项目: a marker
    comparator = _COMPARATORS.get(after) or _COMPARATORS.get(before) or (_COMPARATORS[far[1]] if far else "=")
    begin = figure - len(lead[0]) if lead and lead["before"] and before not in _SILENT else figure
    begin = figure - len(far[0]) if far else begin
    if foremost:
        begin, comparator = figure - 1, "<="
    begin -= 1 if folded[begin - 1 : begin] == "第" and unit in ("名", "位") else 0
    return Quantity(begin, tail.end() if tail else match.end(), comparator, low, high, unit, figure)


def _far(before: str, unit: str) -> re.Match[str] | None:
    """What compares a figure across other words: 不得少于成员总数的三分之二, 至少保存3年."""
    return (_FAR.search(before) if unit == "%" else None) or _AT_LEAST.search(before)


def _value(match: re.Match[str]) -> tuple[float | None, float | None, str]:
    if match["pct"]:
        return _number(match["pct"]), _number(match["pct2"] or match["pct"]), "%"
    if match["whole"]:
        whole, part = _number(match["whole"]), _number(match["part"])
        share = round(100 * part / whole, 6) if whole and part is not None else None
        return share, share, "%"
    if match["part2"]:
        share = round(100 * int(match["part2"]) / int(match["whole2"]), 6)
        return (share, share, "%") if share < 100 else (None, None, "")
    low, high, unit = _counted(match)
    tenths = unit == "成" and low is not None and high is not None
    return (low * 10, high * 10, "%") if tenths else (low, high, unit)


def _counted(match: re.Match[str]) -> tuple[float | None, float | None, str]:
    if match["low"]:
        factor = _FACTORS.get(match["m1"] or "", 1.0)
        low = _scale(match["low"], _FACTORS[match["m0"]] if match["m0"] else factor)
        same = not match["u0"] or match["u0"] == (match["u1"] or match["u0"])
        return low if same else None, _scale(match["high"], factor), match["u1"] or match["u0"] or ""
    if match["hlow"]:
        factor = _FACTORS.get(match["m4"] or "", 1.0)
        low = _scale(match["hlow"], _FACTORS[match["m3"]] if match["m3"] else factor)
        return low, _scale(match["hhigh"], factor), match["u4"]
    value = _scale(match["num"] or match["han"], _FACTORS.get(match["m2"] or match["m5"] or "", 1.0))
    return value, value, match["u2"] or match["u5"] or ""


def _scale(text: str, factor: float) -> float | None:
    value = _number(text)
    return None if value is None else round(value * factor, 6)


def _number(text: str) -> float | None:
    plain = text.replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return float(plain) if len(plain) <= 30 else None
    return 10_000.0 if plain == "万" else chinese_number(plain)


def _is_no_quantity(folded: str, match: re.Match[str], unit: str) -> bool:
    """Tell whether a number is a date, a time, an ordinal, a title's, a name's or an enumerator rather than a figure."""
    at, end = match.start(), match.end()
    text, before, after = match[0], folded[max(0, at - 3) : at], folded[end : end + 6]
    if before.rstrip().endswith("第") and unit not in ("名", "位"):
        return True
    if folded.rfind("《", max(0, at - 80), at) > folded.rfind("》", max(0, at - 80), at):
        return True
    if _YEARS.fullmatch(text):
        return True
    if not text[0].isdigit():
        return False
    if unit in ("学年", "年度") and _YEARS.match(text):
        return True
    hotline = not unit and _HOTLINE.match(after)
    dated = _OF_MONTH.match(after) or _DATED.search(before) or (unit in ("", "日") and before.rstrip().endswith("月"))
    named = (_LATIN if unit else _CODE).search(before) or _NAMES.match(after)
    number = not unit and not match["m2"] and _TELEPHONE.search(text)
    encoded = unit == "%" and (before.endswith("%") or (after[:1].isascii() and after[:1].isalnum()))  # %E5%88
    opens = at == 0 or folded[at - 1] in "\n。;: "
    enumerates = opens and after[:1] in (".", "、", ")") and not unit
    return bool(hotline or dated or named or number or encoded or enumerates)


def _is_speech(folded: str, match: re.Match[str], value: float, unit: str, compared: bool) -> bool:
    """A Chinese numeral counts where it is large, measured, compared or said to be made: “三个代表” is a name."""
    if not (match["han"] or match["hlow"]):
        return False
    at, after = match.start(), folded[match.end() : match.end() + 1]
    before = folded[max(0, at - 8) : at]
    if before[-1:] in tuple('第之"统同万唯专其') or after in tuple('"口方牌体') or _quoted(folded, at):
        return True
    made = _MADE.search(before)
    tenths = unit == "%" and value >= 20
    figure = (value >= 10 and unit != "%") or tenths or unit in MEASURES or compared or bool(match["hlow"])
    return not (figure or (made and value >= 2) or (made and unit not in ("批", "种", "个", "次")))


def _quoted(folded: str, at: int) -> bool:
    """Tell whether a quotation that opened in the same sentence is still open."""
    return re.split(r"[。!?\n]", folded[max(0, at - 400) : at])[-1].count('"') % 2 == 1
