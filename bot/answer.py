"""What goes in and comes out of the bot: filters, answer, citation, status. The shape is the same behind every door."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["answered", "partial", "clarify", "not_found", "out_of_scope", "blocked", "error"]
Reason = Literal["region", "year", "indicator", "document", "topic"]
Role = Literal["proof", "scope", "near_miss"]
REFUSALS: frozenset[str] = frozenset({"not_found", "out_of_scope", "blocked"})
MAX_QUESTION = 2000  # characters


@dataclass(frozen=True)
class Filters:
    """Hard limits on where an answer may come from; None: no limit."""

    region: str | None = None
    year: int | None = None
    issuer: str | None = None
    document_id: str | None = None


@dataclass(frozen=True)
class Turn:
    """Something said before. What the assistant said is untrusted and serves only to read the question."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True)
class Citation:
    """A quote that stands literally in a document: ``document.text[start:end] == quote``.

    ``derived`` names the identity fields, and ``heading``, that were concluded rather than read.
    """

    role: Role
    document_id: str
    title: str
    number: str | None
    issuer: str | None
    region: str | None
    issued: str | None
    published: str | None
    derived: tuple[str, ...]
    heading: tuple[str, ...]
    quote: str
    start: int
    end: int
    url: str | None = None
    validity: str | None = None


@dataclass(frozen=True)
class Answer:
    """One reply. ``answer`` and ``text`` carry only what the citations prove, and what was searched for and not found."""

    question: str
    standalone: str
    answer: str
    text: str
    status: Status
    reason: Reason | None = None
    mode: Literal["extractive", "generative"] = "extractive"
    note: str | None = None
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    id: str = ""
    latency_ms: float = 0.0
    usage: dict[str, Any] | None = None  # what a chat model cost; for the operator, shown at no door

    @property
    def refused(self) -> bool:
        return self.status in REFUSALS

    def as_dict(self) -> dict[str, Any]:
        """Return the answer object that every door shows (DESIGN: the answer, everywhere)."""
        return {
            "id": self.id,
            "question": self.question,
            "standalone": self.standalone,
            "answer": self.answer,
            "text": self.text,
            "status": self.status,
            "refused": self.refused,
            "reason": self.reason,
            "mode": self.mode,
            "note": self.note,
            "citations": [
                {**asdict(c), "derived": list(c.derived), "heading": list(c.heading)} for c in self.citations
            ],
            "suggestions": list(self.suggestions),
            "latency_ms": self.latency_ms,
        }
