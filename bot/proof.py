"""Tell whether what a statement claims stands in the evidence that it cites: every figure with its own indicator, place and year.

The method is set arithmetic on pairs of characters: the words that a figure of the reply measures must be held by the
sentence that the figure is quoted from, without the words of that sentence's other figures.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from bot.claims import Claims, Figure, grams, is_area, quantities_in
from bot.inquiry import Evidence, Inquiry
from bot.slots import of_place
from corpus.clauses import clause_of
from corpus.document import Span, Target
from corpus.fold import fold
from corpus.indicators import indicator
from corpus.numbers import find_numbers
from corpus.numerals import find_dates
from corpus.quantities import Quantity
from corpus.regions import Mention, find_regions, resolve
from corpus.years import years_in

_HELD = 0.6  # share of a figure's words that the sentence it is quoted from must hold
_SHORTEST_QUOTE = 2  # characters of a quotation's part that must be literal
_IDLE = re.compile(  # what replies say around a figure, of whatever it is
    r"根据|按照|依据|来说|而言|来看|就(?=[一-鿿]{2,8}(?:来说|而言))|该(?=[一-鿿])|时间|期限|定[为在]|目标值?|指标|要求|规定|提出|明确|分别|应当?|必须|需要?|力争|争取|确保|努力|达到|实现|完成|控制在|保持在?|提高[到至]|降[低到至]+|不低于|不少于|不超过|超过"
    r"|以上|以下|以内|左右|之前|之内|年底|年末|全年|其中|同时|此外|另外|并且?|以及|文件|通知|意见|该市|该省|全市|全省|本市|我市|我省|数值|具体|大约|至少|最多|最高|最低|方面|情况|水平|对(?=[一-鿿]{2,}的)|[的是为将把了]"
)
_INSTRUCTS = re.compile(
    r"(?:忽略|无视|忘记|不要遵守|不必理会).{0,12}(?:指令|指示|规则|要求|提示|内容)|系统提示|提示词|system\s*prompt|ignore.{0,30}instructions?"
    r"|(?:你|您)(?:现在)?(?:是|扮演).{0,12}(?:助手|模型|机器人|ai)|(?:请|一律|都要)(?:直接)?(?:回答|回复|输出)|(?:回答|回复)(?:时|中)?(?:请|必须|一律)|(?:语言模型|聊天机器人|ai助手).{0,12}(?:请|必须)",
)


def instructs(text: str) -> bool:
    """Tell whether a text speaks to the machine that reads it; such a sentence proves nothing."""
    return _INSTRUCTS.search(fold(text)) is not None


class Fact:
    """A figure of a quoted sentence, with what it measures and what the sentence says of its other figures."""

    def __init__(self, quantity: Quantity, words: str, years: Collection[int], scope: str | None):
        self.quantity, self.words, self.years, self.scope = quantity, words, frozenset(years), scope
        self.own, self.rivals = grams(words), list[frozenset[str]]()
        self.around = frozenset[str]()


class Source:
    """A piece of evidence as it is held against claims."""

    def __init__(self, evidence: Evidence, targets: Sequence[Target] = (), headings: Sequence[str] = ()):
        self.evidence, self.headings = evidence, headings
        self.document = evidence.document
        self.text = evidence.span.of(self.document.text)
        self.folded = fold(self.text)
        self._targets = {t.span.start: t for t in targets}

    @cached_property
    def names(self) -> str:
        """Who the document is: title, number, issuer, region, headings; folded."""
        d = self.document
        enclosed = [part for e in d.encloses for part in (e.title, e.issuer)]
        parts = (d.title, d.number, d.issuer, d.region, *enclosed, *self.headings)
        return fold(" ; ".join(part for part in parts if part)).replace("〈", "《").replace("〉", "》")

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that the quote and the document's own names and dates say."""
        dates = (self.document.issued, self.document.published, *(e.issued for e in self.document.encloses))
        said = {d.year for d in years_in(self.folded)} | {d.year for d in years_in(self.names)}
        numbered = {int(year) for year in re.findall(r"(?:19|20)\d\d", self.names + self.folded)}
        governing = {t.year for t in self._quoted_targets() if t.year}
        return frozenset(said | numbered | governing | {int(date[:4]) for date in dates if date})

    @cached_property
    def dates(self) -> frozenset[str]:
        """The full dates that the quote says or the document is of."""
        d = self.document
        hints = tuple(int(date[:4]) for date in (d.issued, d.published) if date)
        own = {date for date in (d.issued, d.published, *(e.issued for e in d.encloses)) if date}
        return frozenset(
            own | {m.iso for m in find_dates(self.folded, hints)} | {m.iso for m in find_dates(self.names)}
        )

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """The figures of the quote."""
        return tuple(fact for sentence in self._sentences() for fact in self._facts(sentence))

    def _sentences(self) -> Iterator[Span]:
        """The sentences that the quote lies in, cut at its end."""
        text, at, end = self.document.text, self.evidence.span.start, self.evidence.span.end
        start = max(text.rfind(stop, 0, at) for stop in "。！？\n\r") + 1
        for stop in re.finditer(r"[。！？\n\r]+|$", text[at:end]):
            if at + stop.end() > start:
                yield Span(start, at + stop.start())
                start = at + stop.end()

    def _facts(self, sentence: Span) -> list[Fact]:
        """The figures of a sentence that stand inside the quote; the others are their rivals all the same."""
        local, offset, span = fold(sentence.of(self.document.text)), sentence.start, self.evidence.span
        quantities = quantities_in(local)
        placed = [(offset + q.figure, self._fact(local, offset, q, quantities)) for q in quantities]
        words = grams(local)
        for _, fact in placed:
            said = local[fact.quantity.start : fact.quantity.end]  # a figure that describes what another one counts
            others = (f for _, f in placed if f.own != fact.own and said not in f.words)
            fact.rivals = [f.own for f in others if not f.quantity.same_as(fact.quantity)]
            fact.around = words - frozenset[str]().union(*fact.rivals) | fact.own
        return [fact for at, fact in placed if span.start <= at < span.end]

    def _fact(self, local: str, offset: int, q: Quantity, quantities: Sequence[Quantity]) -> Fact:
        whole = Span(0, len(local))
        target = self._targets.get(offset + q.start)
        if target:
            return Fact(q, fold(target.indicator), {target.year} - {None}, target.scope)  # type: ignore[arg-type]
        clause = clause_of(local, whole, q.start, q.end)
        words = "".join(span.of(local) for span in indicator(local, whole, clause, q, quantities))
        before = [d.year for d in years_in(local, 0, q.start)]
        return Fact(q, words or clause.of(local), before[-1:], None)

    def _quoted_targets(self) -> Iterator[Target]:
        span = self.evidence.span
        return (t for t in self._targets.values() if span.start <= t.span.start < span.end)


