"""Read what a statement of a reply claims: figures with what they measure, years, places, dates, numbers, titles, quotes, links.

Knows nothing of sources: whether a claim is true is ``bot.proof``'s to tell.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.clauses import clause_of
from corpus.document import Span
from corpus.fold import fold
from corpus.indicators import indicator, scope
from corpus.numbers import find_numbers
from corpus.numerals import find_dates
from corpus.quantities import Quantity, find_quantities
from corpus.regions import Mention, find_regions
from corpus.targets import WHOLE, attributive
from corpus.years import years_in

MARK = re.compile(r"\[(\d{1,3})\]")
_STATEMENT = re.compile(r"(?:[^。！？!?\n]|[!?](?!\s|\[\d|$))*(?:[。！？!?]+[”’」』）)*]*(?:[ \t]*\[\d{1,3}\])*|\n|$)")
_MARKUP = re.compile(r"\*\*|__|`+|^\s*(?:>\s?)+|^\s*(?:[-*+•·]|#{1,6})\s+", re.M)
_ENUMERATED = re.compile(r"^\s*(?:\d{1,2}\s*[.、)）．]|[（(]\s*\d{1,2}\s*[)）])\s*(?!\d)")
_LINK = re.compile(
    r"!\[|\]\s*\(|\]\s*:\s*\S|<[a-z!/]|&#?\w{2,8};|(?:https?|ftp|file|data|javascript|mailto)\s*:\s*\S[^\s，。；）)」》]*"
    r"|//[a-z\d][^\s，。；）)」》]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)*"
    r"|(?<![\w.])(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+(?:com|cn|net|org|gov|edu|info|io|top|xyz|cc|me|co|ai|app|dev|site|biz|tv|html?|php|png|jpe?g|gif|svg)(?![a-z\d])[^\s，。；）)」》]*",
    re.I | re.A,
)
_QUOTED = re.compile(
    r"「((?:[^「」]|「[^「」]*」){2,})」|『([^『』]{2,})』|“((?:[^“”]|“[^“”]*”){2,})”|‘([^‘’]{2,})’|\"([^\"]{2,})\""
)
_TITLE = re.compile(r"《([^《》]{2,})》")
_ISSUES = re.compile(
    r"^(?:\d{1,2}月)?(?:\d{1,2}日)?(?:的)?(?:印发|发布|公布|出台|制定|成文|转发|下发|颁布|发出|签发|实施)"
)
_DIGITS = re.compile(  # and figures that no parser reads: capital numerals, tenths, halves
    r"\d(?:[\d.,:/~-]*\d)?|[壹贰叁肆伍陆柒捌玖拾佰仟]{2,}"
    r"|[〇零一二两三四五六七八九十百千]+(?:成(?![立为本员果功效长人就绩都品分型])|倍|番|折)|一半|过半|半数|翻番"
)
_ALL = re.compile(rf"{WHOLE.pattern}|全部(?=\s*(?:$|[,;。)]))")
_EACH = re.compile(r"分别|依次|各为")
_JOINED = re.compile(r"以及|[、和与及,]")


@dataclass(frozen=True)
class Figure:
    """A quantity with the words that its clause measures by it, and the year and the places that are said of it."""

    quantity: Quantity
    words: str
    year: int | None
    places: tuple[Mention, ...]


@dataclass(frozen=True)
class Claims:
    """All that a statement says that can be held to a source. Texts are folded."""

    text: str  # without markup, markers, numbers and titles: as long as the statement without markup
    figures: tuple[Figure, ...]
    years: tuple[int, ...]
    places: tuple[Mention, ...]
    names: tuple[str, ...]  # the places as they are written
    dates: tuple[str, ...]
    numbers: tuple[str, ...]
    titles: tuple[str, ...]
    quotes: tuple[str, ...]
    links: tuple[str, ...]
    digits: tuple[str, ...]  # runs of digits that are part of nothing above

    @property
    def none(self) -> bool:
        """Whether there is nothing to prove."""
        rest = (self.figures, self.years, self.places, self.dates, self.numbers, self.titles, self.quotes, self.links)
        return not any(rest) and not self.digits


def statements(text: str) -> Iterator[str]:
    """Yield the statements of a reply, each with its markers and its line's end; a quotation and a table's row are one.

    >>> list(statements("达标率98%以上。[1]由市局负责。[2]"))
    ['达标率98%以上。[1]', '由市局负责。[2]']
    """
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith((">", "|")):
            yield line
        else:
            yield from (found for found in _STATEMENT.findall(line) if found)


def marks(statement: str) -> list[int]:
    """Return the numbers that a statement is marked with."""
    return list(dict.fromkeys(int(n) for n in MARK.findall(statement)))


def plain(statement: str) -> str:
    """Return a statement's words: no markers, no markup, a row's cells side by side."""
    words = _ENUMERATED.sub("", _MARKUP.sub("", MARK.sub("", statement)))
    return words.replace("**", "").replace("|", " ").strip()


def claims_of(statement: str) -> Claims:
    """Return what a statement claims."""
    words = plain(statement)
    folded = fold(words)
    links = [*_LINK.finditer(words), *_LINK.finditer(folded)]
    numbers = find_numbers(folded)
    titles = [Span(*m.span()) for m in _TITLE.finditer(folded)]
    dates = find_dates(folded)
    named = [*(Span(n.start, n.end) for n in numbers), *titles, *(Span(*m.span()) for m in links)]
    said = _blank(folded, [*named, *(Span(d.start, d.end) for d in dates)])
    years = years_in(said)
    places = tuple(find_regions(said)) if len(said) > 1 else ()
    quantities = quantities_in(said)
    covered = [*(d.span for d in years), *(Span(q.start, q.end) for q in quantities)]
    return Claims(
        text=said,
        figures=tuple(_figures(said, quantities, places)),
        years=tuple(dict.fromkeys(d.year for d in years)),
        places=places,
        names=tuple(said[m.start : m.end] for m in places),
        dates=tuple(d.iso for d in dates),
        numbers=tuple(n.number for n in numbers),
        titles=tuple(re.sub(r"\s", "", folded[t.start + 1 : t.end - 1]) for t in titles),
        quotes=tuple(m[m.lastindex or 0] for m in _QUOTED.finditer(words)),
        links=tuple(dict.fromkeys(m[0] for m in links)),
        digits=tuple(_DIGITS.findall(_blank(said, covered))),
    )


def grams(text: str) -> frozenset[str]:
    """Return the pairs of characters that stand side by side in the words of a folded text, and its Latin words and numbers."""
    pairs = (run[i : i + 2] for run in re.findall(r"[一-鿿]{2,}", text) for i in range(len(run) - 1))
    return frozenset((*pairs, *re.findall(r"[a-z]+|\d+(?:\.\d+)?", text)))


def quantities_in(folded: str) -> list[Quantity]:
    """Return the quantities of a folded text, and every 全部达到 as a hundred per cent, in order.

    >>> [q.low for q in quantities_in("优良率85%以上,工程质量全部达到标准")]
    [85.0, 100.0]
    """
    wholes = (Quantity(m.start(), m.end(), "=", 100.0, 100.0, "%", m.start()) for m in _ALL.finditer(folded))
    return sorted((*find_quantities(folded), *wholes), key=lambda q: q.start)


def _figures(said: str, quantities: Sequence[Quantity], places: Sequence[Mention]) -> Iterator[Figure]:
    whole = Span(0, len(said))
    clauses = [clause_of(said, whole, q.start, q.end) for q in quantities]
    alone = [q for q, clause in zip(quantities, clauses, strict=True) if not attributive(said, clause, q)]
    for q, clause in zip(quantities, clauses, strict=True):
        words = _measured(said, clause, alone if q in alone else quantities, q)
        yield Figure(q, words, _year(said, q), tuple(_places(said, clause, q, places)))


def _measured(said: str, clause: Span, quantities: Sequence[Quantity], q: Quantity) -> str:
    """The words that a figure measures; 甲和乙分别为1和2 gives each its own."""
    own = [x for x in quantities if clause.start <= x.start < clause.end]
    before = said[clause.start : own[0].start]
    if each := _EACH.search(before) if len(own) > 1 else None:
        parts = [part for part in _JOINED.split(before[: each.start()]) if part.strip()]
        if len(parts) == len(own):
            return parts[own.index(q)]
    spans = indicator(said, Span(0, len(said)), clause, q, quantities)
    return "".join(span.of(said) for span in spans)


def is_area(mention: Mention) -> bool:
    """Tell whether a place is a sub-region: 珠三角, 粤北."""
    return any(region.level == "area" for region in mention.regions)


def _year(said: str, q: Quantity) -> int | None:
    """The year that a figure is said of: the last one before it, else the first after it; not one of an issuing."""
    years = [d for d in years_in(said) if not _ISSUES.match(said[d.span.end :])]
    before = [d.year for d in years if d.span.start < q.start]
    return before[-1] if before else next((d.year for d in years), None)


def _places(said: str, clause: Span, q: Quantity, places: Sequence[Mention]) -> Iterator[Mention]:
    """The places that a figure is said of: what it is limited to, else those of its clause, else the last before it."""
    limit = scope(said, clause, q)
    limited = [m for m in places if limit and limit.start <= m.start < limit.end]
    own = [m for m in places if clause.start <= m.start < clause.end]
    before = [m for m in own if m.start < q.start]
    earlier = [m for m in places if m.start < q.start]
    chosen = limited or before or own or earlier[-1:] or places[:1]
    yield from chosen
    if not any(is_area(m) for m in chosen):
        yield from (m for m in before if is_area(m))


def _blank(text: str, spans: Sequence[Span]) -> str:
    chars = list(text)
    for span in spans:
        chars[span.start : span.end] = " " * (span.end - span.start)
    return "".join(chars)
