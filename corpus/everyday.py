"""Find everyday words in a question and the terms that official texts use for them. Knows words only: no documents, no places."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parent / "data" / "everyday_words.csv"
_ASKING = frozenset(
    [
        "主管部门",
        "主要任务",
        "日期",
        "期限",
        "本条例所称",
        "比例",
        "地点",
        "办理时限",
        "等级",
        "每年一次",
        "距离",
        "依据",
        "有下列情形之一",
        "数量",
        "家数",
        "区域",
        "如何",
        "目的",
        "什么",
        "应当",
        "可以",
        "要求",
        "目标",
        "措施",
        "截止日期",
        "左右",
        "不低于",
        "时间",
        "申请人",
    ]
)  # what stands for words that only ask: 谁管, 几成, 什么时候
_SURE = 4  # characters from which on a key is taken for what it is wherever it stands


@dataclass(frozen=True)
class Alternative:
    """An everyday word at ``[start, end)`` of the folded text, and the official terms that stand for it, best first."""

    start: int
    end: int
    official: tuple[str, ...]

    @property
    def asks(self) -> bool:
        """Whether it only asks (几成, 什么时候) and names nothing."""
        return self.official[0] in _ASKING


def alternatives(folded: str) -> list[Alternative]:
    """Return the everyday words of ``folded`` (see ``corpus.fold``) in order; they never overlap, and the longest wins.

    >>> [(a.start, a.end, a.official[:2]) for a in alternatives("乱排脏水罚多少")]
    [(0, 4, ('违法排放水污染物', '私设暗管')), (4, 7, ('处罚', '罚款'))]
    """
    found: list[tuple[int, int]] = []
    for start, end in sorted(_candidates(folded), key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= other or start >= last for other, last in found):
            found.append((start, end))
    return [Alternative(start, end, _lexicon()[folded[start:end]]) for start, end in sorted(found)]


@cache
def _lexicon() -> dict[str, tuple[str, ...]]:
    with _WORDS.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        return {everyday: tuple(official.split("|")) for everyday, official in rows}


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """Return the lengths of the keys by their first character."""
    lengths: dict[str, set[int]] = {}
    for key in _lexicon():
        lengths.setdefault(key[0], set()).add(len(key))
    return {first: tuple(sorted(sizes)) for first, sizes in lengths.items()}


def _candidates(folded: str) -> Iterator[tuple[int, int]]:
    lexicon, lengths = _lexicon(), _lengths()
    borders: set[int] = set()
    for start, first in enumerate(folded):
        for size in lengths.get(first, ()):
            end = start + size
            if end > len(folded) or folded[start:end] not in lexicon:
                continue
            borders = borders or _borders(folded)
            if size >= _SURE or {start, end} <= borders:
                yield start, end


def _borders(folded: str) -> set[int]:
    """Return where words begin and end by the segmenter's dictionary alone, without guessed words."""
    import rjieba

    border = 0
    borders = {0}
    for word in rjieba.cut(folded.encode("utf-8", "replace").decode(), False):  # rjieba takes no lone surrogates
        border += len(word)
        borders.add(border)
    return borders
