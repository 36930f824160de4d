"""Answer which ones, where a question counts them or asks how they are called: the whole enumeration, no item less."""

from collections.abc import Iterator, Sequence

from bot.answerers.facts import right_year
from bot.answerers.items import Enumeration, asked_items, enumerations
from bot.answerers.places import places_of
from bot.answerers.sentences import Candidate
from bot.answerers.windows import sentences_of
from bot.inquiry import Draft, Evidence, Found, Inquiry
from bot.reply import quoted
from bot.slots import region_evidence
from corpus.document import Span
from corpus.fold import fold
from corpus.markers import marker_at

_SURE, _COUNTED = 0.5, 0.3  # share of the question that a sentence must hold; less where it has as many items as asked
_UNKNOWN = 3  # items where the question does not say how many
_BROKEN = 40  # characters from which a line without a stop is a sentence that the next line goes on with
_LONGEST = 600  # characters of a quote


def answer_enumeration(inquiry: Inquiry, found: Sequence[Found]) -> Draft | None:
    """Draft the items asked for; None where the question asks for none, or no sentence of what was found names as many."""
    wanted = asked_items(inquiry.understood.folded)
    if wanted is None or inquiry.understood.kind not in ("list", "fact", "definition"):
        return None
    held = [(c, e) for f in found for c in _sentences(inquiry, f) for e in enumerations(f.document.text, c.span)]
    fits = [(c, e) for c, e in held if (e.items == wanted if wanted else e.items >= _UNKNOWN)]
    least = _COUNTED if wanted else _SURE
    fits = [(c, e) for c, e in fits if c.share >= least and right_year(inquiry.understood.years, c)]
    if not fits:
        return None
    best, items = max(fits, key=lambda x: (round(x[0].share, 3), _near(inquiry, x[0], x[1]), -x[1].span.start))
    return _draft(inquiry, best, items)


def _near(inquiry: Inquiry, c: Candidate, e: Enumeration) -> float:
    return inquiry.terms.share(fold(e.span.of(c.found.document.text)))


def _draft(inquiry: Inquiry, best: Candidate, items: Enumeration) -> Draft:
    document = best.found.document
    evidence = [Evidence("proof", document, best.span, best.found.passage.headings)]
    if places := places_of(inquiry.understood):
        scope = region_evidence(places, document, best.span)
        evidence += [scope] if scope else []
    numbers = list(range(1, len(evidence) + 1))
    answer = " ".join(items.span.of(document.text).split())
    return Draft("answered", answer, quoted(document, best.text, numbers), tuple(evidence))


def _sentences(inquiry: Inquiry, f: Found) -> Iterator[Candidate]:
    """The sentences of a passage with the share of the question that they hold."""
    context, whole = fold(f.passage.context), fold(f.passage.text)
    for span in whole_sentences(f):
        words = fold(span.of(f.document.text))
        share = 0.7 * inquiry.terms.share(words) + 0.3 * inquiry.terms.share(words, context, whole)
        if span.end - span.start <= _LONGEST:
            yield Candidate(f, span, share, share)


def whole_sentences(f: Found) -> list[Span]:
    """Return the sentences of a passage; one that a line break tears apart is whole again."""
    text, joined = f.document.text, list[Span]()
    for span in sentences_of(f):
        last = joined[-1] if joined else span
        torn = last.end - last.start >= _BROKEN and text[last.end - 1] not in "。！？!?；;：:”）)"
        same = any(s.start <= last.start and span.end <= s.end for s in f.passage.spans)
        if joined and torn and same and not marker_at(fold(span.of(text)), 0):
            joined[-1] = Span(last.start, span.end)
        else:
            joined.append(span)
    return joined
