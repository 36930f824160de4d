"""Read quantities: 98%以上, 不低于百分之九十八, 5-6家, 1.2万件, 全部. Works on folded text; knows nothing of indicators."""

import re
from dataclasses import dataclass

from corpus.numerals import chinese_number

_UNITS = (
    "吨标准煤|千瓦时|立方米|平方米|平方公里|公顷|公里|千米|万亩|摄氏度|个百分点|百分点|个工作日|工作日|个月|周岁|人次|辆次|毫克/升|微克/立方米"
    "|元/人|元/月|元/年|美元|港元|欧元|元|吨|公斤|千克|克|斤|亩|米|厘米|毫米|升|毫升|人|名|位|户|家|所|个|件|项|条|种|类|款|部|台|辆|艘|架|套|座|栋|处|间|床|张|份|本|册|篇"
    "|次|届|期|轮|批|宗|起|例|场|节|门|学时|课时|学分|小时|分钟|秒|天|日|周|年|岁|倍|成|折|分|度|级|℃|%|‰|㎡|m2|km|千亿|kg|位次|支|只|头|株|棵|粒|片|道|班|对|组|枚|层|幢|村|镇|县|街道|社区"
)
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_HANZI = r"[〇零一二两三四五六七八九十百千]+(?:点[〇零一二三四五六七八九]+)?"
_VALUE = (
    rf"(?:百分之(?P<pct>{_HANZI}|{_DIGITS})"
    rf"|(?P<low>{_DIGITS})(?:%|[万亿千百]+)?\s*(?:-|~|至|到)\s*(?P<high>{_DIGITS})\s*(?P<m1>万亿|千万|百万|十万|万|亿|千|百)?多?(?P<u1>{_UNITS})?"
    rf"|(?P<num>{_DIGITS})\s*(?P<m2>万亿|千万|百万|十万|万|亿|千|百)?[余多]?(?P<u2>{_UNITS})?"
    rf"|(?P<han>{_HANZI})(?P<m3>万亿|万|亿)?[余多]?(?P<u3>{_UNITS}))"
)
_BEFORE = r"(?P<before>不低于|不少于|不小于|不得少于|不得低于|不超过|不高于|不多于|不得超过|不得高于|不大于|高于|大于|多于|超过|低于|少于|小于|突破|控制在|至少|至多|最多|最高|最低|力争|约|大约|近|达到|达|超|>=|<=|≥|≤|>|<)?(?P<of>(?:全年|总数|总量|全部)的)?\s*"
_AFTER = r"(?P<after>\s*(?:以上|及以上|以下|及以下|以内|之内|左右|上下|之间))?"
_QUANTITY = re.compile(_BEFORE + _VALUE + _AFTER)
_COMPARATORS = {
    **dict.fromkeys(("不低于", "不少于", "不小于", "不得少于", "不得低于", "至少", "最低", "以上", "及以上", ">=", "≥"), ">="),
    **dict.fromkeys(("高于", "大于", "多于", "超过", "突破", "超", ">"), ">"),
    **dict.fromkeys(("不超过", "不高于", "不多于", "不得超过", "不得高于", "不大于", "控制在", "至多", "最多", "最高", "以下", "及以下", "以内", "之内", "<=", "≤"), "<="),
    **dict.fromkeys(("低于", "少于", "小于", "<"), "<"),
    **dict.fromkeys(("约", "大约", "近", "左右", "上下"), "~"),
}
_MULTIPLIERS = {"百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}
_SILENT_BEFORE = ("达到", "达", "力争", "控制在")  # said of the figure, not part of it


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
    """
    end = len(folded) if end is None else end
    return [q for m in _QUANTITY.finditer(folded, start, end) if (q := _quantity(folded, m))]


def _quantity(folded: str, match: re.Match[str]) -> Quantity | None:
    low, high, unit = _value(match)
    figure = next(match.start(name) for name in ("pct", "low", "num", "han") if match[name])
    if low is None or high is None or _not_a_quantity(folded, match, figure):
        return None
    before, after = match["before"] or "", (match["after"] or "").strip()
    comparator = _COMPARATORS.get(after) or _COMPARATORS.get(before) or "="
    figure -= 3 if match["pct"] else 0  # 百分之
    figure -= 1 if folded[figure - 1 : figure] == "第" and unit in ("名", "位") else 0
    begin = match.start() if before and before not in _SILENT_BEFORE else figure
    return Quantity(begin, match.end(), comparator, low, high, unit, figure)


def _value(match: re.Match[str]) -> tuple[float | None, float | None, str]:
    if match["pct"]:
        value = _number(match["pct"])
        return value, value, "%"
    factor = _MULTIPLIERS.get(match["m1"] or match["m2"] or match["m3"] or "", 1.0)
    unit = match["u1"] or match["u2"] or match["u3"] or ""
    if match["low"]:
        return _scale(_number(match["low"]), factor), _scale(_number(match["high"]), factor), unit
    value = _scale(_number(match["num"] or match["han"]), factor)
    return value, value, unit


def _scale(value: float | None, factor: float) -> float | None:
    return None if value is None else round(value * factor, 6)


def _number(text: str) -> float | None:
    plain = text.replace(",", "")
    return float(plain) if re.fullmatch(r"\d+(?:\.\d+)?", plain) else chinese_number(text)


def _not_a_quantity(folded: str, match: re.Match[str], figure: int) -> bool:
    before, after = folded[max(0, figure - 3) : figure], folded[match.end() : match.end() + 6]
    text = folded[figure : match.end()]
    if match["han"]:
        return _only_a_word(folded, match, figure)
    year = re.fullmatch(r"(?:19|20)\d\d(?:年|-(?:19|20)\d\d年?)?", text) is not None
    date = re.match(r"(?:\d{4}年?)?\d{0,2}月|日", text + after) is not None or bool(re.match(r"月", after))
    ordinal = before.endswith(("第", "no.")) and not match["u1"] and not match["u2"]
    named = re.search(r"[a-z]$", before) is not None or re.match(r"号|[a-z]{2,}|届|[-/]\d", after) is not None
    return year or date or ordinal or named or _enumerates(folded, match, figure)


def _only_a_word(folded: str, match: re.Match[str], figure: int) -> bool:
    """A Chinese numeral counts where it is large, compared or said to be made: 十家 is a figure, “三个代表” is a name."""
    before, after = folded[max(0, figure - 8) : figure], folded[match.end() : match.end() + 1]
    if before[-1:] in tuple('第之"统同万唯专其') or after in tuple('"口方牌体') or before.count('"') % 2:
        return True
    value = chinese_number(match["han"]) or 0
    compared = (match["before"] or "") not in ("", "近", "力争") or match["after"]
    made = re.search(r"(?:建立|建成|建设|新建|新增|培育|完成|打造|创建|扶持|评选|设立|增加|达到?|任期|期限|共有?|分为|配备|奖励|补助|处)(?:为|了|约)?$", before)
    return not (value >= 10 or compared or (made and value >= 2) or (made and match["u3"] not in ("批", "种", "个", "次")))


def _enumerates(folded: str, match: re.Match[str], figure: int) -> bool:
    """An enumerator at the start of a line or sentence: 1. 2、"""
    opens = figure == 0 or folded[figure - 1] in "\n。;: "
    return opens and match.end() < len(folded) and folded[match.end()] in ".、)" and not match["u2"]
