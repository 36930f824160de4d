"""Give every sentence of a document its place in the heading tree, or none where the tree is not to be trusted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.cleaner import Sentence, shuffled
from corpus.document import Span
from corpus.fold import fold
from corpus.markers import ARTICLE, INNERMOST

_TITLE_WORDS = re.compile(
    r"(?:指导思想|总体思路|总体要求|总体目标|主要目标|发展目标|工作目标|目标任务|目标要求|基本原则|主要任务|重点任务|工作任务"
    r"|保障措施|组织领导|工作要求|基本情况|工作重点|适用范围|实施步骤|实施范围)(?=[一-鿿\d])(?![和与及的方、])"
)
_SAYS = re.compile(
    r"应当|应该|必须|不得|可以|禁止|负责|是指|的[,。;]|起施行|为了"
)  # what a sentence says and a heading does not
_LONGEST_TITLE = 50  # characters of a heading on a line of its own
_COLON = re.compile(r"\s*[^,。;:、]{2,15}:(?=.)")
_LONGEST_RUN_IN = 34  # characters of a heading that its section's text follows on the same line


@dataclass(frozen=True)
class Section:
    """A node of the heading tree. ``title`` is the heading's span, None for an item without one; ``level`` 0 is outermost.

    The root has no parent and no title. ``number`` is what the enumerator counts. ``derived``: the document is shuffled,
    so that this section's place was concluded.
    """

    parent: "Section | None"
    level: int
    number: int
    title: Span | None
    derived: bool = False

    @property
    def titles(self) -> tuple[Span, ...]:
        """The headings above and at this section, outermost first."""
        above = self.parent.titles if self.parent else ()
        return (*above, self.title) if self.title else above


@dataclass(frozen=True)
class Placed:
    """A sentence with its section; ``heading`` if it is nothing but its section's heading."""

    sentence: Sentence
    section: Section
    heading: bool


def outline(text: str, sentences: Sequence[Sentence]) -> tuple[Placed, ...]:
    """Place every sentence of kind ``body``, in order. In a shuffled document a heading holds only what directly follows it."""
    folded = fold(text)
    if shuffled(sentences):
        return tuple(_place_shuffled(folded, sentences))
    return tuple(_place(folded, [s for s in sentences if s.kind == "body"]))


def _place(folded: str, sentences: Sequence[Sentence]) -> list[Placed]:
    root = Section(None, -1, 0, None)
    current, placed = root, []
    for i, sentence in enumerate(sentences):
        if sentence.marker is None:
            placed.append(Placed(sentence, current, False))
            continue
        following = sentences[i + 1] if i + 1 < len(sentences) else None
        title = None if _goes_on(folded, current, sentence) else _title(folded, sentence, following)
        current = Section(_parent(current, sentence, root), sentence.marker.level, sentence.marker.number, title)
        placed.append(Placed(sentence, current, bool(title and title.end >= sentence.end - 1)))
    return placed


def _goes_on(folded: str, current: Section, sentence: Sentence) -> bool:
    """The last sentence of a list whose items have no headings has none either, whatever stands behind it."""
    marker, node = sentence.marker, current
    assert marker is not None
    while node.parent is not None and node.level > marker.level:
        node = node.parent
    next_of = node.level == marker.level and node.number + 1 == marker.number
    return next_of and node.title is None and marker.level > ARTICLE and folded[sentence.end - 1] in "。;"


def _parent(current: Section, sentence: Sentence, root: Section) -> Section:
    """Climb from ``current`` to the section under which a new enumerator stands.

    A list that begins again at 1 on the level just closed, as where a page lost the headings above it, opens under a
    section of its own without title or parent, so that what introduced the first list is not taken to introduce the
    second. Inside an article two lists may follow each other.
    """
    marker = sentence.marker
    assert marker is not None
    node, closed = current, None
    while node is not root and node.level >= marker.level:
        closed, node = node, node.parent or root
    if closed and closed.level == marker.level and marker.number == 1 and node.level != ARTICLE:
        return Section(None, marker.level - 1, 0, None)
    return node


def _title(folded: str, sentence: Sentence, following: Sentence | None) -> Span | None:
    """Return the span of the heading that a sentence with an enumerator is or opens with."""
    marker = sentence.marker
    assert marker is not None
    if marker.level == ARTICLE:
        return Span(sentence.start, marker.end)
    length = sentence.end - marker.end
    head = folded[marker.end : min(sentence.end, marker.end + _LONGEST_TITLE + 10)]
    blanks = len(head) - len(head.lstrip())
    if run_in := _TITLE_WORDS.match(head, blanks):
        return Span(sentence.start, marker.end + run_in.end())
    last = folded[sentence.end - 1]
    end = sentence.end - 1 if last in "。:" else sentence.end
    alone = following is None or following.line != sentence.line
    if alone and blanks < length <= _LONGEST_TITLE and last not in "。;,!?:" and marker.level != INNERMOST:
        return Span(sentence.start, end)
    if marker.level < ARTICLE and alone and length <= _LONGEST_TITLE:
        return Span(sentence.start, end)
    if colon := _COLON.match(head):
        return Span(sentence.start, marker.end + colon.end() - 1)
    if following is None or not blanks < length <= _LONGEST_RUN_IN or last in "!?;" or _SAYS.search(head, 0, length):
        return None
    nested = following.marker is not None and following.marker.level > marker.level
    return Span(sentence.start, end) if following.marker is None or nested else None


def _place_shuffled(folded: str, sentences: Sequence[Sentence]) -> list[Placed]:
    """A heading holds the sentences that follow it on its line, and the first of the next line if it speaks of the same."""
    root = Section(None, -1, 0, None)
    current, title_line, placed = root, -1, []
    for i, sentence in enumerate(sentences):
        if sentence.kind != "body":
            current = root
            continue
        if sentence.marker:
            following = sentences[i + 1] if i + 1 < len(sentences) else None
            title = _title(folded, sentence, following)
            parent = current if _adjoins(current, sentence, placed) else root
            current = Section(parent, sentence.marker.level, sentence.marker.number, title, derived=True)
            title_line = sentence.line
            placed.append(Placed(sentence, current, bool(title and title.end >= sentence.end - 1)))
            continue
        if sentence.line != title_line and not _speaks_of(folded, current, sentence):
            current = root
        placed.append(Placed(sentence, current, False))
        if sentence.line != title_line:
            current = root
    return placed


def _adjoins(current: Section, sentence: Sentence, placed: list[Placed]) -> bool:
    """The enumerator stands directly behind the heading of an outer level."""
    marker = sentence.marker
    behind = bool(placed) and placed[-1].section is current and placed[-1].sentence.end == sentence.start
    opens = bool(placed) and placed[-1].sentence.marker is not None
    return behind and opens and marker is not None and current.level < marker.level and marker.number == 1


def _speaks_of(folded: str, section: Section, sentence: Sentence) -> bool:
    if section.title is None:
        return False
    title = re.sub(r"\W|\d", "", section.title.of(folded))
    body = folded[sentence.start : sentence.end]
    return any(title[i : i + 2] in body for i in range(1, len(title) - 1))
