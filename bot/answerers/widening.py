"""Widen a proof by the sentences beside it, where a question asks for several things that one sentence does not say."""

from bot.answerers.windows import sentences_of
from bot.inquiry import Found, Inquiry
from corpus.document import Span
from corpus.fold import fold

_ADDS = 0.05  # share of a question that a neighbour must add to be said with the proof
_LONGEST = 260  # characters of a proof


def widened(inquiry: Inquiry, f: Found, proof: Span) -> Span:
    """Return ``proof`` with the sentence before and behind it in its span of the passage, where they add to what is asked.

    Unchanged where the question asks but one thing.
    """
    if inquiry.understood.asks < 2:
        return proof
    text = f.document.text
    stretch = next(s for s in f.passage.spans if s.start <= proof.start and proof.end <= s.end)
    sentences = [s for s in sentences_of(f) if stretch.start <= s.start and s.end <= stretch.end]
    before = [s for s in sentences if s.end <= proof.start][-1:]
    behind = [s for s in sentences if s.start >= proof.end][:1]
    for beside in (*before, *behind):
        wider = Span(min(beside.start, proof.start), max(beside.end, proof.end))
        said, more = fold(proof.of(text)), fold(beside.of(text))
        if wider.end - wider.start <= _LONGEST and _adds(inquiry, said, more):
            proof = wider
    return proof


def _adds(inquiry: Inquiry, said: str, more: str) -> bool:
    return inquiry.terms.share(said, more) > inquiry.terms.share(said) + _ADDS
