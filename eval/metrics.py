"""The metrics: each a function of one case, a question with its answer, that says one thing of it.

A metric returns 0 to 1, or None where the question's gold does not ask for it; what an answer lacks scores 0 and is
never left out. One exception has to look at the answer: the precision of refusals counts what was refused.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from bot.answer import REFUSALS, Answer, Citation
from corpus.document import Span
from corpus.fold import fold
from eval.gold import Case, Place, clauses
from eval.questions import Question
from eval.wording import figures, figures_said, same, says

Metric = Callable[[Case], float | None]
_TOLD = ("answered", "partial")
_SHORTEST = 8  # characters of a quote that is no scope


def right(case: Case) -> float | None:
    """The reply says a right answer and nothing that it must not say; where nothing can be answered, it refuses.

    A right answer is said if ``answer`` holds a gold answer, or if every ``must`` is matched by ``answer`` or ``text``.
    Wording is free, figures are not: those of a gold answer have to stand in ``answer``, and a ``must`` does not make
    up for them. Of ``text``, the quoted lines count for nothing, neither for ``must`` nor for ``must_not``: they are
    the document's words, and a quote beside a useless answer does not make it right.
    """
    question, answer = case.question, case.answer
    if not has_gold(question):
        return None
    if is_absent(question):
        return float(answer.refused)
    if not (question.answers or question.must):
        return status_right(case)
    return float(answer.status in _TOLD and not _forbidden(question, answer) and _said(question, answer))


def quantity_exact(case: Case) -> float | None:
    """The gold figure stands in ``answer``, and a proof quote holds the very clause that gives it to its indicator."""
    question, answer = case.question, case.answer
    if is_absent(question) or not any(map(figures, question.answers)):
        return None
    said = any(figures(gold) and figures_said(answer.answer, gold) for gold in question.answers)
    return float(said and any(_same_clause(c, place) for c in _proofs(answer) for place in case.gold))


def status_right(case: Case) -> float | None:
    """The status is the one that the gold asks for; the ways to refuse count as one."""
    question, status = case.question, case.answer.status
    if not has_gold(question):
        return None
    if is_absent(question):
        return float(status in REFUSALS)
    return float(status == question.status if question.status else status in _TOLD)


def reason_right(case: Case) -> float | None:
    """A refusal is of the right status and gives the right reason."""
    question, answer = case.question, case.answer
    if question.status not in REFUSALS:
        return None
    return float((answer.status, answer.reason) == (question.status, question.reason))


def refusal_recall(case: Case) -> float | None:
    """What cannot be answered is refused."""
    return float(case.answer.refused) if is_absent(case.question) else None


def refusal_precision(case: Case) -> float | None:
    """What is refused cannot be answered."""
    asked = has_gold(case.question) and case.answer.refused
    return float(is_absent(case.question)) if asked else None


def near_miss_disclosed(case: Case) -> float | None:
    """A refusal cites what the documents have instead."""
    if not case.question.near_miss:
        return None
    cited = (c for c in case.answer.citations if c.role == "near_miss")
    return float(any(_touches(c, place) for c in cited for place in case.near))


def citation_found(case: Case) -> float | None:
    """The sentence of a gold quote is cited as proof."""
    if not case.question.quotes:
        return None
    return float(any(_touches(c, place) for c in _proofs(case.answer) for place in case.gold))


def citation_literal(case: Case) -> float | None:
    """Every quote stands literally in its document at its offsets and is no shorter than a quote may be."""
    return float(case.answer.status != "error" and all(_literal(case, c) for c in case.answer.citations))


def citation_supporting(case: Case) -> float | None:
    """The proof quotes hold every figure of ``answer``; without a figure in it, there is a proof quote."""
    if is_absent(case.question) or not (case.question.answers or case.question.must):
        return None
    quoted = [q for c in _proofs(case.answer) for q in figures(c.quote)]
    held = all(any(same(q, other) for other in quoted) for q in figures(case.answer.answer))
    return float(case.answer.status in _TOLD and bool(_proofs(case.answer)) and held)


METRICS: Mapping[str, Metric] = {
    metric.__name__: metric
    for metric in (
        right,
        quantity_exact,
        status_right,
        reason_right,
        refusal_precision,
        refusal_recall,
        near_miss_disclosed,
        citation_found,
        citation_literal,
        citation_supporting,
    )
}


def is_absent(question: Question) -> bool:
    """Tell whether the right answer is a refusal."""
    return not question.answerable or question.status in REFUSALS


def has_gold(question: Question) -> bool:
    """Tell whether a question has anything to be held to."""
    return bool(question.answers or question.must or question.status) or not question.answerable


def _said(question: Question, answer: Answer) -> bool:
    matched = bool(question.must) and all(_matches(pattern, answer) for pattern in question.must)
    if not question.answers:
        return matched
    return any(
        figures_said(answer.answer, gold) and (matched or says(answer.answer, gold)) for gold in question.answers
    )


def _forbidden(question: Question, answer: Answer) -> bool:
    return any(_matches(pattern, answer) for pattern in question.must_not)


def _matches(pattern: str, answer: Answer) -> bool:
    own = "\n".join(line for line in answer.text.splitlines() if not line.lstrip().startswith(">"))
    return any(re.search(pattern, form) for text in (answer.answer, own) for form in (text, fold(text)))


def _proofs(answer: Answer) -> list[Citation]:
    return [c for c in answer.citations if c.role == "proof"]


def _touches(citation: Citation, place: Place) -> bool:
    span, sentence = Span(citation.start, citation.end), place.sentence
    return citation.document_id == place.document_id and span.start < sentence.end and sentence.start < span.end


def _same_clause(citation: Citation, place: Place) -> bool:
    """The clauses of the gold quote that hold figures all stand in the quote."""
    quote = fold(citation.quote)
    held = [clause for clause in clauses(place.text) if figures(clause)]
    return citation.document_id == place.document_id and bool(held) and all(clause in quote for clause in held)


def _literal(case: Case, citation: Citation) -> bool:
    source = (case.sources or {}).get(citation.document_id)
    long_enough = citation.role == "scope" or len(citation.quote) >= _SHORTEST
    return source is not None and long_enough and source.text[citation.start : citation.end] == citation.quote


def metrics_of(case: Case) -> Iterator[tuple[str, float | None]]:
    """Yield every metric of a case by its name."""
    for name, metric in METRICS.items():
        yield name, metric(case)
