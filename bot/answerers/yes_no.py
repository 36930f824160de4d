"""Answer a yes-or-no question by the fact that decides it: 不是，98%以上. A figure decides a figure, nothing else does."""

import re
from collections.abc import Sequence

from bot.answerers.figures import Match, add_evidence
from bot.inquiry import Draft, Evidence, Inquiry
from bot.reply import figure_line, source_line
from corpus.document import Target
from corpus.quantities import Quantity


def answer_yes_no(inquiry: Inquiry, matches: Sequence[Match]) -> Draft | None:
    """Draft yes or no where the question states a figure and a target says it; None where no figure decides."""
    u = inquiry.understood
    right = [m for m in matches if not m.differs]
    whole = re.search(r"全部|全都|都(?:得|要|应|必须)?", u.folded) is not None
    right = [
        m for m in right if m.target.quantity == "全部" or any(q.unit in ("", m.target.unit) for q in u.quantities)
    ]
    if not right or not (u.quantities or whole):
        return None
    m = right[0]
    word = "是" if (whole and m.target.quantity == "全部") or any(_says(m.target, q) for q in u.quantities) else "不是"
    evidence: list[Evidence] = []
    numbers = add_evidence(inquiry, m, evidence)
    text = f"{word}。{figure_line(m.document, m.target, numbers, several=False)}\n\n{source_line([m.document])}"
    return Draft("answered", f"{word}，{m.target.quantity}", text, tuple(evidence))


def _says(target: Target, asked: Quantity) -> bool:
    same = (target.low, target.high) == (asked.low, asked.high) and (not asked.unit or asked.unit == target.unit)
    return same and (asked.comparator == "=" or asked.comparator == target.comparator)
