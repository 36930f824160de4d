"""Cut a published text into sentences and tell what each is: body, page furniture, identity field, repeat. Rewrites nothing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from corpus.document import Span
from corpus.edges import INLINE_FIELD, edges
from corpus.fold import fold
from corpus.lines import FIELD_NAMES, kind_of, lines, trim
from corpus.markers import Marker, marker_at
from corpus.table_row import LONGEST, row_cells

__all__ = ["FIELD_NAMES", "Kind", "Sentence", "clean", "shuffled"]

Kind = Literal["body", "furniture", "field", "repeat"]

_NO_WORD = re.compile(r"[\W_]*")
_SHORTEST_REPEAT = 8  # characters, below which an equal sentence is not called a repeat
_OWN_REPEAT = 25  # in a document that is not shuffled, a shorter equal sentence may belong to its own article
_SHUFFLED = 0.08  # share of repeated sentences above which the order of a document is not to be trusted


@dataclass(frozen=True)
class Sentence:
    """A sentence or a line of a document, or a heading; ``line`` numbers the published line that it starts on."""

    start: int
    end: int
    kind: Kind
    line: int
    marker: Marker | None = None  # the enumerator it opens with

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


def clean(text: str) -> tuple[Sentence, ...]:
    """Cut ``text`` into sentences in order: every character that is not white space lies in exactly one of them."""
    folded = fold(text)
    sentences = [sentence for number, line in enumerate(lines(folded)) for sentence in _cut(folded, line, number)]
    return tuple(_mark_repeats(folded, sentences))


def shuffled(sentences: Iterable[Sentence]) -> bool:
    """Tell whether so much is repeated that sentences cannot be trusted to stand in their order."""
    kinds = [s.kind for s in sentences if s.kind in ("body", "repeat")]
    return len(kinds) >= 5 and kinds.count("repeat") / len(kinds) >= _SHUFFLED


def _cut(folded: str, line: Span, number: int) -> Iterator[Sentence]:
    if line.end - line.start <= LONGEST and row_cells(folded, line):
        yield Sentence(line.start, line.end, "body", number)  # its cells stay with their headings
        return
    kind = kind_of(line.of(folded))
    if kind != "plain":
        yield Sentence(line.start, line.end, kind, number)
        return
    places = sorted({line.start, line.end, *edges(folded, line)})
    for start, end in pairwise(places):
        if span := trim(folded, start, end):
            yield _sentence(folded, span, number)


def _sentence(folded: str, span: Span, line: int) -> Sentence:
    piece = span.of(folded)
    if _NO_WORD.fullmatch(piece):
        return Sentence(span.start, span.end, "furniture", line)
    if INLINE_FIELD.fullmatch(piece):
        return Sentence(span.start, span.end, "field", line)
    return Sentence(span.start, span.end, "body", line, marker_at(folded, span.start))


def _mark_repeats(folded: str, sentences: list[Sentence]) -> Iterator[Sentence]:
    """Mark what stands a second time. A short line may recur of right, as a table's cells do, unless all is shuffled."""
    keys = ["".join(folded[s.start : s.end].split()) if s.kind in ("body", "field") else "" for s in sentences]
    again = list(_seen_before(keys))
    counted = [a and len(key) >= _SHORTEST_REPEAT and _is_sentence(key) for a, key in zip(again, keys, strict=True)]
    bodies = sum(s.kind == "body" for s in sentences)
    trusted = bodies < 5 or sum(counted) / bodies < _SHUFFLED
    for i, sentence in enumerate(sentences):
        in_run = any(counted[max(0, i - 1) : i]) or any(counted[i + 1 : i + 2])
        repeats = counted[i] and (len(keys[i]) >= _OWN_REPEAT or in_run) if trusted else again[i]
        yield replace(sentence, kind="repeat") if repeats else sentence


def _seen_before(keys: Iterable[str]) -> Iterator[bool]:
    seen: set[str] = set()
    for key in keys:
        yield bool(key) and key in seen
        seen.add(key)


def _is_sentence(key: str) -> bool:
    return len(key) >= _OWN_REPEAT or key[-1] in "。!?;:"
