"""Find passages for a query and show them with the parts of their scores. Answers nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus.document import Document, Passage
from corpus.library import Library

if TYPE_CHECKING:
    from embeddings.index import Index


@dataclass(frozen=True)
class Found:
    """A passage that was found. ``score`` ranks within one search; ``parts`` holds the scores that it is made of."""

    passage: Passage
    document: Document
    score: float
    parts: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return the passage as ``search --json`` and the API show it."""
        return {
            "id": self.passage.id,
            "document_id": self.document.id,
            "title": self.document.title,
            "number": self.document.number,
            "issuer": self.document.issuer,
            "region": self.document.region,
            "heading": list(self.passage.headings),
            "text": self.passage.text,
            "start": self.passage.spans[0].start,
            "end": self.passage.spans[-1].end,
            "score": self.score,
            "parts": dict(self.parts),
        }


def search(library: Library, index: "Index", query: str, k: int = 10) -> tuple[Found, ...]:
    """Return the ``k`` best passages, best first; a passage that has just left the library is left out."""
    found = []
    for hit in index.search(query, k):
        passage = library.passage(hit.passage_id)
        document = passage and library.document(passage.document_id)
        if passage and document:
            found.append(Found(passage, document, hit.score, hit.parts))
    return tuple(found)
