"""The last gate for every answerer: what a draft says must stand in the documents that it quotes, or it is not said.

A statement that fails is dropped; an answer without proof becomes ``not_found``. Whoever wrote the draft, a rule or a
model, the gate is the same.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answer import Answer, Citation
from bot.claims import MARK, claims_of, marks, plain, statements
from bot.inquiry import Draft, Evidence, Inquiry
from bot.polarity import turned
from bot.proof import Source, fault, instructs, sources_of
from bot.reply import NEAR, named
from bot.suggestions import following
from corpus.document import Passage
from corpus.fold import fold

_SHORTEST = 8  # characters of a quote; only what proves a place or a year may be shorter
_ABSENT = re.compile(r"没有(?:找到|规定|写明|收录|提到|说明|明确)|未(?:找到|规定|提及|提到|明确|收录)")
_STOPS = "，。；：！？,;:!? "
_EDGES = ("", *_STOPS, *'（()）“”「」《》"')
_COUNTS = re.compile(r"有 \d+ 份|另有 \d+ 份")  # the bot's own counting of documents
UNPROVEN = "没有找到能够证明答案的原文，所以不作回答。"


@dataclass(frozen=True)
class Rejected:
    """Why a draft, or a part of it, was not let through."""

    what: str
    why: str


def ground(inquiry: Inquiry, draft: Draft) -> Answer:
    """Return the answer that a draft proves; ``not_found`` where an answer has no proof left."""
    kept, rejected = held(inquiry, draft)
    if not rejected:
        return _answer(inquiry, draft)
    if draft.status not in ("answered", "partial"):
        return _answer(inquiry, replace(kept, answer=""))
    proven = any(e.role == "proof" for e in kept.evidence) and (kept.answer or not draft.answer)
    return _answer(inquiry, kept if proven else Draft("not_found", "", UNPROVEN, reason="topic"))


def check(inquiry: Inquiry, draft: Draft) -> list[Rejected]:
    """Return what is wrong with a draft: quotes, markers, roles, and all that is said and proven by nothing."""
    return held(inquiry, draft)[1]


def held(inquiry: Inquiry, draft: Draft) -> tuple[Draft, list[Rejected]]:
    """Return what is left of a draft when all that is not proven is taken out, and what that was."""
    gate = Gate(inquiry, draft.evidence)
    answers = draft.status in ("answered", "partial")
    rejected = list(gate.faults)
    rejected += _wrong_roles(draft)
    lines = list[str]()
    for statement in statements(draft.text):
        why = gate.fault(statement, inquiry.understood.content) if answers or marks(statement) else None
        if why:
            rejected.append(Rejected(plain(statement), why))
        lines.append(statement if not why else "\n" if statement.endswith("\n") else "")
    parts = draft.answer.split("；") if draft.answer else []
    wrong = {part: why for part in parts if (why := gate.fault(part))}
    rejected += [Rejected(part, why) for part, why in wrong.items()]
    if not rejected:
        return draft, []
    text = re.sub(r"\n{3,}", "\n\n", "".join(lines)).strip()
    answer = "；".join(part for part in parts if part not in wrong) if answers else ""
    return _renumbered(replace(draft, text=text, answer=answer), gate), rejected


class Gate:
    """Holds statements to numbered evidence; a door that streams asks it statement by statement."""

    def __init__(self, inquiry: Inquiry, evidence: Sequence[Evidence] = ()):
        self.faults: list[Rejected] = []
        self._inquiry = inquiry
        self._sources: list[Source | None] = []
        self.add(evidence)

    def add(self, evidence: Sequence[Evidence]) -> None:
        """Number more evidence, in order; what cannot be quoted keeps its number and holds nothing."""
        whole = {id(e): why for e in evidence if (why := _quote_fault(e))}
        self.faults += [Rejected(repr(e.span), whole[id(e)]) for e in evidence if id(e) in whole]
        sound = iter(sources_of(self._inquiry, [e for e in evidence if id(e) not in whole]))
        self._sources += [None if id(e) in whole else next(sound) for e in evidence]

    def sound(self, number: int) -> bool:
        """Tell whether a marker leads to a quote."""
        return 1 <= number <= len(self._sources) and self._sources[number - 1] is not None

    def fault(self, statement: str, subject: str = "", asked: bool = False) -> str | None:
        """Return why a statement may not be said, None where it may.

        ``subject``: what a figure that stands alone is of; ``asked``: a figure without a year is of one asked for.
        """
        numbers = marks(statement)
        if not all(self.sound(n) for n in numbers):
            return "marks no citation"
        cited = [s for n in numbers if (s := self._sources[n - 1])] or [s for s in self._sources if s]
        words = plain(_COUNTS.sub("", statement.replace(NEAR, "")))
        if not words or any(_literal(words, source) for source in cited):
            return None
        for source in self._sources:  # what a document is called is the document's own, whatever it looks like
            words = words.replace(named(source.document), " ") if source else words
        if turned(fold(words), [s.folded for s in cited]):
            return "turns round what is cited"
        claims = claims_of(words)
        if not numbers and _ABSENT.search(words):
            claims = replace(claims, places=(), names=(), years=())
        years = self._inquiry.understood.years if asked else ()
        return None if claims.none else fault(self._inquiry, claims, cited, subject, years)


def _literal(words: str, source: Source) -> bool:
    """Tell whether a statement is a run of whole clauses of a quote, and no order that was planted there."""
    said, quote = " ".join(words.split()).strip(_STOPS), " ".join(source.text.split())
    at = quote.find(said) if len(said) >= _SHORTEST else -1
    whole = at >= 0 and quote[at - 1 : at] in _EDGES and quote[at + len(said) : at + len(said) + 1] in _EDGES
    return whole and not instructs(source.text)


def _wrong_roles(draft: Draft) -> Iterator[Rejected]:
    roles = {e.role for e in draft.evidence}
    if draft.status in ("answered", "partial") and "proof" not in roles:
        yield Rejected(draft.status, "has no proof")
    if draft.status not in ("answered", "partial") and (draft.answer or "proof" in roles):
        yield Rejected(draft.status, "must not answer")


def _quote_fault(e: Evidence) -> str | None:
    text, span = e.document.text, e.span
    if not 0 <= span.start < span.end <= len(text):
        return "lies outside its document"
    if e.role != "scope" and span.end - span.start < _SHORTEST:
        return "is shorter than a clause"
    return None


def _renumbered(draft: Draft, gate: Gate) -> Draft:
    """Leave out the evidence that nothing is marked with any more, and number the rest anew."""
    allowed = ("proof", "scope") if draft.status in ("answered", "partial") else ("near_miss", "scope")
    used = [n for n in sorted(marks(draft.text)) if gate.sound(n) and draft.evidence[n - 1].role in allowed]
    new = {old: n for n, old in enumerate(used, 1)}
    text = MARK.sub(lambda m: f"[{new[int(m[1])]}]" if int(m[1]) in new else "", draft.text)
    return replace(draft, text=text, evidence=tuple(draft.evidence[n - 1] for n in used))


def _answer(inquiry: Inquiry, draft: Draft) -> Answer:
    return Answer(
        question=inquiry.question,
        standalone=inquiry.standalone,
        answer=draft.answer,
        text=draft.text,
        status=draft.status,
        reason=draft.reason,
        citations=tuple(_citation(e, _passage(e, inquiry)) for e in draft.evidence),
        suggestions=draft.suggestions or following(inquiry, draft),
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
