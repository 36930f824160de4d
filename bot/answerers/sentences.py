"""Answer from a sentence that says nearly all of what is asked, by rules alone; the whole sentence is the proof."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answerers.facts import NOTE, right_year, says_new, who_of
from bot.answerers.items import asked_items, names_as_many
from bot.answerers.needs import meets
from bot.answerers.places import places_of
from bot.answerers.widening import widened
from bot.answerers.windows import sentences_of
from bot.inquiry import Draft, Evidence, Found, Inquiry
from bot.reply import marks, quoted
from bot.slots import region_evidence
from corpus.deadlines import years_in
from corpus.document import Span
from corpus.fold import fold
from corpus.markers import marker_at
from corpus.numerals import find_dates
from corpus.quantities import find_quantities

_SURE = 0.6  # share of the question's weight that a sentence and its surroundings must hold to answer
_KINDS = frozenset({"how", "why", "definition", "basis", "who", "list"})
_LONG_KINDS = frozenset({"how", "why", "list", "definition", "basis"})
_LONGEST = 260  # characters of a quote
_RESPONSIBLE = re.compile(r"(?:责任|牵头|主办|配合|承办|负责)的?(?:单位|部门)")
_ORGAN = re.compile(r"[一-鿿、]{0,30}(?:人民政府|政府|部门|委员会|办公室|领导小组|机构|单位|[局厅部委院会])")


@dataclass(frozen=True)
class Candidate:
    """A sentence of a found passage, with the share of the question that it holds."""

    found: Found
    span: Span
    score: float
    share: float  # with its surroundings

    @property
    def text(self) -> str:
        return self.span.of(self.found.document.text)


def said(inquiry: Inquiry, found: Sequence[Found]) -> list[Candidate]:
    """Return the sentences of what was found, the one that says most of what is asked first; ties by place in the corpus."""
    candidates = [c for f in found for c in _candidates(inquiry, f)]
    return sorted(candidates, key=lambda c: (-c.score, c.found.passage.id, c.span.start))


def _candidates(inquiry: Inquiry, f: Found) -> Iterator[Candidate]:
    context, whole = fold(f.passage.context), fold(f.passage.text)
    for span in sentences_of(f):
        words = fold(span.of(f.document.text))
        own = inquiry.terms.share(words, context, whole) if NOTE.fullmatch(words) else inquiry.terms.share(words)
        wide = inquiry.terms.share(words, context, whole)
        score = 0.65 * own + 0.25 * wide + _fits_kind(inquiry, words) + 0.05 * f.score
        yield Candidate(f, span, score - (0.2 if _heading(f, words) else 0), 0.7 * own + 0.3 * wide)


def _heading(f: Found, words: str) -> bool:
    return any(fold(title).rstrip("。:") == words.rstrip("。:") for title in f.passage.headings)


def _fits_kind(inquiry: Inquiry, words: str) -> float:
    """A question for a figure wants a figure, one for a day a date, one for a body a body's name."""
    u = inquiry.understood
    fits = {
        "figure": lambda: find_quantities(words),
        "when": lambda: find_dates(words) or years_in(words) or re.search(r"\d+[月日天年]", words),
        "basis": lambda: re.search(r"(?:根据|依据|为.{0,12}(?:贯彻|落实)).{0,60}《", words),
        "who": lambda: (
            NOTE.fullmatch(words)
            or (re.search(r"负责|牵头|组长|召集|主管|责任|配合|成员|会同|机构|由", words) and _ORGAN.search(words))
        ),
        "definition": lambda: (
            re.search(r"是指|即|指的是|称为", words) or _opens_with(inquiry.understood.content, words)
        ),
    }.get(u.kind)
    return 0.12 if fits and fits() else 0.0


def _opens_with(term: str, words: str) -> bool:
    """A sentence that is little more than the term, which the next one then explains: ——民生为重。把以人为本作为……"""
    return words.strip(' -。:"').startswith(term.strip('"')) and len(words) <= len(term) + 8


