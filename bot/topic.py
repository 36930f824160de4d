"""Which documents a conversation is about: those whose titles were said, and whose words the last turns repeat."""

import re
from collections.abc import Sequence

from bot.answer import Turn
from corpus.document import Document
from corpus.fold import fold

_DECAY = 0.6  # what a turn counts beside the one after it
_TURNS = 14
_GRAM, _ENOUGH = (
    5,
    10,
)  # characters of a stretch that two texts share, and how many of them say that one repeats the other
_SHORTEST, _LONGEST = 2, 20  # characters of a title that people say whole
_NAME = re.compile(r"[一-鿿]{2}|[a-z]{3}")
_MOST = 3


def spoken_of(question: str, history: Sequence[Turn], titles: dict[str, tuple[Document, ...]]) -> list[Document]:
    """Return the documents that a conversation is about, the likeliest first; ``titles`` maps folded titles to documents.

    What the assistant said counts too: it repeats what stands in the document that it spoke of.
    """
    turns = [fold(turn.content) for turn in history[-_TURNS:]] + [fold(question)]
    turns.reverse()
    said = "\n".join(turns)
    scores: dict[str, float] = {}
    documents: dict[str, Document] = {}
    for title in (t for t in titles if t in said):
        first = next(age for age, turn in enumerate(turns) if title in turn)
        grams = [_grams(turn.replace(title, "")) for turn in turns]
        for document in titles[title]:
            text = fold(document.text)
            repeated = sum(
                _DECAY**age * min(1.0, sum(g in text for g in found) / _ENOUGH) for age, found in enumerate(grams)
            )
            scores[document.id] = _DECAY**first * (1 + 0.02 * len(title)) + repeated
            documents[document.id] = document
    return [documents[id] for id in sorted(scores, key=lambda id: (-scores[id], id))[:_MOST]]


def sayable(documents: Sequence[Document]) -> dict[str, tuple[Document, ...]]:
    """Return the documents by their folded titles, as far as people say such titles whole."""
    titles: dict[str, tuple[Document, ...]] = {}
    for document in documents:
        title = fold(document.title).strip()
        if _SHORTEST <= len(title) <= _LONGEST and _NAME.search(title):
            titles[title] = (*titles.get(title, ()), document)
    return titles


def _grams(text: str) -> set[str]:
    return {text[i : i + _GRAM] for i in range(len(text) - _GRAM + 1)}
