"""Answer a comparison: the same indicator of several places, each cell with its own proof, absent ones said to be absent."""

from collections.abc import Sequence

from bot.answer import Status
from bot.answerers.figures import Match, add_evidence, number_of
from bot.inquiry import Draft, Evidence, Inquiry
from bot.reply import deadline, marks, named
from bot.slots import of_place
from corpus.document import Target
from corpus.gazetteer import Region
from corpus.regions import find_regions


def answer_comparison(
    inquiry: Inquiry, matches: Sequence[Match], names: Sequence[str], places: Sequence[Sequence[Region]]
) -> Draft | None:
    """Draft a table with a row a place; None where no place has the indicator. ``matches`` may differ in the place asked for."""
    u = inquiry.understood
    rows = [(name, _best(meanings, matches, u.years)) for name, meanings in zip(names, places, strict=True)]
    if not any(found for _, found in rows):
        return None
    evidence: list[Evidence] = []
    cells, lines = [], ["| 地方 | 指标 | 数值 | 期限 | 依据 |", "| --- | --- | --- | --- | --- |"]
    for name, found in rows:
        if not found:
            cells.append(f"{name}没有规定")
            lines.append(f"| {name} | — | 所收录的文件里没有找到 | — | — |")
        for m in found:
            numbers = add_evidence(inquiry, m, evidence)
            label = name + (f"（{m.target.scope}）" if m.target.scope and m.target.scope not in name else "")
            cells.append(f"{label}{m.target.quantity}")
            lines.append(
                f"| {label} | {m.target.indicator} | **{m.target.quantity}**{marks(numbers)} | {deadline(m.target) or '—'} | {named(m.document)} |"
            )
    status: Status = "answered" if all(found for _, found in rows) else "partial"
    return Draft(status, "；".join(cells), "\n".join(lines), tuple(evidence))


def compare_facts(names: Sequence[str], drafts: Sequence[Draft | None]) -> Draft | None:
    """Put the drafts of one question about several places side by side; None where none of them has an answer."""
    if not any(drafts):
        return None
    evidence: list[Evidence] = []
    cells, lines = [], []
    for name, draft in zip(names, drafts, strict=True):
        if draft is None:
            cells.append(f"{name}没有规定")
            lines.append(f"- {name}：所收录的文件里没有找到")
            continue
        numbers = [number_of(e, evidence) for e in draft.evidence]
        cells.append(f"{name}：{draft.answer}")
        lines.append(f"- {name}：{draft.answer}{marks(numbers)}")
    status: Status = "answered" if all(drafts) else "partial"
    return Draft(status, "；".join(cells), "\n".join(lines), tuple(evidence))


def _best(place: Sequence[Region], matches: Sequence[Match], years: Sequence[int]) -> list[Match]:
    """The matches of one place: the best, and the same indicator's other parts."""
    of = [m for m in matches if _of(place, m) and (not years or m.target.year in years)]
    of.sort(key=lambda m: (-m.score, m.target.id))
    if not of:
        return []
    return [m for m in of if m.document.id == of[0].document.id and m.target.indicator == of[0].target.indicator][:3]


def _of(place: Sequence[Region], m: Match) -> bool:
    areas = [p for p in place if p.level == "area"]
    return _limited_to(areas, m.target) if areas else of_place(place, m.document)


def _limited_to(areas: Sequence[Region], target: Target) -> bool:
    return any(r.code == a.code for mention in find_regions(target.scope or "") for r in mention.regions for a in areas)
