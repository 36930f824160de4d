"""Find clauses, brackets and places around a figure of a folded text. Knows nothing of indicators."""

import re
from collections.abc import Sequence

from corpus.document import Span
from corpus.gazetteer import gazetteer
from corpus.quantities import Quantity
from corpus.regions import find_regions

_STOPS = ",，;；。!！?？\n"
_PLACE_TAIL = re.compile(r"(?:地区|区域|各市|等地)+")


def clause_of(folded: str, sentence: Span, start: int, end: int) -> Span:
    """Return the clause of a sentence around ``start:end``: what commas and semicolons part, brackets kept whole."""
    left, right, depth = sentence.start, sentence.end, 0
    for i in range(start - 1, sentence.start - 1, -1):
        char = folded[i]
        if char == ")":
            depth += 1
        elif char == "(":
            depth -= 1
        elif depth <= 0 and char in _STOPS:
            left = i + 1
            break
    depth = 0
    for i in range(end, sentence.end):
        char = folded[i]
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif depth <= 0 and char in _STOPS:
            right = i
            break
    while left < right and folded[left].isspace():
        left += 1
    return Span(left, right)


def bracket_of(folded: str, clause: Span, quantity: Quantity) -> Span | None:
    """Return the bracket of its clause that a figure stands in: 85%以上(东西两翼、粤北地区75%以上)."""
    left = folded.rfind("(", clause.start, quantity.start)
    if left < 0 or ")" in folded[left : quantity.start]:
        return None
    right = folded.find(")", quantity.end, clause.end)
    return Span(left, right + 1 if right >= 0 else clause.end)


def places_in(folded: str, start: int, end: int) -> list[Span]:
    """Return the regions that a stretch names, those in a row (东西两翼、粤北地区) as one span."""
    rows: list[Span] = []
    starts = gazetteer().starts
    if not any(folded[at : at + 2] in starts for at in range(start, end - 1)):
        return rows
    for mention in find_regions(folded[start:end]):
        first, last = start + mention.start, start + mention.end
        tail = _PLACE_TAIL.match(folded, last, end)
        last = tail.end() if tail else last
        if rows and folded[rows[-1].end : first] in ("、", "和", ""):
            rows[-1] = Span(rows[-1].start, last)
        else:
            rows.append(Span(first, last))
    return rows


def letters(folded: str, spans: Sequence[Span]) -> str:
    """Return what spans say, without figures and signs."""
    return re.sub(r"[\W\d]", "", "".join(span.of(folded) for span in spans))
