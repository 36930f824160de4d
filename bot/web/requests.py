"""What the API takes, as pydantic models: what is refused, and what its page describes."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.answer import MAX_QUESTION, Filters, Turn
from bot.feedback import MAX_COMMENT

MAX_TURNS = 100
MAX_TURN = 20_000  # characters
MAX_FOUND = 50  # passages of a search

Asked = Annotated[str, StringConstraints(min_length=1, max_length=MAX_QUESTION, pattern=r"\S")]
Name = Annotated[str, StringConstraints(max_length=200)]
Id = Annotated[str, StringConstraints(max_length=1000)]


class Closed(BaseModel):
    """A request of which every field is known."""

    model_config = ConfigDict(extra="forbid")


class SaidTurn(Closed):
    """Something said before. What the assistant said serves only to read the question."""

    role: Literal["user", "assistant"]
    content: Annotated[str, StringConstraints(max_length=MAX_TURN)]


class Limit(Closed):
    """Hard limits on where an answer may come from; a limit that is left out does not limit."""

    region: Name | None = Field(
        None, description="A place, as 深圳 or 广东省深圳市; documents of places inside it count."
    )
    year: Annotated[int, Field(ge=1, le=9999)] | None = Field(
        None, description="A year that the document was issued or published in, or sets itself."
    )
    issuer: Name | None = Field(None, description="A part of the issuer's name.")
    document_id: Id | None = Field(None, description="One document.")

    def filters(self) -> Filters:
        """Return the limits as the bot takes them."""
        return Filters(**self.model_dump())


class Ask(Closed):
    """A question with what was said before; a plain string in the history is something the person said."""

    question: Asked
    history: Annotated[
        list[SaidTurn | Annotated[str, StringConstraints(max_length=MAX_TURN)]], Field(max_length=MAX_TURNS)
    ] = []
    filters: Limit = Limit()
    html: bool = Field(
        False, description="Also give the reply as safe HTML, its sources with it, in the member `html`."
    )

    def turns(self) -> list[Turn | str]:
        """Return the history as the bot takes it."""
        return [turn if isinstance(turn, str) else Turn(turn.role, turn.content) for turn in self.history]


class Search(Closed):
    """A query, how many passages are wanted, and where they may come from."""

    query: Asked
    k: Annotated[int, Field(ge=1, le=MAX_FOUND)] = 10
    filters: Limit = Limit()


class TargetsLimit(Closed):
    """Which targets are wanted; a limit that is left out does not limit."""

    region: Name | None = None
    year: Annotated[int, Field(ge=1, le=9999)] | None = Field(None, description="Of the deadline.")
    issuer: Name | None = None
    document_id: Id | None = None
    indicator: Name | None = Field(None, description="A part of the indicator's name.")


class Page(Closed):
    """Which part of a list is wanted."""

    offset: Annotated[int, Field(ge=0, le=10_000_000)] = Field(0, description="How many entries to leave out first.")
    limit: Annotated[int, Field(ge=1, le=1000)] = Field(100, description="How many entries to give at most.")


class TargetsPage(TargetsLimit, Page):
    """Which targets are wanted, and which part of their list."""


class Judgement(Closed):
    """What a person thinks of an answer that this server gave."""

    answer_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(description="The answer's `id`.")
    liked: bool
    reasons: Annotated[list[Literal["wrong", "source", "incomplete", "unanswered", "other"]], Field(max_length=5)] = (
        Field([], description="Why it did not help.")
    )
    comment: Annotated[str, StringConstraints(max_length=MAX_COMMENT)] = ""
