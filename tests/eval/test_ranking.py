"""Rankings: what is to be found, and that nothing is dropped."""

import pytest

from bot.answer import Answer
from corpus.document import Span
from eval.gold import Case, make_case
from eval.kept import Ranked, Source
from eval.questions import Question
from eval.ranking import measure, relevant_ids, retrieval

TEXT = "森林覆盖率达到41.5%以上。城区绿地率38%。"


def make(*ranking: str, quote: str = "城区绿地率38%", **gold: object) -> Case:
    passages = {"d#0": (Span(0, 15),), "d#1": (Span(15, 25),)}
    ranked = tuple(Ranked(id, id.split("#")[0], (), "") for id in ranking)
    given = {"quotes": (quote,), "document_ids": ("d",)} | gold
    return make_case(
        Question("q", "?", **given), Answer("?", "?", "", "", "error"), ranked, {"d": Source("d", TEXT, passages)}
    )


def test_the_passage_that_holds_a_gold_quote_is_to_be_found() -> None:
    assert relevant_ids(make()) == {"d#1"}


def test_a_ranking_is_measured_by_the_place_of_the_first_right_passage() -> None:
    assert retrieval([make("d#1", "d#0")])["q"] == pytest.approx(
        dict.fromkeys(("hit@1", "hit@5", "hit@10", "mrr@10", "ndcg@10"), 1)
    )
    second = retrieval([make("d#0", "d#1")])["q"]
    assert (second["hit@1"], second["hit@5"], second["mrr@10"]) == (0, 1, 0.5)


@pytest.mark.parametrize(
    "case", [make(), make("d#0"), make("d#1", quote="没有这句话")], ids=["nothing", "wrong", "no gold"]
)
def test_a_question_that_finds_nothing_scores_zero_and_stays(case: Case) -> None:
    assert set(retrieval([case])["q"].values()) == {0}


def test_documents_are_to_be_found_where_no_quote_is_given() -> None:
    measured = retrieval([make("e#0", "e#1", "d#0", quotes=())])["q"]
    assert (measured["hit@1"], measured["mrr@10"]) == (0, 0.5)


def test_what_cannot_be_answered_is_not_searched_for() -> None:
    assert retrieval([make("d#1", answerable=False)]) == {}


def test_only_ten_places_count() -> None:
    rankings = {"q": [f"x{n:02}" for n in range(10)] + ["right"]}
    assert set(measure(rankings, {"q": ["right"]})["q"].values()) == {0}
