"""Answer in the sources' own words, without a model: choose the way that fits the kind of question, or say what is missing."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answerers.cited import answer_cited, answer_relation
from bot.answerers.comparison import answer_comparison, compare_facts
from bot.answerers.definitions import answer_definition
from bot.answerers.enumerations import answer_enumeration
from bot.answerers.facts import Candidate, answer_fact, facts, pool
from bot.answerers.figures import Match, answer_figure, answer_section, figures
from bot.answerers.lines import answer_line
from bot.answerers.metadata import IDENTITY, answer_basis, answer_code, answer_documents, answer_metadata, answer_source
from bot.answerers.places import (
    about,
    called_by_year,
    named_documents,
    places_of,
    speaks_of,
    split_by_place,
    strange_place,
)
from bot.answerers.refusals import absent, document_absent, field_absent, greeting, out_of_scope, place_absent, unclear
from bot.answerers.rest import with_rest
from bot.answerers.row_cells import answer_row
from bot.answerers.sentences import answer_sentence, asks_responsible
from bot.answerers.tables import answer_cell
from bot.answerers.yes_no import answer_yes_no
from bot.inquiry import Draft, Found, Inquiry
from bot.matching import weigh
from corpus.document import Document, Span, Target

_OF_DOCUMENTS = {"metadata": answer_metadata, "basis": answer_basis}
_SURE = 0.6  # score from which the ranker goes before the rules
_NO_FIGURE = re.compile(r"哪[家所类种]|什么样|什么原则|由哪")  # what a figure does not answer
_EACH = re.compile(r"哪(?:几|些)[份个]?(?:文件|政策|意见|通知|地方|城市|省份?)")
_LETTER = re.compile(r"[^\W\d_]")
_WHOLE = 2  # documents whose figures are all looked through


def answer(inquiry: Inquiry) -> Draft:
    """Draft the answer to an inquiry from what was found."""
    u, documents = inquiry.understood, inquiry.snapshot.documents
    if u.kind == "greeting":
        return greeting()
    if u.kind == "off_topic":
        return out_of_scope()
    if draft := answer_line(inquiry, inquiry.topics):
        return draft
    if draft := answer_code(inquiry, documents):
        return draft
    named = named_documents(u, documents)
    if u.numbers and not named:
        return answer_cited(inquiry) or document_absent(inquiry)
    if len(u.numbers) > len(named) and (draft := answer_relation(inquiry, named)):
        return draft
    if not named and (place := strange_place(u, inquiry.snapshot.index.frequencies)):
        return place_absent(inquiry, place)
    if not _LETTER.search(u.content) and not named and u.kind in ("fact", "figure", "how", "list"):
        return unclear(inquiry)
    if u.kind == "documents":
        return answer_documents(inquiry, documents) or absent(inquiry, [], [])
    inquiry = _limited(inquiry, named)
    if u.kind in _OF_DOCUMENTS and (document := _document_meant(inquiry, named)):
        draft = _OF_DOCUMENTS[u.kind](inquiry, document)
        if draft or u.field in IDENTITY:
            return with_rest(inquiry, draft, document) if draft else field_absent(inquiry, document)
    return _from_found(inquiry)


def _limited(inquiry: Inquiry, named: Sequence[Document]) -> Inquiry:
    """Keep what was found in the documents that the question names, or calls by their year.

    A year by which no document can be called is a year asked for.
    """
    u = inquiry.understood
    called = [d for d in called_by_year(u, inquiry.snapshot.documents) if speaks_of(places_of(u), d)]
    if u.document_years and not called:
        inquiry = replace(inquiry, understood=replace(u, years=(*u.years, *u.document_years)))
    if u.called and not any(about(u.called, d) for d in called):  # what it is called by is part of what is asked
        inquiry = _weighed(inquiry, f"{u.aside} {u.called}")
    ids = {d.id for d in (named or called)}
    if not ids or (
        called and not named and len(set(u.region_names)) >= 2
    ):  # one of several places is called by its year
        return inquiry
    kept = (tuple(f for f in finds if f.document.id in ids) for finds in (inquiry.found, inquiry.around))
    return replace(inquiry, **dict(zip(("found", "around"), kept, strict=True)))


def _weighed(inquiry: Inquiry, aside: str) -> Inquiry:
    frequencies = inquiry.snapshot.index.frequencies
    return replace(inquiry, terms=weigh(inquiry.understood.content, frequencies, aside))


def _from_found(inquiry: Inquiry) -> Draft:
    u = inquiry.understood
    if draft := answer_cell(inquiry, pool(inquiry)):
        return draft
    targets = _targets_found(inquiry)
    matches = figures(inquiry, targets)
    if draft := _from_figures(inquiry, matches) or _from_section(inquiry, targets):
        return draft
    if u.kind == "comparison" and len(u.regions) >= 2:
        drafts = [_fact_of(inquiry, n) for n in range(len(u.regions))]
        return compare_facts(u.region_names, drafts) or absent(inquiry, matches, facts(inquiry, pool(inquiry)))
    everything = pool(inquiry)
    own, elsewhere = split_by_place(places_of(u), everything, u.unwanted)
    if draft := answer_row(inquiry, own) or answer_definition(inquiry, own) or answer_enumeration(inquiry, own):
        return draft
    candidates = facts(inquiry, own)
    draft = None if _better_elsewhere(matches, candidates) else _from_words(inquiry, own, candidates)
    if draft and u.kind == "source":
        return answer_source(draft.evidence[0])
    if draft:
        return draft
    near = matches or [m for m in figures(inquiry, targets, of_any_kind=True) if m.differs]
    return absent(inquiry, near, facts(inquiry, everything) if elsewhere else candidates)


def _from_words(inquiry: Inquiry, own: Sequence[Found], candidates: Sequence[Candidate]) -> Draft | None:
    """The window that the ranker is sure of; else a sentence that says what is asked; else the window it trusts enough."""
    u = inquiry.understood
    sure = candidates and candidates[0].score >= _SURE and not asks_responsible(u.folded)
    draft = None if sure else answer_sentence(inquiry, own)
    return draft or answer_fact(inquiry, candidates)


def _from_figures(inquiry: Inquiry, matches: Sequence[Match]) -> Draft | None:
    """The draft that targets make, where the question is of a kind that a figure answers."""
    u = inquiry.understood
    asks_value = u.kind in ("figure", "fact", "comparison", "when", "list") and not _NO_FIGURE.search(u.folded)
    if len(set(u.region_names)) >= 2 and (asks_value or u.kind == "yes_no"):
        return answer_comparison(inquiry, matches, u.region_names, u.regions)
    if u.kind == "yes_no":
        return answer_yes_no(inquiry, matches)
    if u.kind == "source":
        draft = answer_figure(inquiry, matches)
        return answer_source(draft.evidence[0]) if draft else None
    each = u.kind != "list" or _EACH.search(u.folded)
    return answer_figure(inquiry, matches) if asks_value and each else None


def _fact_of(inquiry: Inquiry, n: int) -> Draft | None:
    """What is found for one of the places that a question names."""
    u = inquiry.understood
    one = replace(inquiry, understood=replace(u, regions=(u.regions[n],), region_names=(u.region_names[n],)))
    own, _ = split_by_place(u.regions[n], inquiry.found)
    return answer_fact(one, facts(one, own))


def _from_section(inquiry: Inquiry, targets: Sequence[Target]) -> Draft | None:
    several = inquiry.understood.kind in ("list", "comparison") or re.search(
        r"哪些|各是|分别|列出|都有", inquiry.understood.folded
    )
    return answer_section(inquiry, targets) if several else None


def _better_elsewhere(matches: Sequence[Match], candidates: Sequence[Candidate]) -> bool:
    """The indicator asked for stands in the corpus, but for another place or year: a vaguer sentence must not stand in."""
    best = max((c.share for c in candidates), default=0.0)
    return bool(matches) and bool(matches[0].differs) and best < max(0.85, matches[0].score)


def _targets_found(inquiry: Inquiry) -> list[Target]:
    """The targets that stand in the found passages, and all of the documents that come first for the places asked for."""
    spans: dict[str, list[Span]] = {}
    for f in inquiry.found:
        spans.setdefault(f.document.id, []).extend(f.passage.spans)
    places = places_of(inquiry.understood)
    whole = [f.document for f in inquiry.found if speaks_of(places, f.document)]
    first = set(list(dict.fromkeys(d.id for d in whole))[:_WHOLE])
    return [
        t
        for t in inquiry.snapshot.targets(sorted(spans))
        if t.document_id in first or any(s.start <= t.span.start and t.span.end <= s.end for s in spans[t.document_id])
    ]


def _document_meant(inquiry: Inquiry, named: Sequence[Document]) -> Document | None:
    """The document that a question for an identity field speaks of: the one it names, else the best found."""
    u = inquiry.understood
    if named:
        return named[0]
    own, _ = split_by_place(places_of(u), inquiry.found)
    scores: dict[str, float] = {}
    for f in own:
        title = inquiry.terms.share(f.document.title.lower(), (f.document.region or ""))
        scores[f.document.id] = max(scores.get(f.document.id, 0.0), title + 0.3 * f.score)
    best = max(sorted(scores), key=lambda id: scores[id], default=None)
    return next((f.document for f in own if f.document.id == best), None)
