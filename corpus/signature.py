"""Read who signed a document and when: an organ's name with a date behind it, or on the line above it, standing alone."""

import re
from collections.abc import Mapping, Sequence

from corpus.cleaner import Sentence
from corpus.document import Span
from corpus.fold import fold
from corpus.letterhead import Found
from corpus.numerals import find_dates
from corpus.titles import is_organ

_LONGEST = 100  # characters of a signature with its date
_FOOT = 8  # sentences at the end in which a date alone is the document's
_PASSES_ON = re.compile(r"转发|印发|批转")


def signature(folded: str, text: str, sentences: Sequence[Sentence], found: Mapping[str, Found]) -> dict[str, Found]:
    """Return ``issued`` and, where an organ signs, ``issuer``. A year with broken characters is read by what is found.

    The last signature counts; of a document that passes another on, the first by an organ: the other's stands behind it.
    """
    hints = tuple(int(y) for item in found.values() for y in re.findall(r"(?:19|20)\d\d", item.value))
    bodies = [s for s in sentences if s.kind == "body"]
    signed = [
        each for i in range(len(bodies) - 1, -1, -1) if (each := _signed(folded, text, bodies, i, hints)) is not None
    ]
    title = found.get("title")
    if title and _PASSES_ON.search(fold(title.value)):
        signed = [each for each in reversed(signed) if "issuer" in each] or signed
    return signed[0] if signed else {}


def _signed(
    folded: str, text: str, bodies: Sequence[Sentence], i: int, hints: tuple[int, ...]
) -> dict[str, Found] | None:
    """Read a sentence as a signature, with the organ on the line above it; None where it is none."""
    start, end = bodies[i].start, bodies[i].end
    if end - start > _LONGEST or "日" not in folded[end - 4 : end]:
        return None
    dates = find_dates(folded[start:end], hints)
    if not dates or dates[-1].end < len(folded[start:end].rstrip(" )。")):
        return None
    date = dates[-1]
    organ = _span(folded, start, start + date.start)
    if organ is None and i and is_organ(folded[bodies[i - 1].start : bodies[i - 1].end]):
        organ = bodies[i - 1].span
    elif organ and not is_organ(organ.of(folded)):
        return None
    if organ is None and i < len(bodies) - _FOOT:
        return None
    result = {"issued": Found(date.iso, Span(start + date.start, start + date.end), date.broken)}
    if organ:
        result["issuer"] = Found(re.sub(r"\s+", " ", organ.of(text)), organ)
    return result


def _span(folded: str, start: int, end: int) -> Span | None:
    while start < end and folded[start] in " (\n\t":
        start += 1
    while end > start and folded[end - 1] in " (\n\t":
        end -= 1
    return Span(start, end) if start < end else None
