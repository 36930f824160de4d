"""Choose the passages that a chat model may write from: those of the place, the year and the documents that are asked for."""

from collections.abc import Iterator, Sequence

from bot.answerers.facts import pool
from bot.answerers.places import called_by_year, named_documents, places_of, speaks_of, split_by_place
from bot.inquiry import Draft, Found, Inquiry
from bot.slots import document_years
from corpus.fold import fold
from corpus.years import years_in

_MOST = 10  # passages
_LONGEST = 5000  # characters of all of them together
_REFUSED = ("region", "year", "document")  # what no passage can answer, whoever reads it


def offered(inquiry: Inquiry, draft: Draft) -> list[Found]:
    """Return the passages, those that prove the extractive ``draft`` first; none where a model must not answer.

    A question whose place, year or document the corpus does not hold stays refused, and so does one that was answered
    without passages: a greeting, a question back, a document's own number or date.
    """
    if draft.status not in ("answered", "partial", "not_found") or draft.reason in _REFUSED:
        return []
    if inquiry.understood.kind in ("metadata", "documents", "greeting", "off_topic"):
        return []
    return list(_fitting(_ordered(inquiry, draft)))


def _ordered(inquiry: Inquiry, draft: Draft) -> list[Found]:
    """What was found that speaks for the place, of the documents named, in a year asked for."""
    u = inquiry.understood
    documents = inquiry.snapshot.documents
    called = [d for d in called_by_year(u, documents) if speaks_of(places_of(u), d)]
    named = {d.id for d in named_documents(u, documents) or called}
    own, _ = split_by_place(places_of(u), pool(inquiry))
    kept = [f for f in own if (not named or f.document.id in named) and _of_years(u.years, f)]
    proving = [f for f in kept if any(_holds(f, draft))]
    return [*proving, *(f for f in kept if f not in proving)]


def _of_years(years: Sequence[int], f: Found) -> bool:
    if not years:
        return True
    near = {d.year for text in (f.passage.text, f.passage.context) for d in years_in(fold(text))}
    return bool(set(years) & (near or document_years(f.document)))


def _holds(f: Found, draft: Draft) -> Iterator[bool]:
    for e in draft.evidence:
        if e.document.id == f.document.id and e.role == "proof":
            yield any(s.start <= e.span.start and e.span.end <= s.end for s in f.passage.spans)


def _fitting(found: Sequence[Found]) -> Iterator[Found]:
    length = 0
    for f in found[:_MOST]:
        length += len(f.passage.text)
        if length > _LONGEST and length > len(f.passage.text):
            return
        yield f
