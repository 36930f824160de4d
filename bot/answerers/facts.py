"""Answer from running text: the window of what was found that the ranker trusts most; the whole sentence is the proof."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from bot.answerers.items import asked_items, names_as_many
from bot.answerers.judge import aptness, judge, of_sentences, trust
from bot.answerers.needs import meets
from bot.answerers.places import places_of
from bot.answerers.signals import Reading, Window, read_windows
from bot.answerers.units import Family, asked_families, families_in
from bot.answerers.widening import widened
from bot.inquiry import Draft, Evidence, Found, Inquiry
from bot.matching import lacks
from bot.reply import marks, quoted
from bot.slots import document_years, region_evidence
from corpus.deadlines import years_in
from corpus.document import Span
from corpus.fold import fold
from corpus.numerals import find_dates
from corpus.quantities import Quantity, find_quantities

ANSWERS = 0.55  # share of the question that a sentence must hold to be called near to what was asked
_LEAST = 0.15  # share of the question that even a trusted window's sentences must hold
_KEPT = 24  # candidates
_LONGEST = 600  # characters of a quote
_ALL = 260  # characters of a proof that is said whole where a question asks for several things
_NEW = 2  # characters that an answer has and its question has not
_SHORTEST = 8
_ASKS = re.compile(r"[?？][”」』’）)\"]*\s*$")
_STRICT = frozenset[Family](("money", "rank"))  # kinds of figure that no other stands for
_WORDED = re.compile(r"全部|全额|免费|半数|一半|不收|不得收")  # figures in words
NOTE = re.compile(
    r"\((?P<whole>[^()]{2,200}(?:\([^()]*\)[^()]*)*(?:负责|牵头|配合|承办|落实|参加))\)"
)  # (市质监局牵头,市财政局配合): who does all before it
_WHO = (
    r"由(?P<who>[^,。;:由]{2,30}?)(?:负责|牵头|承担|组织|任|担任|会同|统一|主管|具体)",
    r"(?P<who>[^,。;:()]{2,60}?)(?:牵头|负责)",
    r"(?P<who>[^,。;:]{2,30}?)(?:是|为).{0,12}(?:第一责任人|责任人|主管部门|行政主管部门|牵头单位|负责人)",
)


@dataclass(frozen=True)
class Candidate:
    """A window that may answer, with the sentences around it, which are its proof."""

    found: Found
    answer: Span  # what answers
    span: Span  # the whole sentences, or as much of them as can be quoted
    score: float  # the probability that it answers
    share: float  # of the question's weight that the sentences hold, with a part for what stands around them

    @property
    def text(self) -> str:
        return self.span.of(self.found.document.text)


def pool(inquiry: Inquiry) -> list[Found]:
    """Return all that windows may be cut from: what was found and more of the first documents, the best first."""
    found = (f for f in (*inquiry.found, *inquiry.around) if not f.passage.tells_identity)
    return sorted(found, key=lambda f: (-f.score, f.passage.id))


def facts(inquiry: Inquiry, found: Sequence[Found]) -> list[Candidate]:
    """Return the windows of what was found, the one that most probably answers first; ties by place in the corpus."""
    reading = read_windows(inquiry.asked, inquiry.terms, found)
    if not reading.windows:
        return []
    spoken_of = (reading.column("document") > 0) | (reading.column("before_passage") > 0)
    scores = spoken_of * of_sentences(reading, trust(reading, found))
    choice = aptness(reading)
    named = [
        (-float(s), found[w.found].passage.id, w.opens, -float(c), w.span, n)
        for n, (s, c, w) in enumerate(zip(scores, choice, reading.windows, strict=True))
    ]
    best = (n for *_, n in sorted(named)[: 3 * _KEPT])
    new = (n for n in best if says_new(inquiry, _words(reading.windows[n], found)))
    return [_candidate(inquiry, reading, reading.windows[n], found, float(scores[n])) for n in islice(new, _KEPT)]


def _words(window: Window, found: Sequence[Found]) -> str:
    return window.span.of(found[window.found].document.text)


def says_new(inquiry: Inquiry, words: str) -> bool:
    """Tell whether words say something that the question does not say itself: no echo, no title of it, no question."""
    question = inquiry.asked.text
    new = {c for c in fold(words) if c.isalnum() and c not in question}
    return not _ASKS.search(words) and (len(new) >= _NEW or any(c.isdigit() for c in new))


def _candidate(inquiry: Inquiry, reading: Reading, window: Window, found: Sequence[Found], score: float) -> Candidate:
    f = found[window.found]
    span = _quote(reading, window, f)
    words, context, whole = fold(span.of(f.document.text)), fold(f.passage.context), fold(f.passage.text)
    share = 0.7 * inquiry.terms.share(words) + 0.3 * inquiry.terms.share(words, context, whole)
    return Candidate(f, window.span, span, score, share)


def _quote(reading: Reading, window: Window, f: Found) -> Span:
    """The sentences that a window stands in, where they can be quoted; a short line with what stands beside it."""
    opens, closes = reading.sentences[window.opens].span, reading.sentences[window.closes].span
    quote = Span(opens.start, closes.end) if closes.end - opens.start <= _LONGEST else window.span
    stretch = next(s for s in f.passage.spans if s.start <= quote.start and quote.end <= s.end)
    start, end = quote.start, quote.end
    if end - start < _SHORTEST:
        start, end = max(stretch.start, start - 40), min(stretch.end, end + 40)
        text = f.document.text
        start += len(text[start : quote.start]) - len(text[start : quote.start].lstrip())
        end -= len(text[quote.end : end]) - len(text[quote.end : end].rstrip())
    return Span(start, end)


def answer_fact(inquiry: Inquiry, candidates: Sequence[Candidate]) -> Draft | None:
    """Draft the answer from the window most trusted; None if none is trusted enough or of the year asked for."""
    u = inquiry.understood
    apt = (c for c in candidates if c.share >= _LEAST and right_year(u.years, c) and _can_answer(inquiry, c))
    best = next(apt, None)
    if best is None or best.score < judge().threshold:
        return None
    document = best.found.document
    best = replace(best, span=widened(inquiry, best.found, best.span))
    answer = short_answer(inquiry, best)
    evidence = [Evidence("proof", document, best.span, best.found.passage.headings)]
    if places := places_of(u):
        scope = region_evidence(places, document, best.span)
        evidence += [scope] if scope else []
    numbers = list(range(1, len(evidence) + 1))
    lead = f"**{answer}**{marks(numbers)}\n\n" if answer and len(answer) < 60 else ""
    return Draft("answered", answer, lead + quoted(document, best.text, numbers), tuple(evidence))


def _can_answer(inquiry: Inquiry, c: Candidate) -> bool:
    """A sentence of another indicator answers nothing; one without a figure, or with none of the kind asked for, not how much."""
    u, words = inquiry.understood, fold(c.text)
    if not meets(u.folded, u.kind, words) or not names_as_many(asked_items(u.folded), c.found.document.text, c.span):
        return False
    if lacks(u.content, words, fold(c.found.passage.context)):
        return False
    if u.kind != "figure":
        return True
    families, asked = families_in(words), asked_families(u.folded) & _STRICT
    if asked:
        return bool(asked & families) or bool(_WORDED.search(words))
    if families:
        return True
    dated = [range(d.start, d.end) for d in find_dates(words)]
    return any(char.isdigit() and not any(i in d for d in dated) for i, char in enumerate(words))


def right_year(years: Sequence[int], c: Candidate) -> bool:
    """A year asked for must be one that the sentence, its context or its document sets."""
    if not years:
        return True
    document = c.found.document
    near = {d.year for text in (c.text, c.found.passage.context) for d in years_in(fold(text))}
    return bool(set(years) & (near or document_years(document)))


def short_answer(inquiry: Inquiry, best: Candidate) -> str:
    """Return as little of the window as answers: the body that does it, the one figure in it, or all of it."""
    u, text = inquiry.understood, best.found.document.text
    words = fold(best.answer.of(text))
    if u.asks > 1 and best.span.end - best.span.start <= _ALL:
        return " ".join(best.text.split())
    if u.kind == "who" and (who := who_of(inquiry, words, best.answer, text)):
        return who
    if u.kind == "figure" and (figure := _only_figure(words)):
        return text[best.answer.start + figure.start : best.answer.start + figure.end]
    return " ".join(best.answer.of(text).split()).strip("。；，;, ")


def _only_figure(words: str) -> Quantity | None:
    dates = find_dates(words)
    years = [d.span for d in years_in(words)]
    figures = [q for q in find_quantities(words) if not any(d.start <= q.start < d.end for d in (*dates, *years))]
    return figures[0] if len(figures) == 1 and len(words) < 60 else None


def who_of(inquiry: Inquiry, words: str, window: Span, text: str) -> str | None:
    """Return whom a window names as the one who does it; ``words`` are those of the window, folded."""
    if note := NOTE.search(words):
        return _noted(inquiry, note, window, text)
    role = re.search(r"(?P<who>[^,。;:由]{2,20}?)(?:任|担任|为)(?P<role>[^,。;]{2,20})$", words)
    if role and inquiry.terms.share(role["role"]) > 0:
        return text[window.start + role.start("who") : window.start + role.end("who")].lstrip("由")
    for pattern in _WHO:
        if match := re.search(pattern, words):
            return text[window.start + match.start("who") : window.start + match.end("who")]
    return None


def _noted(inquiry: Inquiry, note: re.Match[str], window: Span, text: str) -> str:
    """Who a note in brackets names: those who lead, those who help, or all."""
    asked = inquiry.understood.folded
    parts = re.search(r"^(?P<lead>.+?)牵头[,;](?P<help>.+)配合$", note["whole"])
    start = window.start + note.start("whole")
    name = "help" if "配合" in asked else "lead" if re.search(r"牵头|主管|主办", asked) else ""
    if parts and name:
        return text[start + parts.start(name) : start + parts.end(name)]
    return re.sub(r"(?:负责|承办|落实)$", "", text[start : window.start + note.end("whole")])
