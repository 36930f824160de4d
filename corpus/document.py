"""The words of the lowest floor: span, document, passage, target. Knows nothing of files, search or answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of a document's text: ``text[start:end]``, counted in Unicode code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters that this span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True)
class Enclosed:
    """A document that another one passes on (转发、印发) and carries inside."""

    title: str
    issuer: str | None = None
    issued: str | None = None  # ISO date
    span: Span | None = None  # where its title stands


@dataclass(frozen=True)
class Document:
    """A policy file with its identity. ``text`` is the decoded file, byte order mark removed, otherwise unchanged."""

    id: str
    text: str
    title: str
    number: str | None = None  # 文号 in one form: 粤府办〔2005〕90号
    issuer: str | None = None
    region: str | None = None  # the whole path of names: 广东省深圳市; 全国 for national organs
    issued: str | None = None  # ISO dates: 2010-11-30
    published: str | None = None
    validity: str | None = None
    url: str | None = None
    encloses: tuple[Enclosed, ...] = ()
    derived: tuple[str, ...] = ()  # names of the identity fields that were concluded rather than read
    evidence: Mapping[str, Span] = field(default_factory=dict)  # identity field -> where it stands in the text


@dataclass(frozen=True)
class Passage:
    """Spans of one document, in order, under one heading path, repeats left out. A quote lies inside one span."""

    id: str  # "<document id>#<n>"
    document_id: str
    spans: tuple[Span, ...]
    headings: tuple[str, ...]  # outermost first, as they stand in the text
    text: str  # the spans joined
    context: str  # issuer, region, title, headings, year: indexed and embedded before the text, never quoted
    derived_headings: bool = False  # the document's sentences are shuffled: headings were concluded from position

    @property
    def tells_identity(self) -> bool:
        """Whether it holds a document's own table, title and signature, and not what the document says."""
        return self.id.endswith("#0")


@dataclass(frozen=True)
class Target:
    """A quantified commitment: an indicator with its figure, deadline and scope, each with the span that proves it."""

    id: str  # "<document id>@<start of the quantity>"
    document_id: str
    indicator: str
    quantity: str  # figure with comparator and unit, literally: 98%以上
    comparator: str  # one of >= > <= < = ~
    low: float | None
    high: float | None
    unit: str
    span: Span  # of the quantity
    clause: Span  # the clause that holds indicator and quantity
    sentence: Span
    headings: tuple[str, ...] = ()
    year: int | None = None  # of the deadline
    deadline: Span | None = None  # where the deadline stands
    scope: str | None = None  # sub-region or subject that the figure is limited to: 东西两翼、粤北地区
    scope_span: Span | None = None
    reached: bool = False  # a state already reached rather than a commitment
