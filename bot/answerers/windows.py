"""Cut what was found into the stretches that may answer: runs of clauses, sentences, runs of sentences, values of lines.

Knows nothing of the question. Every window lies inside one span of its passage.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.inquiry import Found
from corpus.document import Span
from corpus.fold import fold

SHORT = 58  # characters of a run of clauses
LONG = 250  # characters of a run of sentences
_STOP = re.compile(r"[。！？!?](?:[”」』’）)\"]*)|[\n\r]+")
_KEY = re.compile(r"[^\s:,。;?!()]{2,12}:(?!//)\s*(?=\S)")


@dataclass(frozen=True)
class Clause:
    """A clause of a sentence, without the stop that ends it; ``folded`` holds its words."""

    span: Span
    folded: str


@dataclass(frozen=True)
class Sentence:
    """A sentence or line of a found passage; ``stretch`` numbers the span it lies in."""

    found: int  # place among what was found
    stretch: int
    span: Span
    folded: str
    clauses: tuple[Clause, ...]
    key: int = 0  # characters of 地址： where a line opens so


def sentences_of(f: Found) -> Iterator[Span]:
    """Yield the sentences of a passage, each inside one of its spans."""
    for span in f.passage.spans:
        yield from _cut(f.document.text, span)


def read_sentences(found: Sequence[Found]) -> list[Sentence]:
    """Return the sentences of all that was found, in its order, the same place of a document once."""
    sentences: list[Sentence] = []
    seen: set[tuple[str, int]] = set()
    for number, f in enumerate(found):
        for stretch, span in enumerate(f.passage.spans):
            for piece in _cut(f.document.text, span):
                if (f.document.id, piece.start) not in seen:
                    seen.add((f.document.id, piece.start))
                    sentences.append(_sentence(number, stretch, piece, fold(piece.of(f.document.text))))
    return sentences


def _sentence(number: int, stretch: int, span: Span, folded: str) -> Sentence:
    key = _KEY.match(folded)
    clauses = tuple(Clause(Span(span.start + a, span.start + b), folded[a:b]) for a, b in _clauses(folded))
    return Sentence(number, stretch, span, folded, clauses, key.end() if key else 0)


def _cut(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    for match in _STOP.finditer(text, span.start, span.end):
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, span.end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield Span(start, end)


@lru_cache(maxsize=20_000)
def _clauses(folded: str) -> tuple[tuple[int, int], ...]:
    """Where the clauses of a sentence begin and end; stops inside brackets part nothing. Sentences come again and again."""
    clauses, start, depth = [], 0, 0
    for i, c in enumerate(folded):
        depth += (c in "(《") - (c in ")》")
        if depth <= 0 and c in ",;:。!?" and not (c in ",:" and _between_digits(folded, i)):
            if i > start:
                clauses.append((start, i))
            start, depth = i + 1, 0
    return (*clauses, (start, len(folded))) if start < len(folded) else tuple(clauses)


def _between_digits(folded: str, i: int) -> bool:
    return folded[i + 1 : i + 2].isdigit() and folded[i - 1 : i].isdigit()