def sources_of(inquiry: Inquiry, evidence: Sequence[Evidence]) -> list[Source]:
    """Return the evidence ready to be held against claims."""
    targets = {id: list[Target]() for id in {e.document.id for e in evidence}}
    for target in inquiry.snapshot.targets(list(targets)):
        targets[target.document_id].append(target)
    headings = {id: [h for e in evidence if e.document.id == id for h in e.headings] for id in targets}
    return [Source(e, targets[e.document.id], headings[e.document.id]) for e in evidence]


def fault(
    inquiry: Inquiry, claims: Claims, cited: Sequence[Source], subject: str = "", years: Collection[int] = ()
) -> str | None:
    """Return why a statement is not held by what it cites, None where all of it is.

    ``subject``: what a figure measures that the statement shows alone; ``years``: one of which a figure is of that the
    statement gives no year.
    """
    known = " ".join(part for s in cited for part in (s.folded, s.names))
    urls = {s.document.url for s in cited if s.document.url}
    checks = (
        *((f"link {link}", _linked(link, urls, cited)) for link in claims.links),
        *((f"quote {quote}", _quoted(quote, cited, inquiry)) for quote in claims.quotes),
        *((f"title {title}", _titled(title, known)) for title in claims.titles),
        *((f"number {number}", _numbered(number, cited)) for number in claims.numbers),
        *((f"date {date}", any(date in s.dates for s in cited)) for date in claims.dates),
        *((f"year {year}", any(year in s.years for s in cited)) for year in claims.years),
        *(
            (f"place {name}", _placed(m, name, known, cited))
            for m, name in zip(claims.places, claims.names, strict=True)
        ),
        *((f"digits {digits}", _spelt(digits, known, cited)) for digits in claims.digits),
        *((f"figure {f.quantity.low:g}{f.quantity.unit}", _held(f, cited, subject, years)) for f in claims.figures),
    )
    return next((f"{what} is in nothing that is cited" for what, held in checks if not held), None)


def _linked(link: str, urls: set[str], cited: Sequence[Source]) -> bool:
    plain = re.fullmatch(r"[\w.+-]+@[\w.-]+|(?:https?://|//)?[\w./?=&%#:-]+", link, re.A) is not None
    return plain and (link in urls or any(fold(link) in s.folded and not instructs(s.text) for s in cited))


