"""Say what is not there, and what is: for every refusal its reason, the nearest the corpus has, and what can be asked instead."""

from collections.abc import Sequence

from bot.answer import Reason
from bot.answerers.facts import ANSWERS, Candidate
from bot.answerers.figures import Match, quote_of
from bot.answerers.metadata import IDENTITY, identity_evidence
from bot.answerers.places import named_documents, places_of
from bot.inquiry import Draft, Evidence, Inquiry
from bot.reply import GREETING, OUT_OF_SCOPE, TOPIC, UNCLEAR, missing, named, near_figure, near_quote, place_of
from bot.slots import covers, left, year_evidence
from bot.suggestions import examples
from corpus.document import Document

_SHOWN = 6  # documents that suggestions are made from
_NEAR = 0.45  # share of the question that a sentence must hold to be shown as what comes near
_ELSEWHERE = 0.1  # share below which what was found speaks of something else
_STRANGE = 0.12  # share below which a question without a policy word has nothing to do with the corpus


def greeting() -> Draft:
    """Greet, and say what can be asked."""
    return Draft("clarify", "", GREETING)


def field_absent(inquiry: Inquiry, document: Document) -> Draft:
    """Say that a document does not state the identity field asked for; its title is what comes near."""
    name = IDENTITY[inquiry.understood.field or "title"]
    evidence = identity_evidence(document)
    near = (Evidence("near_miss", evidence.document, evidence.span),) if evidence else ()
    return Draft(
        "not_found", "", f"所收录的{named(document)}没有写明{name}。{'[1]' if near else ''}", near, "indicator"
    )


def unclear(inquiry: Inquiry) -> Draft:
    """Ask back where a question names a place, a year or nothing, and not what about it; with what can be asked."""
    u, snapshot = inquiry.understood, inquiry.snapshot
    places = places_of(u)
    open_to_it = left(snapshot, inquiry.filters)
    documents = [d for d in open_to_it if not places or any(covers(place, d) for place in places)]
    if not documents:
        return Draft("not_found", "", missing("、".join(u.region_names), u.years, ""), reason="region")
    asks = examples(documents, snapshot.targets([d.id for d in documents[:_SHOWN]]))
    return Draft("clarify", "", UNCLEAR, suggestions=asks)


def out_of_scope() -> Draft:
    """Say that a question is not about policy."""
    return Draft("out_of_scope", "", OUT_OF_SCOPE)


def document_absent(inquiry: Inquiry) -> Draft:
    """Say that the document named is not on record."""
    u = inquiry.understood
    names = "、".join([*u.numbers, *(f"《{title}》" for title in u.titles)])
    return Draft("not_found", "", f"没有收录{names}，无法回答与它有关的问题。", reason="document")


def place_absent(inquiry: Inquiry, place: str) -> Draft:
    """Say that nothing on record is of the place named."""
    u = inquiry.understood
    subject = u.content.replace(place, " ").strip() or u.content
    return Draft("not_found", "", missing(place, u.years, subject), reason="region")


def absent(inquiry: Inquiry, matches: Sequence[Match], candidates: Sequence[Candidate]) -> Draft:
    """Say what was not found and why, with the near miss that the corpus has instead."""
    u = inquiry.understood
    best = candidates[0] if candidates else None
    names = u.regions or u.numbers or u.titles
    if not matches and not u.policy_like and not names and (best is None or best.share < _STRANGE):
        return out_of_scope()
    subject = u.content or u.text
    text = missing("、".join(u.region_names), u.years, subject)
    if matches:
        return _near_match(matches[0], text)
    if best and best.share >= _NEAR:
        return _near_sentence(inquiry, best, text)
    reason = _reason(inquiry)
    if reason == "indicator" and (best is None or best.share < _ELSEWHERE):
        reason = "topic"
    return Draft("not_found", "", text if reason != "topic" else f"{text}{TOPIC}", reason=reason)


def _near_match(m: Match, text: str) -> Draft:
    evidence = [Evidence("near_miss", m.document, quote_of(m.target), m.target.headings)]
    if year := year_evidence(m.target, m.document):
        evidence.append(Evidence("near_miss", year.document, year.span))
    numbers = list(range(1, len(evidence) + 1))
    when = f"{m.target.year}年" if m.target.year else ""
    ask = f"{place_of(m.document)}{when}{m.target.indicator}的目标是多少？"
    text = f"{text}\n\n{near_figure(m.document, m.target, numbers)}"
    return Draft("not_found", "", text, tuple(evidence), m.differs[0] if m.differs else "indicator", (ask,))


def _near_sentence(inquiry: Inquiry, best: Candidate, text: str) -> Draft:
    document = best.found.document
    evidence = Evidence("near_miss", document, best.span, best.found.passage.headings)
    reason = _reason(inquiry)
    if reason == "topic" and best.share >= ANSWERS:
        reason = "year" if inquiry.understood.years else "indicator"
    text = f"{text}\n\n{near_quote(best.found, best.span.of(document.text), [1])}"
    return Draft("not_found", "", text, (evidence,), reason)


def _reason(inquiry: Inquiry) -> Reason:
    u = inquiry.understood
    places = places_of(u)
    if places and not any(covers(place, d) for place in places for d in inquiry.snapshot.documents):
        return "region"
    if (u.numbers or u.titles) and not named_documents(u, inquiry.snapshot.documents):
        return "document"
    if places or u.numbers or (u.kind in ("figure", "comparison", "yes_no", "metadata") and inquiry.found):
        return "indicator"
    return "topic"
