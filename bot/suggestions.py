"""Questions that the corpus can answer, made from what it holds."""

from collections.abc import Sequence

from bot.reply import place_of
from corpus.document import Document, Target

_LONGEST = 18  # characters of an indicator that reads well in a question


def examples(documents: Sequence[Document], targets: Sequence[Target], most: int = 4) -> tuple[str, ...]:
    """Return questions for targets with a deadline, from as many documents as there are, and one for a document's number."""
    by_id = {d.id: d for d in documents}
    questions, seen = [], set[str]()
    for target in targets:
        d = by_id.get(target.document_id)
        if d is None or d.id in seen or not d.region or not _asks_well(target):
            continue
        seen.add(d.id)
        questions.append(f"{place_of(d)}{target.year}年{target.indicator}的目标是多少？")
    numbered = [d for d in documents if d.number and "number" not in d.derived]
    if numbered:
        questions.insert(most - 1, f"{numbered[0].number}是什么时候发布的？")
    return tuple(questions[:most])


def _asks_well(target: Target) -> bool:
    plain = target.indicator.isalnum() and 5 <= len(target.indicator) <= _LONGEST
    return bool(
        target.year
        and target.deadline
        and plain
        and target.unit == "%"
        and target.indicator.endswith("率")
        and not target.scope
    )
