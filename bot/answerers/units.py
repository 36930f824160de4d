"""Tell what kind of figure a question asks for: a share, money, a time, a rank, a count, a measure. Knows no documents."""

import re
from functools import lru_cache
from typing import Literal

from corpus.document import Target
from corpus.quantities import find_quantities
from corpus.units import TIMES

Family = Literal["share", "money", "time", "age", "rank", "count", "measure", "index"]

_ASKS: tuple[tuple[Family, str], ...] = (
    ("share", r"百分之[几多]|百分比|百分点|几成|多少成|多[大少]的?比[例重率]|占多[少大]|占比|比例|比重|(?<![效频汇利])率(?:的|要|应|须|目标|是|为|有|到|达|多少|几|呢|[?。]|$)"),
    ("money", r"多少(?:钱|元|万元|亿元|资金|经费|投资)|几(?:元|万|亿|百|千)|多少[万亿](?![家个件人吨])|(?:奖|罚|补|补助|补贴|资助|交|缴|收费)(?:款|励|金)?(?:多少|几)|金额|罚款"),
    ("age", r"多少岁|几岁|年龄|多大年纪|周岁"),
    ("time", r"多久|多长时间|多少(?:天|日|个月|年|小时|个?工作日|分钟)|几(?:天|日|个月|年|小时|个?工作日|分钟)|期限|时限|有效期|工期"),
    ("rank", r"第几|排名|名次|前几|位次|排在?(?:第|多少|什么)"),
    ("measure", r"多少(?:吨|公里|千米|平方|立方|亩|公顷|度电|千瓦|米|升|克)|几(?:吨|公里|米|平方|立方|亩|公顷)|能耗|水耗"),
    ("index", r"几分|多少分|指数"),
    ("count", r"(?:多少|几)(?:家|个|件|项|名|人|种|类|所|座|处|套|次|户|辆|台|条|批|支|场|篇|张|位|例)"),
)  # fmt: skip
_DURATION = re.compile(
    r"多久|多长|多少天|几天|几年|期限|时限|有效期|工期|多少(?:个?工作日|个月|小时)|几个(?:工作日|月)"
)
_MONEY = frozenset(("元", "美元", "港元", "欧元", "元/人", "元/月", "元/年"))
_SHARES = frozenset(("%", "‰", "个百分点", "百分点", "折"))
_MEASURED = re.compile(r"吨|米|公里|亩|公顷|千瓦|兆瓦|千伏|升|克|煤|㎡|m2|km|kg|摄氏度|℃|分贝|兆赫|里$")


def family_of(target: Target) -> Family:
    """Return the kind of a target's figure."""
    return _family(target.unit, target.quantity)


@lru_cache(maxsize=20_000)
def families_in(folded: str) -> frozenset[Family]:
    """Return the kinds of figure that stand in a folded text."""
    return frozenset(_family(q.unit, folded[q.start : q.end]) for q in find_quantities(folded))


def _family(unit: str, words: str) -> Family:
    if unit in _SHARES:
        return "share"
    if unit in _MONEY:
        return "money"
    if unit in ("岁", "周岁"):
        return "age"
    if unit in TIMES:
        return "time"
    if unit in ("名", "位", "强", "位次") and words[:1] in "第前":
        return "rank"
    if _MEASURED.search(unit):
        return "measure"
    return "count" if unit not in ("", "分") else "index"


def asked_families(folded: str) -> frozenset[Family]:
    """Return the kinds of figure that a folded question asks for; none where it does not say.

    >>> sorted(asked_families("要建多少家")), sorted(asked_families("目标是多少"))
    (['count'], [])
    """
    return frozenset(family for family, pattern in _ASKS if re.search(pattern, folded))


def fits(target: Target, folded: str, kind: str) -> bool:
    """Tell whether a figure is of a kind that a question asks for: 多少家 is no percentage, when is no figure but a time."""
    family = family_of(target)
    if kind == "when":
        return family == "time" and _DURATION.search(folded) is not None
    if kind in ("who", "where", "why", "definition"):
        return False
    asked = asked_families(folded)
    return not asked or family in asked or (family == "index" and "share" in asked)
