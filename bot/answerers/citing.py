"""Find, in the passages that a model's sentence names, the sentences that prove it; no proof, no sentence."""

from collections.abc import Sequence

from bot.answerers.places import places_of
from bot.answerers.windows import sentences_of
from bot.claims import Claims, Figure, claims_of, grams
from bot.ground import Gate
from bot.inquiry import Evidence, Found, Inquiry
from bot.proof import instructs, specific
from bot.slots import region_evidence, year_evidence
from corpus.document import Span
from corpus.fold import fold

_SHORTEST, _LONGEST = 8, 400  # characters of a quote
_MOST = 3  # quotes of one sentence
_BEST = 0.3  # share of a sentence's words that one quote must hold
_ALL = 0.55  # share that its quotes and the names of their documents must hold
_MORE = 0.12  # share that a further quote must add


def cite(inquiry: Inquiry, sentence: str, named: Sequence[Found]) -> list[Evidence] | None:
    """Return what proves a sentence, and its year and place, as evidence in order; None where the passages do not."""
    claims = claims_of(sentence)
    words = specific(fold(sentence))
    quotes = _quotes(claims, words, [q for f in named for q in _quotable(f)])
    if not quotes or not words:
        return None
    held = [len(words & grams(fold(e.span.of(e.document.text)))) / len(words) for e in quotes]
    around = grams(fold(" ".join(text for e in quotes for text in (_names(e), e.span.of(e.document.text)))))
    if max(held) < _BEST or len(words & around) < _ALL * len(words):
        return None
    evidence = [*quotes, *_scopes(inquiry, claims, quotes)]
    marked = sentence + "".join(f"[{n}]" for n in range(1, len(evidence) + 1))
    return None if Gate(inquiry, evidence).fault(marked, asked=True) else evidence


def _quotable(f: Found) -> list[Evidence]:
    """The sentences of a passage that may be quoted, short ones with what follows them."""
    text, found = f.document.text, list[Evidence]()
    for span in sentences_of(f):
        stretch = next(s for s in f.passage.spans if s.start <= span.start and span.end <= s.end)
        end = span.end
        while end - span.start < _SHORTEST and end < stretch.end:
            end += 1
        if _SHORTEST <= end - span.start <= _LONGEST and not instructs(text[span.start : end]):
            found.append(Evidence("proof", f.document, Span(span.start, end), f.passage.headings))
    return found


def _quotes(claims: Claims, words: frozenset[str], quotable: Sequence[Evidence]) -> list[Evidence]:
    """As few quotes as hold the sentence: first those that state its figures, then those that hold more of its words."""
    pieces = [(e, grams(fold(e.span.of(e.document.text))), _figures(e)) for e in quotable]
    chosen: list[Evidence] = []
    held: frozenset[str] = frozenset()
    for figure in claims.figures:
        stating = [(e, g) for e, g, figures in pieces if any(figure.quantity.same_as(q.quantity) for q in figures)]
        if not stating:
            return []
        e, g = max(stating, key=lambda item: (item[0] in chosen, len(words & item[1]), -item[0].span.start))
        chosen, held = (chosen if e in chosen else [*chosen, e]), held | g
    while len(chosen) < max(_MOST, len(claims.figures)):
        rest = [(e, g) for e, g, _ in pieces if e not in chosen]
        if not rest or not words:
            break
        e, g = max(rest, key=lambda item: (len((words - held) & item[1]), -item[0].span.start))
        if len((words - held) & g) < (_MORE if chosen else _BEST) * len(words):
            break
        chosen, held = [*chosen, e], held | g
    return chosen


def _figures(e: Evidence) -> tuple[Figure, ...]:
    return claims_of(e.span.of(e.document.text)).figures


def _scopes(inquiry: Inquiry, claims: Claims, quotes: Sequence[Evidence]) -> list[Evidence]:
    """What proves the year and the place of figures that the quotes state elsewhere."""
    found: list[Evidence] = []
    places = (*places_of(inquiry.understood), *(r for m in claims.places for r in m.regions))
    for e in quotes:
        targets = [t for t in inquiry.snapshot.targets([e.document.id]) if _in(t.span, e.span)]
        stated = [
            t for t in targets if any((f.quantity.low, f.quantity.unit) == (t.low, t.unit) for f in claims.figures)
        ]
        found += [y for t in stated if (y := year_evidence(t, e.document))]
        if places and (scope := region_evidence(places, e.document, e.span)):
            found.append(scope)
    return [e for n, e in enumerate(found) if e not in quotes and e not in found[:n]]


def _in(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _names(e: Evidence) -> str:
    d = e.document
    return " ".join(part for part in (d.title, d.number, d.issuer, d.region, *e.headings) if part)
