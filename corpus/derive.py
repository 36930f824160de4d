"""The path of a document's text: clean → identify → outline → deadlines → split, targets. Pure; knows nothing of files."""

from dataclasses import dataclass

from corpus.cleaner import clean
from corpus.deadlines import governing
from corpus.document import Document, Passage, Target
from corpus.identity import Given, identify
from corpus.outline import outline
from corpus.splitter import split
from corpus.targets import targets

DERIVE_VERSION = "3"  # raise it when anything below derives differently: old libraries are then derived again


@dataclass(frozen=True)
class Derived:
    """A document and all that follows from its text."""

    document: Document
    passages: tuple[Passage, ...]
    targets: tuple[Target, ...]


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
    )
