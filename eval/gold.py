"""Find where gold quotes stand: in the library before a set is asked, in the documents of a run after."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answer import Answer
from corpus.document import Span
from corpus.fold import fold
from corpus.library import Library
from eval.kept import Ranked, Source
from eval.questions import BrokenSet, Question, numbered_questions

_STOPS = "。！？!?\n\r"


@dataclass(frozen=True)
class Place:
    """A gold quote in a document, and the sentence that it stands in."""

    document_id: str
    quote: Span
    sentence: Span
    text: str  # of the quote


@dataclass(frozen=True)
class Case:
    """All that a metric looks at: a question, its answer, the search's ranking, and where the gold stands."""

    question: Question
    answer: Answer
    ranked: tuple[Ranked, ...] = ()
    gold: tuple[Place, ...] = ()  # of the quotes that prove the answer
    near: tuple[Place, ...] = ()  # of the near misses
    sources: Mapping[str, Source] | None = None


def make_case(question: Question, answer: Answer, ranked: tuple[Ranked, ...], sources: Mapping[str, Source]) -> Case:
    """Bring together what is known of one question and its answer."""
    own = [sources[id] for id in question.document_ids if id in sources] or list(sources.values())
    gold = tuple(place for quote in question.quotes for place in places(quote, own))
    near = tuple(place for quote in question.near_miss for place in places(quote, sources.values()))
    return Case(question, answer, ranked, gold, near, sources)


def places(quote: str, sources: Iterable[Source]) -> list[Place]:
    """Return every place where ``quote`` stands, wherever a document repeats it."""
    found = []
    for source in sources:
        for match in re.finditer(re.escape(quote), source.text):
            span = Span(*match.span())
            found.append(Place(source.id, span, _sentence(source.text, span), quote))
    return found


def check_quotes(path: Path, library: Library) -> list[str]:
    """Return warnings for gold that the library cannot show.

    Raises BrokenSet for a gold quote that stands in none of its documents while the library holds them all.
    """
    held = set(library.document_ids())
    texts: dict[str, str] = {}
    warnings = []
    for number, question in numbered_questions(path):
        unknown = [id for id in question.document_ids if id not in held]
        if unknown:
            warnings.append(f"{path}:{number}: the library does not hold {', '.join(unknown)}.")
        known = [id for id in question.document_ids if id in held]
        missing = [quote for quote in question.quotes if known and not _held(quote, known, library, texts)]
        if missing and not unknown:
            raise BrokenSet(f"{path}:{number}: quote {_short(missing[0])} does not stand in {', '.join(known)}.")
        warnings += [
            f"{path}:{number}: quote {_short(quote)} does not stand in {', '.join(known)}." for quote in missing
        ]
    return warnings


def _held(quote: str, ids: Sequence[str], library: Library, texts: dict[str, str]) -> bool:
    for id in ids:
        if id not in texts:
            document = library.document(id)
            texts[id] = document.text if document else ""
    return any(quote in texts[id] for id in ids)


def _sentence(text: str, span: Span) -> Span:
    start = max(text.rfind(stop, 0, span.start) for stop in _STOPS) + 1
    ends = [end for stop in _STOPS if (end := text.find(stop, max(span.start, span.end - 1))) >= 0]
    return Span(start, max(span.end, min(ends, default=len(text))))


def _short(text: str) -> str:
    return f"「{text if len(text) <= 40 else text[:39] + '…'}」"


def clauses(text: str) -> list[str]:
    """Return the folded clauses of a text."""
    return [clause for clause in re.split(r"[，,；;。！？!?：:\n\r]+", fold(text)) if clause.strip()]
