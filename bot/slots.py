"""Hold a find against what the question names: is the place, the year, the document right, and what proves it?"""

import re
from collections.abc import Sequence

from bot.answer import Filters
from bot.inquiry import Evidence
from bot.snapshot import Snapshot
from corpus.deadlines import years_in
from corpus.document import Document, Span, Target
from corpus.fold import fold
from corpus.gazetteer import Region
from corpus.regions import find_regions, resolve


def admitted(documents: Sequence[Document], filters: Filters) -> frozenset[str] | None:
    """Return the ids of the documents that the filters leave, None for all.

    A document passes the year filter if it was issued or published in that year, or names it as a year of its own.
    """
    if filters == Filters():
        return None
    return frozenset(d.id for d in documents if _passes(d, filters))


def allowed(snapshot: Snapshot, filters: Filters) -> frozenset[str] | None:
    """Return the ids of the documents that the filters leave in a snapshot, None for all; worked out once for each."""
    return snapshot.once(filters, lambda: admitted(snapshot.documents, filters))


def left(snapshot: Snapshot, filters: Filters) -> Sequence[Document]:
    """Return the documents that the filters leave in a snapshot, in their order."""
    among = allowed(snapshot, filters)
    return snapshot.documents if among is None else [d for d in snapshot.documents if d.id in among]


def _passes(document: Document, filters: Filters) -> bool:
    if filters.document_id and document.id != filters.document_id:
        return False
    if filters.issuer and filters.issuer not in (document.issuer or ""):
        return False
    if filters.region and not any(covers(region, document) for region in resolve(filters.region)):
        return False
    return filters.year is None or filters.year in document_years(document)


def covers(asked: Region, document: Document) -> bool:
    """Tell whether a document is of the place asked for, or of a place inside it (a city's, when its province is asked for)."""
    own = resolve(document.region) if document.region else ()
    return any(region.within(asked) for region in own)


def of_place(places: Sequence[Region], document: Document) -> bool:
    """Tell whether a document speaks for one of the places: it is that place's own."""
    own = resolve(document.region) if document.region else ()
    return any(
        region.code == place.code or (place.level == "area" and place.within(region))
        for region in own
        for place in places
    )


def document_years(document: Document) -> frozenset[int]:
    """Return the years that a document was issued or published in, and those its text sets."""
    dates = (document.issued, document.published)
    own = {int(date[:4]) for date in dates if date}
    return frozenset(own | {d.year for d in years_in(fold(document.text))})


def region_evidence(places: Sequence[Region], document: Document, quote: Span) -> Evidence | None:
    """Return what proves the place, None where the quote itself or nothing does."""
    names = find_regions(quote.of(document.text))
    if any(_same(region, places) for mention in names for region in mention.regions):
        return None
    for name in ("issuer", "title", "region"):
        span = document.evidence.get(name)
        if span and any(_same(r, places) for m in find_regions(span.of(document.text)) for r in m.regions):
            return Evidence("scope", document, line_of(document.text, span))
    return None


def _same(region: Region, places: Sequence[Region]) -> bool:
    return any(region.code == place.code for place in places)


def names_place(places: Sequence[Region], text: str) -> bool:
    """Tell whether a text names one of the places."""
    return any(_same(region, places) for mention in find_regions(text) for region in mention.regions)


def year_evidence(target: Target, document: Document) -> Evidence | None:
    """Return the clause that a target's deadline stands in, None where it is the sentence of the target itself."""
    span = target.deadline
    if span is None or (target.sentence.start <= span.start and span.end <= target.sentence.end):
        return None
    return Evidence("scope", document, clause_from(document.text, span))


def clause_from(text: str, span: Span, longest: int = 90) -> Span:
    """Return the sentence around ``span``, or, of a long one, its clauses up to where there are eight characters."""
    start = max((text.rfind(c, 0, span.start) for c in "。！？\n\r"), default=-1) + 1
    while start < span.start and text[start].isspace():
        start += 1
    ends = [span.end + m.start() for m in re.finditer(r"[，,；;。！!？?：:\n]", text[span.end : span.end + 400])]
    whole = next((end for end in ends if text[end] in "。！？：:\n"), None)
    if whole is not None and whole - start <= longest:
        return Span(start, whole)
    first = next((end for end in ends if end - start >= 8), min(len(text), span.end + longest))
    return Span(start, first)


def line_of(text: str, span: Span) -> Span:
    """Return the whole line or sentence around a short span, with the line below it where it is shorter than a quote may be."""
    if span.end - span.start >= 8:
        return span
    start = max((text.rfind(c, 0, span.start) for c in "\n\r。━"), default=-1) + 1
    end = span.end
    while end < len(text) and text[end] not in "\n\r。━":
        end += 1
    while start < span.start and text[start].isspace():
        start += 1
    if end - start > 60:
        start, end = span.start, span.end
    while end - start < 8 and end < len(text):
        following = re.compile(r"\s*[^\n\r]+").match(text, end)
        if not following:
            break
        end = following.end()
    return Span(start, end)
