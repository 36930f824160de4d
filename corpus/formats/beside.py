"""Write beside a bare figure of a table the unit that a column, its heading or the table's caption says. Knows rows, no format.

    指标 | 单位 | 2020年        指标：再生水利用率 | 单位：% | 2020年：70%
    再生水利用率 | % | 70

A figure without its unit proves nothing and answers nothing: 70 of what?
"""

import re
from collections.abc import Sequence

from corpus.fold import fold
from corpus.quantities import find_quantities

_CAPTION = re.compile(
    r"(?:^|[\s(,;。、])(?:计量|金额|货币|数量|数值)?单位\s*:\s*(?:人民币)?(?P<unit>[^\s,;。:、()]{1,8})\s*\)?\s*$"
)
_LONGEST_CAPTION = 80  # characters
_COLUMN = re.compile(r"(?:计量|度量|数量)?单位")
_BRACKET = re.compile(r"\((?:单位:)?(?P<unit>[^()]{1,10})\)$")
_OTHER = re.compile(  # what a column counts in its own way, whatever the table says of the others
    r"序号|编号|代码|名称|项目$|指标$|年份|年度$|时间|日期|时限|期限|电话|邮编|排名|名次|备注|说明|文号"
    r"|率$|率\(|比重|比例|占比|同比|环比|增长|增速|增幅|[个人户件次台套家栋]数|数量|面积|人口|里程|长度"
)
_FIGURE = re.compile(
    r"(?P<before>[<>≤≥约]?\s*)(?P<number>\d[\d,]*(?:\.\d+)?(?:\s*[-~–—至]\s*\d[\d,]*(?:\.\d+)?)?)\s*(?P<after>以上|以下|以内|左右)?"
)


def caption_unit(line: str) -> str:
    """Return the unit that a line over a table says, "" where it says none or several.

    >>> caption_unit("表1 重点项目投资计划（单位：万元）"), caption_unit("责任单位：市水务局"), caption_unit("单位：万元、个")
    ('万元', '', '')
    """
    return _unit(_captioned(line))


def says_unit(line: str) -> bool:
    """Whether a line says the unit of a table, also one that figures are not read with: 单位：元/吨."""
    return bool(_unit(_captioned(line).partition("/")[0]))


def with_units(row: Sequence[str], headings: Sequence[str], caption: str = "") -> list[str]:
    """Return the cells of a row, bare figures with the unit said for them: over the column, in the row, over the table."""
    own = next((_unit(cell) for cell, heading in zip(row, headings, strict=False) if _COLUMN.fullmatch(heading)), None)
    return [
        _written(cell, _said(heading, own if own is not None else caption))
        for cell, heading in zip(row, headings, strict=False)
    ]


def _captioned(line: str) -> str:
    found = _CAPTION.search(fold(line)) if "单位" in line and len(line) <= _LONGEST_CAPTION else None
    return found["unit"] if found else ""


def _said(heading: str, otherwise: str) -> str:
    folded = fold(heading).strip()
    if bracket := _BRACKET.search(folded):
        return _unit(bracket["unit"])
    return otherwise if folded and not _OTHER.search(folded) and not _COLUMN.fullmatch(folded) else ""


def _unit(words: str) -> str:
    """A unit that figures are read with, as it is written; "" of any other word."""
    words = "".join(fold(words).split())
    found = find_quantities(f"1{words}")
    return words if words and len(found) == 1 and found[0].unit and found[0].end == len(words) + 1 else ""


def _written(cell: str, unit: str) -> str:
    figure = _FIGURE.fullmatch(cell.strip()) if unit else None
    return f"{figure['before']}{figure['number']}{unit}{figure['after'] or ''}" if figure else cell
