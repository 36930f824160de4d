"""What the API gives, as pydantic models: they describe it, and a test holds every response to them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.answer import Reason, Role, Status


class GivenCitation(BaseModel):
    """A quote that stands literally in a document: `text[start:end] == quote`, counted in Unicode code points."""

    role: Role = Field(
        description="`proof` holds the answer, `scope` proves place or year, `near_miss` is what there is instead."
    )
    document_id: str
    title: str
    number: str | None = Field(description="Document number (文号).")
    issuer: str | None
    region: str | None
    issued: str | None = Field(description="ISO date.")
    published: str | None = Field(description="ISO date.")
    derived: list[str] = Field(description="Fields that were concluded rather than read.")
    heading: list[str] = Field(description="Heading path, outermost first.")
    quote: str
    start: int
    end: int
    url: str | None
    validity: str | None


class GivenAnswer(BaseModel):
    """The answer, the same behind every door."""

    id: str
    question: str
    standalone: str = Field(description="The question with what it left to the history.")
    answer: str = Field(description="The short answer alone; empty when nothing is answered.")
    text: str = Field(description="The reply that a person reads, in Markdown; [1] marks the first citation.")
    status: Status
    refused: bool
    reason: Reason | None = Field(description="Why nothing was found.")
    mode: Literal["extractive", "generative"] = Field(description="`generative`: label the reply as made by AI.")
    note: str | None = Field(description="The bot's own remark.")
    citations: list[GivenCitation]
    suggestions: list[str] = Field(description="Questions that can be asked next.")
    latency_ms: float
    html: str | None = Field(None, description="Reply and sources as safe HTML; only where it was asked for.")


class GivenPassage(BaseModel):
    """A passage that was found, with the parts of its score."""

    id: str
    document_id: str
    title: str
    number: str | None
    issuer: str | None
    region: str | None
    heading: list[str]
    text: str
    spans: list[tuple[int, int]] = Field(description="Where it stands in the document's text.")
    score: float
    parts: dict[str, float]


class GivenPassages(BaseModel):
    """Passages, best first."""

    passages: list[GivenPassage]


class GivenDocument(BaseModel):
    """A document's identity and size."""

    id: str
    title: str
    number: str | None
    issuer: str | None
    region: str | None
    issued: str | None
    published: str | None
    validity: str | None
    url: str | None
    encloses: list[str] = Field(description="Titles of the documents that it passes on.")
    derived: list[str]
    characters: int
    passages: int


class GivenDocuments(BaseModel):
    """One page of the documents, by id."""

    documents: list[GivenDocument]
    total: int = Field(description="How many there are on all pages.")


class GivenWholeDocument(GivenDocument):
    """A document with its text as published: what every quote's offsets count in."""

    text: str


class GivenTarget(BaseModel):
    """A quantified commitment: an indicator with its figure, deadline and scope, and the sentence it stands in."""

    id: str
    document_id: str
    title: str
    number: str | None
    issuer: str | None
    region: str | None
    heading: list[str]
    indicator: str
    quantity: str = Field(description="Figure with comparator and unit, literally.")
    comparator: str
    low: float | None
    high: float | None
    unit: str
    year: int | None = Field(description="Of the deadline.")
    scope: str | None = Field(description="Sub-region or subject that the figure is limited to.")
    reached: bool = Field(description="A state already reached rather than a commitment.")
    sentence: str
    start: int
    end: int


class GivenTargets(BaseModel):
    """One page of the targets, by document and place in its text."""

    targets: list[GivenTarget]
    total: int


class GivenExamples(BaseModel):
    """Questions that the documents can answer, to begin with."""

    questions: list[str]


class GivenHealth(BaseModel):
    """That answers can be given, and from how much."""

    status: Literal["ok"]
    documents: int
    passages: int
    first: str | None = Field(description="ISO date of the oldest document.")
    last: str | None


class GivenProblem(BaseModel):
    """An error, RFC 9457. Members beside these say more of some."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str = Field(description="What was expected, what was found, what to do.")
