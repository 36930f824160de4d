"""The words of a question as the choice of an answer weighs them: what asks, all it says, and what was said before."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.answer import Turn
from bot.matching import Frequencies, says, terms_of, weights_of
from corpus.fold import fold

FORMS: tuple[tuple[str, str], ...] = (
    ("who", r"谁|何人|哪(?:个|些|几个|家|一个)?(?:部门|单位|机构|机关|组织|局|委|领导|人|位)|什么(?:部门|单位|机构|人)|(?:责任|牵头|主管|配合)(?:单位|部门|人)"),
    ("why", r"为什么|为何|原因|为啥|目的是|意义"),
    ("figure", r"多少|百分之几|几(?!乎)|多大|多高|多长|多久|多远|多重|多宽|第几|占比|比例是|比率是|数量是|金额是|多少钱|费用"),
    ("when", r"什么时(?:候|间|段|期)|何时|何年|哪年|哪一年|哪天|哪一天|哪个月|哪一?日|几月|几号|几点|时间|日期|期限|截止|年份|开门|关门"),
    ("where", r"在哪|哪里|哪儿|何处|何地|什么地方|地址|哪个(?:国家|城市|省|市|县|区|地区|地方|州|洲|岛|村|镇)|位于|地点|怎么走"),
    ("yes_no", r"吗|么[?。]?$|是否|是不是|有没有|能不能|可不可以|能否|可否|会不会|对不对"),
    ("definition", r"什么是|是什么意思|指的是|是指什么|指什么|定义|含义|什么叫|何谓|何为|[一-鿿]是什么[?。]?$"),
    ("how", r"如何|怎么|怎样|咋|步骤|流程|程序|方法|办法"),
    ("wide", r"(?:哪些|什么|何|何种|怎样的)(?:具体|相关|新的?|优惠|主要|支持|重点|明确|扶持)*(?:措施|要求|政策|规定|举措|安排|支持|做法|办法|工作|说明|指示|建议|服务|内容|责任|情况|优惠|帮助|保障|处罚|职责|特色|成就|特点|表现|影响|待遇|部署|调整)"),
    ("list", r"哪(?:些|几|\d|[二三四五六七八九十])|有什么|包括什么|都有|分别|列出|列举"),
    ("what", r"什么|哪|何"),
)  # fmt: skip
FORM_NAMES = tuple(name for name, _ in FORMS)
_PATTERNS = tuple(re.compile(pattern) for _, pattern in FORMS)
_HEAD = re.compile(
    r"(?:什么样的|怎样的|哪种|哪类|哪[个些项类家所位份]|哪几[个种类项]|哪一?[个种类项]|什么|何种|何)(?P<head>[一-鿿]{2,4})"
)
_TITLE = re.compile(r"《[^》]*》")
_UNIT = re.compile(r"(?:多少|几)(?P<unit>[万亿]?[一-鿿a-z%]{1,2})")
_IDLE = re.compile(
    r"请问一?下?|我想(?:知道|了解|问)?一?下?|想(?:知道|了解|问)一?下?|告诉我|请|麻烦|你(?:好|知道|能|可以)?|是多少|有多少|多少|是什么|什么|怎么样|怎样|怎么|如何|为什么|为何"
    r"|哪一?[个些年天份家位种类条项里儿]|哪|谁|何时|何|几|是否|有没有|是不是|吗|呢|吧|啊|呀|嘛|哦|的话|关于|对于|有关|那么?|这[个些里]?|它|该|了|的|是|有|在|对|为|\s|[^\w%.]"
)
_TURNS, _LENGTH = 6, 60  # turns that are looked back to, characters of each
_SHARE, _DECAY = 0.5, 0.8
_MOST_BEFORE = 48  # terms of what was said before


@dataclass(frozen=True)
class Asked:
    """Terms (see ``matching.terms_of``) and what each weighs, in the order of ``terms``; ``forms``: what may stand for one.

    ``content`` marks the terms of the clause that asks, without question words; ``head`` those of what the question
    word asks for (哪些*原则*). ``before`` weighs the terms of earlier turns, the latest most.
    """

    text: str = ""  # folded
    clause: str = ""  # the clause that asks, folded
    questions: tuple[bool, ...] = (False,) * len(FORMS)  # which of FORMS it has
    terms: tuple[str, ...] = ()
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    says: frozenset[str] = frozenset()  # pairs of characters, official words included
    weights: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    content: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    head: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    before: Mapping[str, float] | None = None
    unit: str = ""
    said: str = ""  # all that was said before, folded


def beside(history: Sequence[Turn]) -> list[tuple[str, float]]:
    """Return what was said before as ``Index.search`` takes it: the start of each turn, and what its words count."""
    latest = list(reversed(history))[:_TURNS]
    return [(turn.content[:_LENGTH], _SHARE * _DECAY**age) for age, turn in enumerate(latest) if turn.content.strip()]


def read(question: str, history: Sequence[Turn], frequencies: Frequencies) -> Asked:
    """Return the words of a question and of the turns before it. ``frequencies``: see ``matching.weigh``."""
    folded = fold(question.strip())
    bare = _TITLE.sub(" ", folded)  # a title names a document, not what is asked of it
    clause = _asking(bare if len(_IDLE.sub("", bare)) > 1 else folded)
    content = _terms(clause)[0] or _terms(folded)[0]
    head = _HEAD.search(clause)
    heads = terms_of(head["head"])[0] if head else {}
    parts, forms = _terms(folded)
    parts |= {term: part for term, part in (content | heads).items() if term not in parts}
    weights = {t: w for t, w in weights_of(parts, forms, frequencies).items() if w > 0}
    unit = _UNIT.search(clause)
    return Asked(
        text=folded,
        clause=clause,
        questions=tuple(bool(pattern.search(clause)) for pattern in _PATTERNS),
        terms=tuple(weights),
        forms={t: forms[t] for t in weights if t in forms},
        says=says(weights, forms),
        weights=np.array(list(weights.values()), np.float32),
        content=np.array([term in content for term in weights], bool),
        head=np.array([term in heads for term in weights], bool),
        before=_before(history, frequencies),
        unit=unit["unit"] if unit else "",
        said=fold("\n".join(turn.content for turn in history[-_TURNS:])),
    )


def _before(history: Sequence[Turn], frequencies: Frequencies) -> dict[str, float]:
    """What the terms of earlier turns weigh, the heaviest of them."""
    shares: dict[str, float] = {}
    for text, share in beside(history):
        for term in _terms(fold(text))[0]:
            shares[term] = max(shares.get(term, 0.0), share)
    weights = weights_of(dict.fromkeys(shares, 1.0), {}, frequencies)
    heaviest = sorted((-share * weights[term], term) for term, share in shares.items())[:_MOST_BEFORE]
    return {term: -weight for weight, term in heaviest if weight}


def _terms(folded: str) -> tuple[dict[str, float], dict[str, tuple[str, ...]]]:
    """The terms of some words without what only asks."""
    return terms_of(_IDLE.sub(" ", folded))


def _asking(folded: str) -> str:
    """The last clause with a question word, with what stands before it where it says little by itself; or all."""
    clauses = [c for c in re.split(r"[,。;!?:\n]+", folded) if c.strip()]
    asking = [c for c in clauses if any(pattern.search(c) for pattern in _PATTERNS)]
    if not asking:
        return clauses[-1] if clauses else folded
    last = asking[-1]
    if len("".join(_IDLE.sub("", last).split())) < 3 and clauses.index(last):
        return clauses[clauses.index(last) - 1] + last
    return last
