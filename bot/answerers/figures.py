"""Answer a question for a figure from the targets of what was found: right indicator, right place, right year, or none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Reason
from bot.answerers.contrasts import contrary
from bot.answerers.places import places_of
from bot.answerers.units import fits
from bot.inquiry import Draft, Evidence, Inquiry
from bot.matching import lacks
from bot.reply import cell, deadline, figure_line, marks, place_of, source_line
from bot.slots import of_place, region_evidence, year_evidence
from corpus.deadlines import years_in
from corpus.document import Document, Span, Target
from corpus.fold import fold
from corpus.gazetteer import Region
from corpus.quantities import find_quantities
from corpus.regions import find_regions

MATCHES = 0.55  # share of the question's weight that an indicator must hold to be the one asked for
_CLOSE = 0.1  # what a second reading may lack against the best
_MORE = 0.08  # by how much of the question one figure's words must surpass another's to displace it
_MOST = 4  # readings shown at once
_HEADING = 0.75  # share of the question that a heading must hold to be the one named
_MOST_LISTED = 12
_LONGEST_CASE = 40  # characters of a condition that a figure is given under


@dataclass(frozen=True)
class Match:
    """A target that has the indicator asked for, how well, and the slots in which it differs from the question."""

    target: Target
    document: Document
    score: float
    differs: tuple[Reason, ...] = ()


def figures(inquiry: Inquiry, targets: Sequence[Target], of_any_kind: bool = False) -> list[Match]:
    """Return the targets that hold the indicator asked for, the best first; ties by id.

    ``of_any_kind``: also where the question asks for no figure, or for another kind of it.
    """
    documents = {f.document.id: f.document for f in inquiry.found}
    matches = list[Match]()
    for target in targets:
        document = documents[target.document_id]
        if not of_any_kind and not fits(target, inquiry.understood.folded, inquiry.understood.kind):
            continue
        score = _score(inquiry, target, document)
        if score >= MATCHES:
            matches.append(Match(target, document, score, _differences(inquiry, target, document)))
    matches = [m for m in matches if not any(_says_more(inquiry, other, m) for other in matches)]
    return sorted(matches, key=lambda m: (len(m.differs), "region" in m.differs, -m.score, m.target.id))


def _score(inquiry: Inquiry, target: Target, document: Document) -> float:
    """How much of the question the indicator holds, then what is said of it, then the sentence around it."""
    said = fold(reach(target, document).of(document.text))
    indicator = fold(target.indicator)
    around = (indicator, said, fold(" ".join(target.headings)), fold(target.scope or ""), fold(document.title))
    if lacks(inquiry.understood.content, *around) or contrary(inquiry.understood.folded, said):
        return 0.0
    sentence = fold(target.sentence.of(document.text))
    share = inquiry.terms.share
    return 0.35 * share(indicator) + 0.45 * share(*around) + 0.2 * share(sentence, *around)


def _says_more(inquiry: Inquiry, other: Match, m: Match) -> bool:
    """Another figure of the same sentence is said of more that was asked: 小型企业, where this one is of 中型企业."""
    if (
        other.target.sentence != m.target.sentence
        or other.document.id != m.document.id
        or len(other.differs) > len(m.differs)
    ):
        return False
    shares = [inquiry.terms.share(fold(reach(x.target, x.document).of(x.document.text))) for x in (other, m)]
    return shares[0] > shares[1] + _MORE


def reach(target: Target, document: Document) -> Span:
    """A target's clause with the clauses behind it that have no figure of their own: 60%以上的小型企业……，通过认证."""
    end = target.clause.end
    for match in re.finditer(r"[,，](?P<clause>[^,，;；。]+)", document.text[end : target.sentence.end]):
        if match.start() + target.clause.end != end or find_quantities(fold(match["clause"])):
            break
        end = target.clause.end + match.end()
    return Span(target.clause.start, end)


def _differences(inquiry: Inquiry, target: Target, document: Document) -> tuple[Reason, ...]:
    u = inquiry.understood
    places = places_of(u)
    wrong_place = (bool(places) and not _right_place(places, target, document)) or of_place(u.unwanted, document)
    wrong_year = bool(u.years) and target.year not in u.years and not _issued_in(u.years, target, document)
    return (("region",) if wrong_place else ()) + (("year",) if wrong_year else ())


def _right_place(places: Sequence[Region], target: Target, document: Document) -> bool:
    areas = [p for p in places if p.level == "area"]
    scopes = [r for m in find_regions(target.scope or "") for r in m.regions]
    if areas and scopes:
        return any(r.code == a.code for r in scopes for a in areas)
    if not of_place(places, document):
        named = [r for m in find_regions(target.clause.of(document.text)) for r in m.regions]
        return any(r.code == p.code for r in [*named, *scopes] for p in places)
    return True


