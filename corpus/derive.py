"""The path of a document's text: clean → identify → outline → deadlines → split, targets. Pure; knows nothing of files."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.cleaner import Sentence, clean
from corpus.deadlines import governing
from corpus.document import Document, Passage, Target
from corpus.identity import Given, identify
from corpus.outline import Placed, outline
from corpus.splitter import split
from corpus.targets import targets

DERIVE_VERSION = "5"  # raise it when anything below derives differently: old libraries are then derived again


@dataclass(frozen=True)
class Tally:
    """What stood in a text besides what its passages hold."""

    repeats: int = 0  # sentences that stand more than once, folded into one
    repeated: int = 0  # characters of them
    furniture: int = 0  # characters of page furniture
    headings: int = 0


@dataclass(frozen=True)
class Derived:
    """A document and all that follows from its text."""

    document: Document
    passages: tuple[Passage, ...]
    targets: tuple[Target, ...]
    tally: Tally = field(default_factory=Tally)


def derive(id: str, text: str, given: Given | None = None) -> Derived:
    """Return what the text of a document yields; the same text and identity always yield the same."""
    sentences = clean(text)
    document = identify(id, text, sentences, given)
    placed = outline(text, sentences)
    deadlines = governing(text, placed)
    return Derived(
        document,
        tuple(split(document, sentences, placed, deadlines)),
        tuple(targets(document, placed, deadlines)),
        _tally(sentences, placed),
    )


def _tally(sentences: Sequence[Sentence], placed: Sequence[Placed]) -> Tally:
    repeats = [s.end - s.start for s in sentences if s.kind == "repeat"]
    furniture = sum(s.end - s.start for s in sentences if s.kind == "furniture")
    headings = len({p.section.title for p in placed if p.section.title})
    return Tally(len(repeats), sum(repeats), furniture, headings)
