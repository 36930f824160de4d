"""Split a document into passages along its outline. Knows nothing of what will search them."""

import re
from collections.abc import Iterator, Sequence

from corpus.cleaner import Sentence
from corpus.deadlines import Deadline, years_in
from corpus.document import Document, Passage, Span
from corpus.fold import fold
from corpus.outline import Placed, Section

SIZE = 260  # characters of a passage's text, about
_LONGEST = 420  # characters, above which a sentence is split between its clauses


def split(
    document: Document,
    sentences: Sequence[Sentence],
    placed: Sequence[Placed],
    deadlines: Sequence[Deadline | None],
    size: int = SIZE,
) -> Iterator[Passage]:
    """Yield passages of about ``size`` characters.

    Every sentence of kind ``body`` and every identity field lies in exactly one of them; a passage keeps to one section,
    with the headings that stand directly before it; no clause is cut in two.
    """
    head = _identity_sentences(document, sentences, placed)
    if front := [s.span for s in sentences if s in head or s.kind == "field"]:
        yield _passage(document, 0, front, None, None)
    number, held = 1, list[tuple[Placed, Deadline | None]]()
    for item in zip(placed, deadlines, strict=True):
        if item[0].sentence in head:
            continue
        if held and _full(held, item, size):
            yield from _pieces(document, number, held)
            number, held = number + 1, []
        held.append(item)
    if held:
        yield from _pieces(document, number, held)


def _identity_sentences(document: Document, sentences: Sequence[Sentence], placed: Sequence[Placed]) -> set[Sentence]:
    """The title, number and signature lines, which say who speaks and not what is said."""
    spans = [span for span in document.evidence.values()]
    bodies = {p.sentence for p in placed}
    return {
        s
        for s in sentences
        if s in bodies and s.end - s.start <= 120 and any(s.start <= span.start < s.end or span.start <= s.start < span.end for span in spans)
    }


def _full(held: list[tuple[Placed, Deadline | None]], item: tuple[Placed, Deadline | None], size: int) -> bool:
    last, new = held[-1][0], item[0]
    if new.section is not last.section:
        return not (all(p.heading for p, _ in held) and _below(new.section, last.section))
    length = sum(p.sentence.end - p.sentence.start for p, _ in held)
    same_line = new.sentence.line == last.sentence.line
    return length + new.sentence.end - new.sentence.start > size * (1.15 if same_line else 1.0)


def _below(section: Section, above: Section) -> bool:
    node = section.parent
    while node is not None:
        if node is above:
            return True
        node = node.parent
    return False


def _pieces(document: Document, number: int, held: list[tuple[Placed, Deadline | None]]) -> Iterator[Passage]:
    section = held[-1][0].section
    deadline = next((d for _, d in held if d), None)
    spans = [piece for p, _ in held for piece in _clauses(document.text, p.sentence.span)]
    parts, length = list[list[Span]]([[]]), 0
    for span in spans:
        if parts[-1] and length + span.end - span.start > _LONGEST:
            parts.append([])
            length = 0
        parts[-1].append(span)
        length += span.end - span.start
    for i, part in enumerate(parts):
        yield _passage(document, number if len(parts) == 1 else f"{number}.{i + 1}", part, section, deadline)


def _clauses(text: str, span: Span) -> Iterator[Span]:
    """Yield a sentence whole, or in runs of clauses where it is very long."""
    if span.end - span.start <= _LONGEST:
        yield span
        return
    start = span.start
    for match in re.finditer(r"[；;]|[，,\s]", text[span.start : span.end]):
        end = span.start + match.end()
        if end - start >= (_LONGEST // 2 if match[0] in "；;" else _LONGEST - 60):
            yield Span(start, end)
            start = end
    if start < span.end:
        yield Span(start, span.end)


def _passage(
    document: Document, number: int | str, spans: Sequence[Span], section: Section | None, deadline: Deadline | None
) -> Passage:
    spans = tuple(_merge(document.text, spans))
    headings = tuple(_one_line(title.of(document.text)) for title in section.titles) if section else ()
    return Passage(
        id=f"{document.id}#{number}",
        document_id=document.id,
        spans=spans,
        headings=headings,
        text="\n".join(span.of(document.text) for span in spans),
        context=_context(document, headings, spans, deadline),
        derived_headings=bool(section and section.derived),
    )


def _merge(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Join spans that touch, or that only blanks of one line part."""
    held: Span | None = None
    for span in spans:
        between = text[held.end : span.start] if held else ""
        if held and not between.strip(" \t\u3000\u00a0"):
            held = Span(held.start, span.end)
            continue
        if held:
            yield held
        held = span
    if held:
        yield held


def _context(document: Document, headings: Sequence[str], spans: Sequence[Span], deadline: Deadline | None) -> str:
    """One line that tells what the passage's own words leave out: issuer, region, title, number, headings, year."""
    folded = fold(document.text)
    named = {d.year for span in spans for d in years_in(folded, span.start, span.end)}
    year = f"{deadline.year}年" if deadline and deadline.year not in named else ""
    issuer = document.issuer if document.issuer and document.issuer not in document.title else ""
    region = document.region if document.region and document.region not in f"{document.title}{issuer}" else ""
    parts = (region, issuer, document.title, document.number, " ".join(headings), year)
    return " ".join(_one_line(part) for part in parts if part)


def _one_line(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()