def _issued_in(years: Sequence[int], target: Target, document: Document) -> bool:
    """A figure without a deadline of its own is of the year that its document is of."""
    return target.year is None and any(str(year) in (document.issued or document.published or "")[:4] for year in years)


def answer_figure(inquiry: Inquiry, matches: Sequence[Match]) -> Draft | None:
    """Draft the answer from the targets that differ in nothing; None if there is none."""
    right = [m for m in matches if not m.differs]
    if not right:
        return None
    readings = _readings(right)
    evidence: list[Evidence] = []
    lines, cells = [], []
    several, apart = len(readings) > 1, len({r.document.id for r in readings}) > 1
    for m in readings:
        numbers = add_evidence(inquiry, m, evidence)
        when = "" if apart else part_of(m.target, m.document)
        lines.append(figure_line(m.document, m.target, numbers, several, when if several else ""))
        cells.append(cell(m.document, m.target, several, when))
    text = "\n".join(lines) + "\n\n" + source_line([m.document for m in readings])
    return Draft("answered", "；".join(cells), text, tuple(evidence))


def answer_section(inquiry: Inquiry, targets: Sequence[Target]) -> Draft | None:
    """Draft the list of all figures under the heading that the question names; None where it names none."""
    documents = {f.document.id: f.document for f in inquiry.found}
    places = places_of(inquiry.understood)
    sections: dict[tuple[str, str], list[Target]] = {}
    for target in targets:
        if target.headings and not _differences(inquiry, target, documents[target.document_id]):
            sections.setdefault((target.document_id, target.headings[-1]), []).append(target)
    scored = [(inquiry.terms.share(fold(heading)), id, heading) for id, heading in sections]
    best = max(scored, key=lambda s: (s[0], s[1], s[2]), default=None)
    if best is None or best[0] < _HEADING or len(sections[best[1:]]) < 2:
        return None
    chosen = sections[best[1:]][:_MOST_LISTED]
    document, evidence = documents[best[1]], list[Evidence]()
    lines = [_listed(document, t, evidence) for t in chosen]
    scope = [
        year_evidence(chosen[0], document),
        region_evidence(places, document, evidence[0].span) if places else None,
    ]
    numbers = [number_of(item, evidence) for item in scope if item]
    head = f"{place_of(document)}{deadline(chosen[0])}，「{best[2].rstrip('。')}」有这些指标{marks(numbers)}："
    text = head + "\n\n" + "\n".join(lines) + "\n\n" + source_line([document])
    return Draft("answered", "；".join(f"{t.indicator}{t.quantity}" for t in chosen), text, tuple(evidence))


def _listed(document: Document, target: Target, evidence: list[Evidence]) -> str:
    number = number_of(Evidence("proof", document, quote_of(target), target.headings), evidence)
    return f"- {target.indicator} **{target.quantity}**{marks([number])}"


def _readings(right: Sequence[Match]) -> list[Match]:
    """The best match and those that say the same indicator of another place, part or case: one for each."""
    best = right[0]
    chosen = [best]
    for m in right[1:]:
        same_document = m.document.id == best.document.id
        if m.score < best.score - _CLOSE or (same_document and m.target.indicator != best.target.indicator):
            continue
        taken = {(c.document.id, part_of(c.target, c.document)) for c in chosen}
        if (m.document.id, part_of(m.target, m.document)) not in taken:
            chosen.append(m)
    return sorted(chosen[:_MOST], key=lambda m: (m.document.id != best.document.id, m.target.span.start))


def part_of(target: Target, document: Document) -> str:
    """The part or case that a figure is limited to: a sub-region, or the condition before its clause; "" for none."""
    if target.scope:
        return target.scope
    before = document.text[target.sentence.start : target.clause.start]
    condition = re.split(r"[；;。]", before)[-1].strip(" ，,\n")
    condition = re.sub(r"^第[一二三四五六七八九十百〇零]+条\s*", "", condition)
    return condition if 0 < len(condition) <= _LONGEST_CASE and not years_in(fold(condition)) else ""


def add_evidence(inquiry: Inquiry, m: Match, evidence: list[Evidence]) -> list[int]:
    """Add the proof of a match, and what proves its year and place; return their numbers."""
    u = inquiry.understood
    proof = Evidence("proof", m.document, quote_of(m.target), m.target.headings)
    found = [proof, year_evidence(m.target, m.document)]
    if places := places_of(u):
        found.append(region_evidence(places, m.document, proof.span))
    return [number_of(item, evidence) for item in found if item]


def number_of(item: Evidence, evidence: list[Evidence]) -> int:
    """Return the marker number of a piece of evidence, adding it where it is new."""
    if item not in evidence:
        evidence.append(item)
    return evidence.index(item) + 1


def quote_of(target: Target) -> Span:
    """The whole sentence that holds a target, or its clause where the sentence is very long."""
    sentence = target.sentence
    return sentence if sentence.end - sentence.start <= 260 else target.clause
