"""Tell whether a statement turns a rule of its source round: 不得 into 可以, 应当 into 无需. Knows nothing of figures or documents.

The method is a comparison of clauses: the clause of the source that holds most of a clause's words says whether it forbids or
excuses; so must the statement. What cannot be matched to one clause is not judged.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.claims import grams

_STOP = re.compile(r"[,;:。!?\n、()]|(?<=[一-鿿])\s+")
_AGAINST = re.compile(  # forbids, or excuses from a duty; 不得不 is a duty
    r"不得(?!不)|不准|不许|不予|不允许|不可以|不能(?!不)|不应当?|不宜|禁止|严禁|无需|无须|不需要?|不必|不用|毋须|免于|免[予征收交缴除]|豁免|不再"
)
_TURNS = re.compile(  # any other word by which a statement may deny, leave out or limit
    r"[不无未非免禁拒勿莫否毋没]|除外|停止|取消|避免|防止|杜绝|制止|限制|仅|只|最[多少高低迟晚早]|以[内外]|豁免|排除|违[法规反]|才"
)
_FAVOURS = re.compile(
    r"可以?(?![见知行比靠])|能够?|应当?(?![急用对收付届届])|必须|须(?!知)|需要?|允许|准予|有权|要(?![求素点件闻])"
)
_SAME = 0.7  # share of a clause's words that one clause of the source must hold to be judged by it
_LEAST = 3  # pairs of characters without which a clause says too little to be matched


@dataclass(frozen=True)
class _Clause:
    text: str
    words: frozenset[str]  # without the words that forbid, excuse, allow or oblige
    turns: list[str]  # what else denies, leaves out or limits: where that differs, the clause was put in other words
    against: bool
    lead: bool  # the sentence forbids before this clause: 禁止下列行为:


def turned(said: str, sources: Sequence[str]) -> bool:
    """Tell whether a clause of ``said`` allows or demands what the sources forbid or excuse, or the other way round; folded texts."""
    clauses = [clause for source in sources for clause in _clauses(source)]
    return any(_turns(clause, clauses) for clause in _clauses(said))


def _turns(said: _Clause, clauses: Sequence[_Clause]) -> bool:
    if len(said.words) < _LEAST or not (said.against or _FAVOURS.search(said.text)):
        return False
    shares = [(len(said.words & clause.words) / len(said.words), clause) for clause in clauses]
    near = [clause for share, clause in shares if share >= _SAME]
    if not near:
        return False
    if said.against or said.lead:
        return all(not clause.against and not clause.lead and clause.turns == said.turns for clause in near)
    return all((clause.against or clause.lead) and clause.turns == said.turns for clause in near)


def _clauses(text: str) -> Iterator[_Clause]:
    for sentence in re.split(r"[。!?\n]", text):
        lead = False
        for part in _STOP.split(sentence):
            against = _AGAINST.search(part) is not None
            rest = _AGAINST.sub(" ", part)
            yield _Clause(part, grams(_FAVOURS.sub(" ", rest)), sorted(_TURNS.findall(rest)), against, lead)
            lead = lead or (against and bool(re.search(r"下列|以下|如下", part)))
