"""Find what a document passes on (转发、印发): the title of the enclosed one, with its own issuer and date."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.cleaner import Sentence
from corpus.document import Enclosed, Span
from corpus.fold import fold
from corpus.letterhead import Found, head
from corpus.numerals import find_dates

_PASSES_ON = (
    re.compile(r"(?P<organ>[一-鿿]{0,20}?)\"?《(?P<title>[^》]{4,120})》[^。]{0,60}(?:转发|印发|发布)给"),
    re.compile(r"现将(?P<organ>[一-鿿]{0,20}?)\"?《(?P<title>[^》]{4,120})》"),
)
_IN_TITLE = re.compile(r"(?:印发|转发|发布)(?P<organ>[一-鿿]{0,20}?)\"?《(?P<title>[^》]{4,120})》")
_FOOT = 100  # characters of a signature over two lines
_LEAD_IN = re.compile(r"^(?:现将|现把|将|由|根据|按照|同意)+")


def encloses(folded: str, text: str, sentences: Sequence[Sentence], title: Found) -> tuple[Enclosed, ...]:
    """Return the enclosed document where the title says that one is passed on."""
    if not re.search(r"转发|印发|发布", fold(title.value)):
        return ()
    places = [s.span for s in head(sentences)]
    tries = [(span, pattern) for span in places for pattern in _PASSES_ON]
    tries += [(title.span, _IN_TITLE)] if title.span else []
    for span, pattern in tries:
        if match := pattern.search(folded, span.start, min(span.end, span.start + 1000)):
            where = Span(*match.span("title"))
            organ = _LEAD_IN.sub("", match["organ"]) or None
            return tuple(_dated(Enclosed(where.of(text), organ, None, where), folded, sentences))
    return ()


def _dated(enclosed: Enclosed, folded: str, sentences: Sequence[Sentence]) -> Iterator[Enclosed]:
    """The enclosed title standing alone has its date behind it or under it: (省质监局二〇〇五年十月三十一日)."""
    name = fold(enclosed.title)
    for i, sentence in enumerate(sentences):
        if sentence.kind == "body" and folded.startswith(name, sentence.start) and sentence.end - sentence.start <= 200:
            under = sentences[i + 1] if i + 1 < len(sentences) else sentence
            own = find_dates(folded[sentence.start + len(name) : sentence.end])
            dates = own or (find_dates(folded[under.start : under.end]) if under.end - under.start <= 60 else [])
            if dates:
                yield replace(enclosed, issued=dates[0].iso)
                return
    yield replace(enclosed, issued=_signed_at_foot(enclosed, folded, [s for s in sentences if s.kind == "body"]))


def _signed_at_foot(enclosed: Enclosed, folded: str, bodies: Sequence[Sentence]) -> str | None:
    """The date at the very end beside the name of who made the enclosed one; None where it is not there."""
    foot = folded[bodies[-2].start if len(bodies) > 1 else 0 : bodies[-1].end] if bodies else ""
    dates = find_dates(foot) if len(foot) <= _FOOT and enclosed.issuer and fold(enclosed.issuer) in foot else []
    return dates[-1].iso if dates else None
