"""Split a document into passages along its outline. Knows nothing of what will search them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.cleaner import Sentence
from corpus.deadlines import Deadline
from corpus.document import Document, Passage, Span
from corpus.fold import fold
from corpus.outline import Placed, Section
from corpus.years import years_in

SIZE = 260  # characters of a passage's text, about
LONGEST = 420  # characters, above which a sentence is split between its clauses
HARDEST = 2000  # characters without any stop, above which there are no clauses to keep whole
_KEY = re.compile(r"[^,。;:!?\s]{1,12}(?:\s?[^,。;:!?\s]{1,8})?:(?!//)")  # 开放时间：… — its line stays whole


@dataclass(frozen=True)
class _Item:
    """A placed sentence on its way into a passage; ``whole`` characters from its start on belong together."""

    placed: Placed
    deadline: Deadline | None
    whole: int

    @property
    def span(self) -> Span:
        return self.placed.sentence.span

    @property
    def home(self) -> Section:
        """The section whose heading stands over it."""
        node = self.placed.section
        while node.title is None and node.parent is not None and not node.derived:
            node = node.parent
        return node


def split(
    document: Document,
    sentences: Sequence[Sentence],
    placed: Sequence[Placed],
    deadlines: Sequence[Deadline | None],
    size: int = SIZE,
) -> Iterator[Passage]:
    """Yield passages of about ``size`` characters.

    Every sentence of kind ``body`` and every identity field lies in exactly one of them; a passage keeps to one section,
    with the headings that stand directly before it and the items of its list; no clause is cut in two.
    """
    folded = fold(document.text)
    head = _identity_starts(document, placed)
    front = [s.span for s in sentences if s.start in head or s.kind == "field"]
    yield from _passages(document, folded, 0, front, None, None)
    rest = [pair for pair in zip(placed, deadlines, strict=True) if pair[0].sentence.start not in head]
    for number, held in enumerate(_with_contents(_groups(_items(folded, rest), size), size), 1):
        yield from _close(document, folded, number, held)


def _groups(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    held, length = list[_Item](), 0
    for item in items:
        if held and _full(held, length, item, size):
            yield held
            held, length = [], 0
        held.append(item)
        length += item.span.end - item.span.start
    if held:
        yield held


def _with_contents(groups: Iterable[list[_Item]], size: int) -> Iterator[list[_Item]]:
    """Join groups that are nothing but headings: a table of contents."""
    contents = list[_Item]()
    for group in groups:
        bare = all(item.placed.heading and not item.home.derived for item in group)
        if contents and (not bare or group[-1].span.end - contents[0].span.start > size):
            yield contents
            contents = []
        if bare:
            contents += group
        else:
            yield group
    if contents:
        yield contents


def _identity_starts(document: Document, placed: Sequence[Placed]) -> set[int]:
    """Where the title, number and signature lines start, which say who speaks and not what is said."""
    evidence = [span for span in document.evidence.values() if span.end - span.start <= 120]
    return {
        s.start
        for s in (p.sentence for p in placed)
        if s.end - s.start <= 120 and any(s.start <= e.start < s.end or e.start <= s.start < e.end for e in evidence)
    }


def _items(folded: str, pairs: Sequence[tuple[Placed, Deadline | None]]) -> Iterator[_Item]:
    ends: dict[int, int] = {}
    for p, _ in pairs:
        ends[p.sentence.line] = p.sentence.end
    line = -1
    for p, deadline in pairs:
        whole = p.sentence.end - p.sentence.start
        if p.sentence.line != line and _KEY.match(folded, p.sentence.start):
            whole = max(whole, min(ends[p.sentence.line] - p.sentence.start, LONGEST))
        line = p.sentence.line
        yield _Item(p, deadline, whole)


def _full(held: Sequence[_Item], length: int, new: _Item, size: int) -> bool:
    last = held[-1]
    if new.home is not last.home:
        return not (all(item.placed.heading for item in held) and _below(new.home, last.home))
    if last.deadline and new.deadline and last.deadline.year != new.deadline.year:
        return True
    same_line = new.placed.sentence.line == last.placed.sentence.line
    if same_line and new.span.end - held[0].span.start <= held[0].whole:
        return False
    return length + new.whole > size * (1.15 if same_line else 1.0)


def _below(section: Section, above: Section) -> bool:
    node = section.parent
    while node is not None:
        if node is above:
            return True
        node = node.parent
    return False


def _close(document: Document, folded: str, number: int, held: Sequence[_Item]) -> Iterator[Passage]:
    deadline = next((item.deadline for item in held if item.deadline), None)
    home: Section | None = held[-1].home
    if not all(item.home is home or _below(held[-1].home, item.home) for item in held):
        home = held[0].home.parent
    yield from _passages(document, folded, number, [item.span for item in held], home, deadline)


def _passages(
    document: Document,
    folded: str,
    number: int,
    spans: Sequence[Span],
    section: Section | None,
    deadline: Deadline | None,
) -> Iterator[Passage]:
    """Yield one passage of these spans, or several of clauses where they are very long."""
    parts = list(_parts(folded, spans))
    headings = tuple(_one_line(title.of(document.text)) for title in section.titles) if section else ()
    for i, part in enumerate(parts):
        joined = tuple(_join(folded, part))
        yield Passage(
            id=f"{document.id}#{number}" if len(parts) == 1 else f"{document.id}#{number}.{i + 1}",
            document_id=document.id,
            spans=joined,
            headings=headings,
            text="\n".join(span.of(document.text) for span in joined),
            context=_context(document, folded, headings, joined, deadline),
            derived_headings=bool(section and section.derived),
        )


def _parts(folded: str, spans: Sequence[Span]) -> Iterator[list[Span]]:
    part, length = list[Span](), 0
    for span in (piece for whole in spans for piece in _clauses(folded, whole)):
        if part and length + span.end - span.start > LONGEST:
            yield part
            part, length = [], 0
        part.append(span)
        length += span.end - span.start
    if part:
        yield part


def _clauses(folded: str, span: Span) -> Iterator[Span]:
    """Yield a sentence whole, or in runs of clauses where it is very long."""
    start = span.start
    if span.end - start > LONGEST:
        for stop in re.compile(r"[,，;；\s]").finditer(folded, span.start, span.end):
            length = stop.end() - start
            if length >= (LONGEST // 2 if stop[0] in ";；" else LONGEST - 60):
                yield from _hard(start, stop.end())
                start = stop.end()
    if start < span.end:
        yield from _hard(start, span.end)


def _hard(start: int, end: int) -> Iterator[Span]:
    for at in range(start, end, HARDEST):
        yield Span(at, min(at + HARDEST, end))


def _join(folded: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Join spans that touch, or that only blanks of one line part."""
    held: Span | None = None
    for span in spans:
        between = folded[held.end : span.start] if held else ""
        if held and len(between) <= 40 and not between.strip(" \t"):
            held = Span(held.start, span.end)
            continue
        if held:
            yield held
        held = span
    if held:
        yield held


def _context(
    document: Document, folded: str, headings: Sequence[str], spans: Sequence[Span], deadline: Deadline | None
) -> str:
    """One line that tells what the passage's own words leave out: issuer, region, title, number, headings, year."""
    year = ""
    if deadline and all(d.year != deadline.year for span in spans for d in years_in(folded, span.start, span.end)):
        year = f"{deadline.year}年"
    issuer = document.issuer if document.issuer and document.issuer not in document.title else ""
    region = document.region if document.region and document.region not in f"{document.title}{issuer}" else ""
    parts = (region, issuer, document.title, document.number, " ".join(headings), year)
    return " ".join(_one_line(part) for part in parts if part)


def _one_line(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()
