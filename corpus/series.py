"""Part the words of a clause among its figures: 口罩6721万只、防护服176万套; 12个县级平台、160个乡镇平台; A、B和C分别达到90%、85%和70%."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.clauses import bracket_of, letters, places_in
from corpus.document import Span
from corpus.quantities import Quantity
from corpus.years import years_in

_MODAL = r"要|应当|应|必须|须|均|都|将|力争|确保|努力|保持|稳定|持续|基本|总体|可|约|共|总共|分别|各|全部|已|则|就|也"
_CHANGES = (
    r"(?:提高|降低|下降|减少|增加|增长|扩大|扩展|延长|缩短|压缩|压减|上升|调整|发展|控制|稳定|保持|维持|回落|上调|下调|提升|缩小|限制|恢复|扩|降|增|升|减)"
    r"(?:到|至|为|在|成)"
)
_VERBS = rf"{_CHANGES}|达到了|达到|达|超过|为|是|在|到|至|实现|完成|突破|高于|大于|低于|不低于|不少于|不超过|不得低于|不得少于|不得超过|占"
_BEFORE = re.compile(rf"(?:{_MODAL})*(?:{_VERBS})?\s*$")
_FROM = re.compile(r"(?:由|从)(?:原来|目前|现在|现有|上年|去年)?的?\s*$")
_AND = r"、|/|以及|(?<![共温缓平])和(?![谐平解睦])|(?<![普涉顾波])及(?![格时早])|(?<![参给])与|或(?!者)|或者|(?<![合兼])并(?![购网轨入])"
_LINK = re.compile(rf"(?:{_VERBS}|{_MODAL}|{_AND}|的|年|\s)*")
_OPENS = re.compile(rf"\s*(?:{_AND})")
_CLOSES = re.compile(rf"(?:{_AND})\s*$")
_PARTS = re.compile(_AND)
_DIGIT = re.compile(r"[\d一二十\"]")
_PART = 3  # letters, below which a part (市和区经费的比例) is no indicator of its own
_WHOLE_UNITS = ("%", "")  # a share may be of all that its clause says


@dataclass(frozen=True)
class Words:
    """What stands before and after a figure and belongs to it, as spans; ``base``: the value that something starts from."""

    before: tuple[Span, ...]
    after: tuple[Span, ...]
    base: bool = False


def words_of(folded: str, body: Span, clause: Span, own: Sequence[Quantity]) -> list[Words]:
    """Return, for each figure of a clause, its own words; ``own`` are the figures of the clause that stand for themselves."""
    start = max(clause.start, body.start)
    brackets = [bracket_of(folded, clause, q) for q in own]
    outer = [q for q, bracket in zip(own, brackets, strict=True) if bracket is None]
    gaps = [b for b in brackets if b]
    segments = _segments(folded, Span(start, clause.end), outer, gaps)
    shared = {id(q): words for words, figures in segments for q in figures}
    result = []
    for quantity, bracket in zip(own, brackets, strict=True):
        if bracket:
            result.append(_around(folded, Span(start, clause.end), bracket, outer, gaps))
            continue
        segment = shared[id(quantity)]
        figures = [q for q in outer if segment.start <= q.start < segment.end]
        result.append(_in_segment(folded, segment, quantity, figures, gaps))
    return _with_shared_opening(folded, _apart(folded, own, result))


def plain_words(folded: str, body: Span, clause: Span, own: Sequence[Quantity]) -> tuple[Span, ...]:
    """Return the words of a clause without its figures: what it speaks of."""
    start = max(clause.start, body.start)
    gaps = [_with_verb(folded, start, q) for q in own if q.start >= start]
    return tuple(_tidy(folded, _without(Span(start, clause.end), gaps)))


def _segments(
    folded: str, clause: Span, outer: Sequence[Quantity], gaps: Sequence[Span]
) -> list[tuple[Span, list[Quantity]]]:
    """Cut a clause between figures that have words of their own; figures without any between them share theirs."""
    cuts, groups = [clause.start], [[]] if outer else []
    for i, quantity in enumerate(outer):
        cut = _cut(folded, outer[i - 1], quantity, gaps) if i else None
        if cut is not None:
            cuts.append(cut)
            groups.append([])
        groups[-1].append(quantity)
    ends = [*cuts[1:], clause.end]
    return [(Span(max(clause.start, a), b), group) for a, b, group in zip(cuts, ends, groups, strict=False)]


def _cut(folded: str, last: Quantity, quantity: Quantity, gaps: Sequence[Span]) -> int | None:
    left = max([last.end, *(g.end for g in gaps if last.end <= g.start and g.end <= quantity.start)])
    between = folded[left : quantity.start]
    if is_link(folded, left, quantity.start):
        return None
    if opens := _OPENS.match(between):
        return left + opens.end()
    if _CLOSES.search(between):
        return quantity.start
    parts = list(_PARTS.finditer(between))
    if parts:
        return left + parts[-1].end()
    counted = last.unit not in _WHOLE_UNITS and quantity.unit not in _WHOLE_UNITS and last.comparator == "="
    return _with_verb(folded, left, quantity).start if counted and last.unit[-1:] not in "元年月日天" else None


def is_link(folded: str, start: int, end: int) -> bool:
    """Tell whether what stands between two figures says nothing of its own: 由2010年的35%提高到2015年的40%; 80元、100元."""
    between, at = "", start
    for year in years_in(folded, start, end):
        digits = _DIGIT.search(folded, year.span.start, year.span.end)
        between += folded[at : digits.start() if digits else year.span.start]
        at = year.span.end
    between += folded[at:end]
    return _LINK.fullmatch(between) is not None


def _in_segment(
    folded: str, segment: Span, quantity: Quantity, figures: Sequence[Quantity], gaps: Sequence[Span]
) -> Words:
    places = [i for i, q in enumerate(figures) if q == quantity]
    first = last = places[0]
    while first and is_link(folded, figures[first - 1].end, figures[first].start):
        first -= 1
    while last + 1 < len(figures) and is_link(folded, figures[last].end, figures[last + 1].start):
        last += 1
    taken = [*(g for g in gaps), *(_with_verb(folded, segment.start, q) for q in figures)]
    opening = _with_verb(folded, segment.start, figures[first])
    base = _FROM.search(folded, segment.start, _undated_end(folded, segment.start, opening.start))
    if base:
        taken.append(Span(base.start(), opening.start))
    taken += _places_before(folded, segment.start, taken)
    kept = list(_without(segment, taken))
    before = [s for s in kept if s.end <= figures[first].start]
    following = [q.start for q in figures[last + 1 :]]
    until = segment.end if quantity.unit in _WHOLE_UNITS or not following else following[0]
    after = [s for s in kept if figures[last].end <= s.start < until]
    is_base = bool(base) and places[0] == first and last > first
    return Words(tuple(_tidy(folded, before)), tuple(_tidy(folded, after)), is_base)


def _around(folded: str, clause: Span, bracket: Span, outer: Sequence[Quantity], gaps: Sequence[Span]) -> Words:
    """A figure in brackets is of what the clause around it says: its words but its figures and their places."""
    earlier = [q for q in outer if q.end <= bracket.start]
    start = max([clause.start, *(q.end + 1 for q in earlier[:-1] if folded[q.end] == "、")])
    taken = [*gaps, *(_with_verb(folded, start, q) for q in outer if q.start >= start)]
    taken += _places_before(folded, start, taken)
    kept = list(_without(Span(start, clause.end), taken))
    before = tuple(_tidy(folded, [s for s in kept if s.end <= bracket.start]))
    return Words(before, tuple(_tidy(folded, [s for s in kept if s.start >= bracket.start])))


def _apart(folded: str, own: Sequence[Quantity], found: list[Words]) -> list[Words]:
    """A、B和C分别达到x、y和z: each figure takes the part that stands in its place."""
    result = list(found)
    for i, words in enumerate(found):
        same = [n for n, w in enumerate(found) if w.before == words.before and w.before]
        if same[:1] != [i] or len(same) < 2 or not words.before:
            continue
        last = words.before[-1]
        spoken = folded[last.start : own[same[0]].start]
        if "分别" not in spoken:
            continue
        named = Span(last.start, min(last.end, last.start + spoken.index("分别")))
        rest = Span(min(last.end, named.start + spoken.index("分别") + 2), last.end)
        parts = list(_tidy(folded, split(folded, named)))
        if len(parts) == len(same) and min(len(letters(folded, [part])) for part in parts) >= _PART:
            tail = (rest,) if rest.end > rest.start else ()
            for n, part in zip(same, parts, strict=True):
                result[n] = Words((*words.before[:-1], part, *tail), words.after)
    return result


def split(folded: str, span: Span) -> Iterator[Span]:
    """Yield the parts of a list: 国家级、省级和市级."""
    at = span.start
    for match in _PARTS.finditer(folded, span.start, span.end):
        yield Span(at, match.start())
        at = match.end()
    yield Span(at, span.end)


def _with_shared_opening(folded: str, found: list[Words]) -> list[Words]:
    """建设100个示范社区、50个示范村: what opens the first is said of all that have nothing before them."""
    opening: tuple[Span, ...] = ()
    result = []
    for words in found:
        if words.before and words.after:
            opening = words.before
        elif words.before:
            opening = ()
        lacks = opening and not words.before and words.after
        result.append(Words(opening, words.after, words.base) if lacks else words)
    return result


def _with_verb(folded: str, start: int, quantity: Quantity) -> Span:
    verb = _BEFORE.search(folded, max(start, quantity.start - 16), quantity.start)
    begin = verb.start() if verb and verb.group().strip() else quantity.start
    for year in years_in(folded, max(start, begin - 14), begin):
        if year.span.end >= begin - 1 and folded[year.span.end : begin] in ("", "的"):
            begin = _with_verb(folded, start, Quantity(year.span.start, 0, "=", 0, 0, "", 0)).start
            break
    return Span(max(start, begin), quantity.end)


def _undated_end(folded: str, start: int, end: int) -> int:
    """Where the words before a figure end when the year at their end is left out: 由2010年的."""
    for year in years_in(folded, max(start, end - 14), end):
        if folded[year.span.end : end] in ("", "的"):
            return year.span.start
    return end


def _places_before(folded: str, start: int, taken: Sequence[Span]) -> list[Span]:
    found = []
    for gap in taken:
        found += [place for place in places_in(folded, max(start, gap.start - 24), gap.start) if place.end >= gap.start]
    return found


def _without(span: Span, gaps: Sequence[Span]) -> Iterator[Span]:
    at = span.start
    for gap in sorted(gaps):
        if gap.start > at:
            yield Span(at, min(gap.start, span.end))
        at = max(at, gap.end)
    if at < span.end:
        yield Span(at, span.end)


def _tidy(folded: str, spans: Iterator[Span] | Sequence[Span]) -> Iterator[Span]:
    """Leave out the year that words open or close with, and what joins them to figures."""
    for span in spans:
        start, end = span.start, span.end
        for year in years_in(folded, start, end):
            if year.span.start <= start + 2:
                start = max(start, year.span.end)
            elif folded[year.span.end : end].strip(" :,、的") == "":
                end = min(end, year.span.start)
        while start < end and folded[start] in ' ,、:(-"':
            start += 1
        while end > start and folded[end - 1] in " 、:-(":
            end -= 1
        if letters(folded, [Span(start, end)]):
            yield Span(start, end)
