"""Answer what is meant by a term: what a sentence says behind 是指 or 即, or the sentence that the term heads."""

import re
from collections.abc import Iterator, Sequence

from bot.answerers.places import places_of
from bot.answerers.windows import sentences_of
from bot.inquiry import Draft, Evidence, Found, Inquiry
from bot.reply import quoted
from bot.slots import region_evidence
from corpus.document import Span
from corpus.fold import fold

_QUOTED = re.compile(r"[\"「『](?P<term>[^\"」』]{2,20})[\"」』]")
_LEAST = 3  # characters of a term that stands in no quotation marks
_LONGEST = 600  # characters of a quote
_MEANS = r"[\"」』)]{0,2}[^,。;:\"]{0,8}[,:]?(?:即|是指|指的是|系指)[:,]?\s*(?P<what>[^。]{4,400})"
_HEADS = r"[-—\s(一二三四五六七八九十\d.、)]*[\"「『]?%s[\"」』]?[。:]?"


def answer_definition(inquiry: Inquiry, found: Sequence[Found]) -> Draft | None:
    """Draft what a term means; None where the question asks for no meaning or nothing that was found tells it."""
    if inquiry.understood.kind != "definition" or not (term := _term(inquiry)):
        return None
    for f in found:
        for what, proof in _meanings(term, f):
            document = f.document
            evidence = [Evidence("proof", document, proof, f.passage.headings)]
            if places := places_of(inquiry.understood):
                scope = region_evidence(places, document, proof)
                evidence += [scope] if scope else []
            answer = " ".join(what.of(document.text).split()).rstrip("。；;")
            numbers = list(range(1, len(evidence) + 1))
            return Draft("answered", answer, quoted(document, proof.of(document.text), numbers), tuple(evidence))
    return None


def _term(inquiry: Inquiry) -> str:
    u = inquiry.understood
    if named := _QUOTED.search(u.folded):
        return named["term"]
    runs = [run for run in u.content.split() if len(run) >= _LEAST]
    return runs[-1] if runs else ""


def _meanings(term: str, f: Found) -> Iterator[tuple[Span, Span]]:
    """What a passage says that the term means, and the sentences that say it."""
    spans = list(sentences_of(f))
    for n, span in enumerate(spans):
        words = fold(span.of(f.document.text))
        if span.end - span.start > _LONGEST:
            continue
        if match := re.search(re.escape(term) + _MEANS, words):
            yield Span(span.start + match.start("what"), span.start + match.end("what")), span
        elif re.fullmatch(_HEADS % re.escape(term), words) and n + 1 < len(spans):
            behind = spans[n + 1]
            if 0 <= behind.start - span.end <= 2 and behind.end - span.start <= _LONGEST:
                yield behind, Span(span.start, behind.end)
