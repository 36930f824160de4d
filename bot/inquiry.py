"""What passes along the chain: the inquiry that grows from a question, and the draft that an answerer makes of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.answer import Filters, Reason, Role, Status, Turn
from bot.asked import Asked
from bot.matching import Weighted
from bot.snapshot import Snapshot
from bot.understand import Understood
from corpus.document import Document, Passage, Span


@dataclass(frozen=True)
class Found:
    """A passage that the search gave, with its document, its score and the parts of that score."""

    passage: Passage
    document: Document
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Inquiry:
    """A question on its way through the chain; each step adds what it found out."""

    question: str
    history: tuple[Turn, ...]
    filters: Filters
    snapshot: Snapshot
    standalone: str = ""
    understood: Understood = Understood("", "", "fact")
    terms: Weighted = Weighted({})
    asked: Asked = field(default_factory=Asked)
    found: tuple[Found, ...] = ()
    topics: tuple[Document, ...] = ()  # the documents that the conversation is about, the likeliest first
    until: float = math.inf  # the time.monotonic() at which a chat model must be done
    around: tuple[Found, ...] = ()  # more of the documents that come first in ``found``


@dataclass(frozen=True)
class Evidence:
    """A stretch of a document that is to be quoted, and what for."""

    role: Role
    document: Document
    span: Span
    headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """What an answerer says. Markers [1], [2] … in ``text`` count ``evidence``; nothing here is believed before ``ground``."""

    status: Status
    answer: str
    text: str
    evidence: tuple[Evidence, ...] = ()
    reason: Reason | None = None
    suggestions: tuple[str, ...] = ()
