"""The project's own sets: gold that stands where it says, and no proving sentence in both."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.gold import places
from eval.kept import Source
from eval.questions import Question, read_questions

SETS = Path(__file__).parents[2] / "eval" / "sets"
TUNE, REPORT = (tuple(sorted(SETS.glob(f"*.{half}.jsonl"))) for half in ("tune", "report"))


@pytest.mark.parametrize("path", [*TUNE, *REPORT], ids=lambda path: path.stem)
def test_every_gold_quote_is_literal_in_its_document(path: Path, sources: dict[str, Source]) -> None:
    for question in read_questions(path):
        own = [sources[id] for id in question.document_ids]
        for quote in question.quotes:
            assert places(quote, own), f"{question.id}: {quote}"
        for quote in question.near_miss:
            assert places(quote, sources.values()), f"{question.id}: {quote}"


def test_no_proving_sentence_stands_in_both(sources: dict[str, Source]) -> None:
    tune, report = proving(TUNE, sources), proving(REPORT, sources)
    assert tune and report and not tune & report


def test_no_question_stands_in_both() -> None:
    tune, report = ([q for path in half for q in read_questions(path)] for half in (TUNE, REPORT))
    assert tune and report and not {asked(q) for q in tune} & {asked(q) for q in report}


def proving(paths: Sequence[Path], sources: dict[str, Source]) -> set[tuple[str, str]]:
    """Return the sentences that prove the answers of some sets, without the white space around them."""
    return {
        (place.document_id, sources[place.document_id].text[place.sentence.start : place.sentence.end].strip())
        for path in paths
        for question in read_questions(path)
        for quote in question.quotes
        for place in places(quote, [sources[id] for id in question.document_ids])
    }


def asked(question: Question) -> tuple[str, ...]:
    return tuple(re.sub(r"\W", "", text) for text in (question.question, *(turn.content for turn in question.history)))
