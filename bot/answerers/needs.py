"""Tell whether words have what a question cannot be answered without: a clock time, a telephone number, a person's name."""

import re
from collections.abc import Callable

import rjieba

from corpus.fold import fold

_CLOCK = re.compile(r"\d{1,2}[:点时]|[一二三四五六七八九十]{1,3}[点时](?![以])|全天|昼夜|24小时|上午|下午")
_PHONE = re.compile(r"(?<!\d)(?:\d{3,4}-)?\d{7,8}(?!\d)|(?<!\d)1\d{10}(?!\d)|(?<!\d)1\d{2,4}(?!\d)")
_TIME = re.compile(
    r"\d+年|\d+月|\d+日|\d{4}[-/.]\d|\d|[一二三四五六七八九十两]+个?(?:年|月|日|天|周|季度|工作日|小时|分钟)|世纪|年[底末初中]|每[年月季周日天]|季度|期间|时期"
    r"|立即|及时|随时|当[日天年]|即日|定期|之日|以前|之前|前|以后|之后|后|同时|开始|长期|日内|近期|今后|平时|时"
)
_ORGAN = re.compile(
    r"政府|部门|委员会|办公室|小组|机构|机关|单位|中心|公司|企业|协会|学校|医院|[局厅部委院会署处科站所队]"
)
_NEEDS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"几点(?!要求|意见|措施|建议|内容|[一-鿿]?[?。]?$)|几点[?。]?$|几点钟|[上下]班时间"), lambda words: bool(_CLOCK.search(words))),
    (re.compile(r"(?:电话|手机|热线)(?:号码?)?(?:是|多少|几|[?。]?$)|电话号码|拨打?(?:什么|哪|多少)"), lambda words: bool(_PHONE.search(words))),
    (re.compile(r"(?:责任|牵头|主管|主办|配合|承办|负责)(?:的)?(?:单位|部门)|哪(?:个|些|几个|家)?(?:部门|单位|机构|机关|局)"), lambda words: bool(_ORGAN.search(words))),
    (re.compile(r"叫什么名|姓名(?:是|叫)?|姓什么|名字(?:是|叫)"), lambda words: _names_person(words)),
)  # fmt: skip


def meets(question: str, kind: str, words: str) -> bool:
    """Tell whether folded ``words`` have what the folded ``question`` cannot be answered without; True where it needs nothing.

    >>> meets("热线几点下班?", "when", "热线24小时畅通"), meets("热线几点下班?", "when", "开通12345热线")
    (True, False)
    """
    if any(asks.search(question) and not has(words) for asks, has in _NEEDS):
        return False
    return kind != "when" or bool(_TIME.search(words))


def _names_person(words: str) -> bool:
    return any(tag.startswith("nr") and 2 <= len(word) <= 4 for word, tag in rjieba.tag(fold(words)))
