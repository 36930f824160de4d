"""Each metric says one thing of a question and its answer."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from eval import metrics
from eval.gold import Case
from tests.eval.conftest import TEXT, answer, cite

Make = Callable[..., Case]
QUOTE = "森林覆盖率达到41.5%以上"
GOLD = {"answers": ("41.5%以上",), "quotes": (QUOTE,), "status": "answered"}
PROOF = cite("到2015年，森林覆盖率达到41.5%以上，城区绿地率38%，人均公园12平方米。")


def test_a_gold_answer_in_the_short_answer_is_right(case: Make) -> None:
    assert metrics.right(case(answer("森林覆盖率为百分之四十一点五以上"), **GOLD)) == 1
    assert metrics.right(case(answer("38%"), **GOLD)) == 0


def test_a_must_does_not_make_up_for_a_wrong_figure(case: Make) -> None:
    wrong = answer("38%", text="38%。森林覆盖率达到41.5%以上。")
    assert metrics.right(case(wrong, **GOLD, must=(r"41\.5",))) == 0
    assert metrics.right(case(answer("要达到41.5%"), **GOLD, must=(r"41\.5",))) == 1


def test_a_must_is_matched_by_the_reply_but_not_by_its_quotes(case: Make) -> None:
    gold = {"answers": ("由市园林局和市林业局共同负责落实",), "must": ("园林局",)}
    assert metrics.right(case(answer("园林", text="由市园林局负责"), **gold)) == 1
    assert metrics.right(case(answer("由谁负责", text="如下：\n\n> 由市园林局负责"), **gold)) == 0


def test_what_must_not_be_said_makes_it_wrong_unless_only_quoted(case: Make) -> None:
    gold = GOLD | {"must_not": (r"38\s*%",)}
    assert metrics.right(case(answer("41.5%以上", text="41.5%以上，绿地３８％"), **gold)) == 0
    assert metrics.right(case(answer("41.5%以上", text="41.5%以上\n\n> 城区绿地率38%"), **gold)) == 1


def test_a_refusal_is_right_exactly_where_nothing_can_be_answered(case: Make) -> None:
    refusal = answer("", status="not_found")
    assert metrics.right(case(refusal, answerable=False)) == 1
    assert metrics.right(case(refusal, status="not_found")) == 1
    assert metrics.right(case(refusal, **GOLD)) == 0
    assert metrics.right(case(answer("38%"), answerable=False)) == 0


def test_a_question_without_gold_is_not_scored(case: Make) -> None:
    made = case(answer("38%"), document_ids=())
    assert {name for name, value in metrics.metrics_of(made) if value is not None} == {"citation_literal"}


def test_a_question_whose_gold_is_a_status_is_right_with_that_status(case: Make) -> None:
    assert metrics.right(case(answer("", status="clarify"), status="clarify")) == 1
    assert metrics.right(case(answer("38%"), status="clarify")) == 0


def test_a_quantity_is_exact_with_the_clause_of_its_indicator(case: Make) -> None:
    assert metrics.quantity_exact(case(answer("41.5%以上", PROOF), **GOLD)) == 1
    assert metrics.quantity_exact(case(answer("41.5%以上", cite("城区绿地率38%，人均公园12平方米")), **GOLD)) == 0
    assert metrics.quantity_exact(case(answer("38%", PROOF), **GOLD)) == 0
    assert metrics.quantity_exact(case(answer("41.5%以上", replace(PROOF, role="scope")), **GOLD)) == 0
    assert metrics.quantity_exact(case(answer("园林局"), answers=("园林局",))) is None


def test_the_ways_to_refuse_count_as_one_status_but_not_as_one_reason(case: Make) -> None:
    refusal = replace(answer("", status="out_of_scope"))
    made = case(refusal, status="not_found", reason="year")
    assert (metrics.status_right(made), metrics.reason_right(made)) == (1, 0)
    exact = case(replace(refusal, status="not_found", reason="year"), status="not_found", reason="year")
    assert metrics.reason_right(exact) == 1
    assert metrics.status_right(case(answer("38%", status="partial"), status="answered")) == 0


def test_refusals_have_a_precision_over_what_was_refused_and_a_recall_over_what_had_to_be(case: Make) -> None:
    refusal = answer("", status="not_found")
    false, true = case(refusal, **GOLD), case(refusal, answerable=False)
    missed, told = case(answer("38%"), answerable=False), case(answer("38%"), **GOLD)
    assert [metrics.refusal_precision(c) for c in (false, true, missed, told)] == [0, 1, None, None]
    assert [metrics.refusal_recall(c) for c in (false, true, missed, told)] == [None, 1, 0, None]


def test_a_near_miss_is_disclosed_by_citing_its_sentence_as_one(case: Make) -> None:
    gold = {"answerable": False, "near_miss": (QUOTE,)}
    near = answer("", cite("城区绿地率38%", "near_miss"), status="not_found")
    assert metrics.near_miss_disclosed(case(near, **gold)) == 1
    assert metrics.near_miss_disclosed(case(answer("", cite("由市园林局负责。", "near_miss")), **gold)) == 0
    assert metrics.near_miss_disclosed(case(near, answerable=False)) is None


def test_a_citation_is_found_when_the_sentence_of_a_gold_quote_is_cited_as_proof(case: Make) -> None:
    assert metrics.citation_found(case(answer("x", cite("城区绿地率38%")), **GOLD)) == 1
    assert metrics.citation_found(case(answer("x", cite("城区绿地率38%", "scope")), **GOLD)) == 0
    assert metrics.citation_found(case(answer("x", cite("由市园林局负责。")), **GOLD)) == 0
    assert metrics.citation_found(case(answer("x"), **GOLD)) == 0


@pytest.mark.parametrize(
    "broken",
    [
        replace(PROOF, quote=PROOF.quote.replace("41.5", "45.1")),
        replace(PROOF, start=PROOF.start + 1, end=PROOF.end + 1),
        replace(PROOF, document_id="unknown"),
        cite("由市园林局"),
    ],
    ids=["other words", "other place", "other document", "too short"],
)
def test_a_quote_that_does_not_stand_where_it_says_is_not_literal(case: Make, broken: object) -> None:
    assert metrics.citation_literal(case(answer("x", PROOF), **GOLD)) == 1
    assert metrics.citation_literal(case(answer("x", PROOF, broken), **GOLD)) == 0


def test_a_proof_supports_an_answer_whose_figures_it_holds(case: Make) -> None:
    assert metrics.citation_supporting(case(answer("41.5%以上", PROOF), **GOLD)) == 1
    assert metrics.citation_supporting(case(answer("45%以上", PROOF), **GOLD)) == 0
    assert metrics.citation_supporting(case(answer("41.5%以上"), **GOLD)) == 0
    assert metrics.citation_supporting(case(answer("", status="not_found"), **GOLD)) == 0


def test_an_error_fails_every_metric_that_its_question_asks_for(case: Make) -> None:
    made = case(answer("", status="error"), **GOLD, must=("41",))
    assert {value for _, value in metrics.metrics_of(made)} == {0, None}


def test_the_small_document_holds_what_the_tests_quote() -> None:
    assert TEXT.count(QUOTE) == 1