def answer_sentence(inquiry: Inquiry, found: Sequence[Found]) -> Draft | None:
    """Draft the answer from the best sentence; None if it holds too little of the question or not its year."""
    u = inquiry.understood
    if u.kind not in _KINDS:
        return None
    candidates = said(inquiry, found)
    if asks_responsible(u.folded):
        candidates = [c for c in candidates if NOTE.fullmatch(fold(c.text))] or candidates
    best = next(
        (
            c
            for c in candidates
            if c.share >= _SURE
            and says_new(inquiry, c.text)
            and len(c.text) >= 8
            and right_year(u.years, c)
            and _can_answer(inquiry, c)
        ),
        None,
    )
    if best is None:
        return None
    quote = _window(best) if u.kind in _LONG_KINDS else best.span
    quote = widened(inquiry, best.found, quote)
    answer = short_answer(inquiry, best, quote)
    document = best.found.document
    evidence = [Evidence("proof", document, quote, best.found.passage.headings)]
    if places := places_of(u):
        scope = region_evidence(places, document, quote)
        evidence += [scope] if scope else []
    numbers = list(range(1, len(evidence) + 1))
    lead = f"**{answer}**{marks(numbers)}\n\n" if answer and len(answer) < 60 else ""
    return Draft("answered", answer, lead + quoted(document, quote.of(document.text), numbers), tuple(evidence))


def asks_responsible(question: str) -> bool:
    """Tell whether a folded question asks for those whom a note in brackets names: 责任单位有哪些."""
    return _RESPONSIBLE.search(question) is not None


def _can_answer(inquiry: Inquiry, c: Candidate) -> bool:
    """A sentence without a figure does not answer how much, one without a name not who."""
    u, words = inquiry.understood, fold(c.text)
    if not names_as_many(asked_items(u.folded), c.found.document.text, c.span):
        return False
    return meets(u.folded, u.kind, words) and (u.kind != "figure" or bool(find_quantities(words)))


def _window(best: Candidate) -> Span:
    """The best sentence with those that follow it in its span, as long as it stays readable."""
    text = best.found.document.text
    span = next(s for s in best.found.passage.spans if s.start <= best.span.start < s.end)
    end = best.span.end
    for following in sentences_of(best.found):
        if end <= following.start < span.end and following.end - best.span.start <= _LONGEST:
            if marker_at(fold(text[following.start : following.end]), 0):
                break
            end = following.end
    return Span(best.span.start, end)


def short_answer(inquiry: Inquiry, best: Candidate, quote: Span) -> str:
    """Return as little of the quote as answers the question: a body, a date, a figure, or the clauses that hold most of it."""
    u, text = inquiry.understood, best.found.document.text
    if u.kind in _LONG_KINDS or u.asks > 1:
        return " ".join(quote.of(text).split())
    clauses = [best.span] if NOTE.fullmatch(fold(best.span.of(text))) else _clauses(text, best.span)
    clause = max(clauses, key=lambda c: (inquiry.terms.share(fold(c.of(text))), -c.start))
    words = fold(clause.of(text))
    if u.kind == "who" and (who := who_of(inquiry, words, clause, text)):
        return who
    if u.kind == "figure" and (quantities := find_quantities(words)):
        q = _nearest(inquiry, words, quantities)
        return text[clause.start + q.start : clause.start + q.end]
    if u.kind == "when" and (dates := find_dates(words) or [d.span for d in years_in(words)]):
        return text[clause.start + dates[0].start : clause.start + dates[0].end]
    return " ".join(_run(inquiry, clauses, clause, text).of(text).split()).rstrip("。；，;,")


def _clauses(text: str, span: Span) -> list[Span]:
    """The clauses of a sentence; commas and stops inside brackets part nothing."""
    clauses, start, depth = [], span.start, 0
    for i in range(span.start, span.end):
        depth += (text[i] in "（(《“") - (text[i] in "）)》”")
        if depth <= 0 and text[i] in "，；。,;：:！？":
            clauses.append(Span(start, i))
            start = i + 1
    clauses.append(Span(start, span.end))
    return [c for c in clauses if c.end > c.start] or [span]


def _nearest(inquiry: Inquiry, words: str, quantities: Sequence):
    """The figure that stands nearest behind the words asked for."""
    ends = [words.rfind(term) for term in inquiry.terms.weights if term in words]
    at = max(ends, default=0)
    return min(quantities, key=lambda q: (abs(q.start - at), q.start))


def _run(inquiry: Inquiry, clauses: Sequence[Span], best: Span, text: str) -> Span:
    """The best clause with its neighbours, as long as they add to what is asked."""
    start, end = best.start, best.end
    for clause in reversed([c for c in clauses if c.end <= best.start]):
        held = fold(text[start:end])
        if (
            inquiry.terms.share(held, fold(clause.of(text))) <= inquiry.terms.share(held) + 0.02
            or end - clause.start > 80
        ):
            break
        start = clause.start
    for clause in [c for c in clauses if c.start >= best.end]:
        held = fold(text[start:end])
        if (
            inquiry.terms.share(held, fold(clause.of(text))) <= inquiry.terms.share(held) + 0.02
            or clause.end - start > 80
        ):
            break
        end = clause.end
    return Span(start, end)
