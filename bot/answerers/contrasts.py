"""Tell whether words speak of another case than the one asked for: 中型企业 where 小型企业 was asked. Knows closed sets of words only."""

import re
from collections.abc import Mapping

_SETS: tuple[Mapping[str, re.Pattern[str]], ...] = tuple(
    {name: re.compile(pattern) for name, pattern in cases.items()}
    for cases in (
        {
            "large": r"大型|大企业|大厂|大公司",
            "medium": r"中型|中等规模|中等大小|不大不小",
            "small": r"小型|小微|小企业|小厂|小公司|小作坊|小店",
        },
        {"town": r"城镇|城市|城里|城区|市区", "country": r"农村|乡村|乡下|村里|村庄"},
    )
)  # fmt: skip


def contrary(question: str, words: str) -> bool:
    """Tell whether folded ``words`` name only other cases of a set than the folded ``question`` does.

    >>> contrary("小企业要有多少通过认证", "85%的中型企业通过认证"), contrary("企业要有多少", "85%的中型企业")
    (True, False)
    """
    return any(_other(question, words, cases) for cases in _SETS)


def _other(question: str, words: str, cases: Mapping[str, re.Pattern[str]]) -> bool:
    asked, said = ({name for name, case in cases.items() if case.search(text)} for text in (question, words))
    return bool(asked and said) and not asked & said
