"""The last gate for every answerer: what a draft says must stand in the documents that it quotes, or it is not said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Answer, Citation
from bot.inquiry import Draft, Evidence, Inquiry
from corpus.document import Document, Passage
from corpus.fold import fold
from corpus.numerals import find_dates
from corpus.quantities import Quantity, find_quantities

_SHORTEST = 8  # characters of a quote; only what proves a place or a year may be shorter
_MARK = re.compile(r"\[(\d{1,3})\]")
UNPROVEN = "没有找到能够证明答案的原文，所以不作回答。"


@dataclass(frozen=True)
class Rejected:
    """Why a draft, or a part of it, was not let through."""

    what: str
    why: str


def ground(inquiry: Inquiry, draft: Draft) -> Answer:
    """Return the answer that a draft proves; ``not_found`` where an answer has no proof left."""
    rejected = check(draft)
    if rejected and draft.status in ("answered", "partial"):
        return _answer(inquiry, Draft("not_found", "", UNPROVEN, reason="topic"))
    if rejected:
        return _answer(
            inquiry, Draft(draft.status, "", draft.text.split("\n\n")[0], (), draft.reason, draft.suggestions)
        )
    return _answer(inquiry, draft)


def check(draft: Draft) -> list[Rejected]:
    """Return what is wrong with a draft: quotes, markers, roles, and quantities that no quote holds."""
    found = [Rejected(repr(e.span), why) for e in draft.evidence if (why := _quote_fault(e))]
    roles = {e.role for e in draft.evidence}
    if draft.status in ("answered", "partial") and "proof" not in roles:
        found.append(Rejected(draft.status, "has no proof"))
    if draft.status not in ("answered", "partial") and (draft.answer or "proof" in roles):
        found.append(Rejected(draft.status, "must not answer"))
    found += [
        Rejected(mark, "marks no citation")
        for mark in _MARK.findall(draft.text)
        if not 1 <= int(mark) <= len(draft.evidence)
    ]
    return found + _unproven(draft)


def _quote_fault(e: Evidence) -> str | None:
    text, span = e.document.text, e.span
    if not 0 <= span.start < span.end <= len(text):
        return "lies outside its document"
    if e.role != "scope" and span.end - span.start < _SHORTEST:
        return "is shorter than a clause"
    return None


def _unproven(draft: Draft) -> list[Rejected]:
    """Quantities of the reply that neither a quote nor the identity of a quoted document holds."""
    quotes = [q for e in draft.evidence for q in find_quantities(fold(e.span.of(e.document.text)))]
    identity = fold(" ".join(_identity(e.document) for e in draft.evidence))
    known = quotes + find_quantities(identity)
    spoken = fold("\n".join(_own_words(draft)))
    dates = find_dates(spoken)
    undated = "".join(" " if any(d.start <= i < d.end for d in dates) else c for i, c in enumerate(spoken))
    said = find_quantities(_MARK.sub(" ", undated))
    faults = [Rejected(f"{q.low:g}{q.unit}", "stands in no quote") for q in said if not _held(q, known)]
    proven = {d.iso for e in draft.evidence for d in find_dates(fold(e.span.of(e.document.text)), _years(e.document))}
    proven |= {date for e in draft.evidence for date in (e.document.issued, e.document.published) if date}
    proven |= {d.iso for e in draft.evidence for d in find_dates(fold(_identity(e.document)), _years(e.document))}
    return faults + [Rejected(d.iso, "stands in no quote") for d in dates if d.iso not in proven]


def _own_words(draft: Draft) -> list[str]:
    """The pieces of a reply that are not literally in a quote."""
    quotes = [" ".join(e.span.of(e.document.text).split()) for e in draft.evidence]
    pieces = re.split(r"[；\n|]|\*\*|> ", f"{draft.answer}\n{_spoken(draft)}")
    return [piece for piece in pieces if piece.strip() and not any(piece.strip() in quote for quote in quotes)]


def _years(document: Document) -> tuple[int, ...]:
    return tuple(int(date[:4]) for date in (document.issued, document.published) if date)


def _held(quantity: Quantity, known: Sequence[Quantity]) -> bool:
    return any(quantity.same_as(k) and quantity.comparator in (k.comparator, "=") for k in known)


def _spoken(draft: Draft) -> str:
    """The reply without what the person asked for, which a refusal may repeat, and without the bot's own counting."""
    text = re.sub(r"「[^」]*」|有 \d+ 份|另有 \d+ 份", " ", draft.text)
    return _MARK.sub(" ", text) if draft.status in ("answered", "partial") else ""


def _identity(document: Document) -> str:
    return " ".join(
        part for part in (document.title, document.number, document.issuer, document.issued, document.published) if part
    )


def _answer(inquiry: Inquiry, draft: Draft) -> Answer:
    return Answer(
        question=inquiry.question,
        standalone=inquiry.standalone,
        answer=draft.answer,
        text=draft.text,
        status=draft.status,
        reason=draft.reason,
        citations=tuple(_citation(e, _passage(e, inquiry)) for e in draft.evidence),
        suggestions=draft.suggestions,
    )


def _passage(e: Evidence, inquiry: Inquiry) -> Passage | None:
    """The found passage that a piece of evidence stands in."""
    found = (*inquiry.found, *inquiry.around)
    passages = (f.passage for f in found if f.document.id == e.document.id)
    return next((p for p in passages if any(s.start <= e.span.start and e.span.end <= s.end for s in p.spans)), None)


def _citation(e: Evidence, passage: Passage | None) -> Citation:
    d = e.document
    concluded = ("heading",) if passage and passage.derived_headings and e.headings else ()
    return Citation(
        role=e.role,
        document_id=d.id,
        title=d.title,
        number=d.number,
        issuer=d.issuer,
        region=d.region,
        issued=d.issued,
        published=d.published,
        derived=(*d.derived, *concluded),
        heading=tuple(heading.rstrip("。：:") for heading in e.headings),
        quote=e.span.of(d.text),
        start=e.span.start,
        end=e.span.end,
        url=d.url,
        validity=d.validity,
    )