def _quoted(quote: str, cited: Sequence[Source], inquiry: Inquiry) -> bool:
    """Every part of a quotation that dots do not leave out stands in a source, in its headings, or was asked."""
    said = [_bare(text) for s in cited for text in (s.folded, s.names)] + [
        _bare(fold(inquiry.standalone + inquiry.question))
    ]
    parts = [_bare(part) for part in re.split(r"…+|\.{3,}|-{2,}", fold(quote))]
    return all(any(part in text for text in said) for part in parts if len(part) >= _SHORTEST_QUOTE)


def _titled(title: str, known: str) -> bool:
    return _bare(title) in _bare(known)


def _numbered(number: str, cited: Sequence[Source]) -> bool:
    return any(number == n.number for s in cited for text in (s.folded, s.names) for n in find_numbers(text))


def _placed(mention: Mention, name: str, known: str, cited: Sequence[Source]) -> bool:
    return (
        name in known
        or any(of_place(mention.regions, s.document) for s in cited)
        or _same(mention, find_regions(known))
    )


def _spelt(digits: str, known: str, cited: Sequence[Source]) -> bool:
    dates = " ".join(date for s in cited for date in (s.document.issued, s.document.published) if date)
    runs = re.findall(r"\d(?:[\d.,:/~-]*\d)?", f"{known} {dates}")
    return digits in runs if digits[0].isdigit() else digits in known


def _held(figure: Figure, cited: Sequence[Source], subject: str, years: Collection[int]) -> bool:
    return any(_says(figure, fact, source, cited, subject, years) for source in cited for fact in source.facts)


def _says(
    figure: Figure, fact: Fact, source: Source, cited: Sequence[Source], subject: str, years: Collection[int]
) -> bool:
    """The fact is the figure's: its value, its unit, not more than was said of it, its year, its place, its indicator."""
    same = figure.quantity.same_as(fact.quantity) and figure.quantity.comparator in (fact.quantity.comparator, "=")
    return (
        same
        and not instructs(source.text)
        and _of_year({figure.year} if figure.year else years, fact, cited)
        and all(_of_fact(m, fact, source, cited) for m in figure.places)
        and _measures(figure, fact, source, cited, subject)
    )


def _of_year(years: Collection[int], fact: Fact, cited: Sequence[Source]) -> bool:
    """One of the years is the fact's; where the document sets it none, one that its quotes or names say."""
    return not years or any(year in (fact.years or frozenset().union(*(s.years for s in cited))) for year in years)


def _of_fact(mention: Mention, fact: Fact, source: Source, cited: Sequence[Source]) -> bool:
    """A place that a figure is said of is its document's, its part's, or named in the quote itself."""
    parts = find_regions(fact.scope or "")
    if parts and is_area(mention):
        return _same(mention, parts)
    own = resolve(source.document.region) if source.document.region else ()
    if of_place(mention.regions, source.document) or any(
        r.within(o) for r in mention.regions for o in own if r.level == "area"
    ):
        return True
    same = [s for s in cited if s.document.id == source.document.id]
    return any(_same(mention, find_regions(s.text)) for s in same)


def _same(mention: Mention, others: Sequence[Mention]) -> bool:
    return any(r.code == o.code for m in others for o in m.regions for r in mention.regions)


def _measures(figure: Figure, fact: Fact, source: Source, cited: Sequence[Source], subject: str) -> bool:
    """The words said of the figure are those of its indicator, and not more those of another figure of its sentence."""
    words = specific(figure.words)
    said = specific(figure.words, areas=True) if words else specific(subject)
    if any(len(said & (rival - fact.own)) > len(said & (fact.own - rival)) for rival in fact.rivals):
        return False
    scopes = (grams(s.folded) for s in cited if s is not source and s.evidence.role == "scope")
    context = fact.around | grams(source.names).union(*scopes)
    return len(words & context) >= _HELD * len(words)


def specific(words: str, areas: bool = False) -> frozenset[str]:
    """Return the pairs of characters of folded words without year, place (or only ``areas``) and what replies say around any content."""
    for place in find_regions(words) if len(words) > 1 else ():
        if is_area(place) or not areas:
            words = words[: place.start] + " " * (place.end - place.start) + words[place.end :]
    for year in years_in(words):
        words = words[: year.span.start] + " " * (year.span.end - year.span.start) + words[year.span.end :]
    return grams(_IDLE.sub(" ", words))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text)
