"""A conversation as the page holds it: exchanges of question and answer, and how the browser keeps and returns them.

What a browser returns is untrusted: it is held to the shapes of an answer and rendered anew, never shown as HTML.
"""

from asyncio import Event
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.answer import MAX_QUESTION, Answer, Filters, Turn

TURNS = 10  # turns of the conversation that go in with a question
MOST = 40  # exchanges that a conversation may have on the page; the oldest go


@dataclass(frozen=True)
class Exchange:
    """A question, the filters it was asked under (``limits``: in words), and its answer; None until it is there."""

    question: str
    filters: Filters = Filters()
    limits: tuple[str, ...] = ()
    answer: Answer | None = None
    html: str = ""  # the reply as it is shown
    streamed: str = ""  # what has come of the reply so far
    stop: Event = field(default_factory=Event, compare=False)  # set when no more of the reply is wanted


@dataclass(frozen=True)
class _Kept:
    question: str
    filters: Filters
    limits: tuple[str, ...]
    answer: Answer


Conversation = tuple[Exchange, ...]
_KEPT = TypeAdapter(_Kept)


def turns(conversation: Sequence[Exchange]) -> tuple[Turn, ...]:
    """Return what was said last, as the bot takes it."""
    said: list[Turn] = []
    for exchange in conversation[-TURNS // 2 :]:
        said.append(Turn("user", exchange.question))
        if exchange.answer:
            said.append(Turn("assistant", exchange.answer.text))
    return tuple(said)


def as_kept(exchange: Exchange) -> dict[str, Any] | None:
    """Return what the browser keeps of an exchange, as JSON; None where there is no answer."""
    if exchange.answer is None:
        return None
    return {
        "question": exchange.question,
        "filters": asdict(exchange.filters),
        "limits": list(exchange.limits),
        "answer": exchange.answer.as_dict(),
    }


def from_kept(kept: object) -> Conversation:
    """Return the exchanges that a browser kept, without those that are not in the shape of one."""
    return tuple(exchange for each in _listed(kept) if (exchange := _read(each)))[-MOST:]


def _listed(kept: object) -> Sequence[object]:
    return kept if isinstance(kept, list) else ()


def _read(kept: object) -> Exchange | None:
    try:
        read = _KEPT.validate_python(kept)
    except ValidationError:
        return None
    is_asked = 0 < len(read.question) <= MAX_QUESTION
    return Exchange(read.question, read.filters, read.limits, read.answer) if is_asked else None
