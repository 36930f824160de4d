"""Fusion: one ranking from two, without losing what it was made of."""

import pytest

from embeddings.fusion import fuse, refine


def test_the_best_of_both_sides_is_first_with_score_one() -> None:
    best, *_ = fuse({"a": 9.0, "b": 3.0}, {"a": 0.8, "b": 0.2})
    assert (best.passage_id, best.score) == ("a", 1.0)


def test_terms_count_for_more_than_vectors() -> None:
    hits = fuse({"words": 9.0, "meaning": 0.0}, {"words": 0.1, "meaning": 0.9})
    assert [(hit.passage_id, hit.score) for hit in hits] == [("words", 0.7), ("meaning", 0.3)]


def test_the_parts_are_the_raw_scores() -> None:
    assert [dict(hit.parts) for hit in fuse({"a": 12.5}, {"a": 0.5, "b": 0.25})] == [
        {"terms": 12.5, "vectors": 0.5},
        {"terms": 0.0, "vectors": 0.25},
    ]


def test_ties_are_broken_by_id_and_the_order_of_candidates_does_not_matter() -> None:
    scores = {"c": 2.0, "a": 2.0, "b": 2.0}
    assert [hit.passage_id for hit in fuse(scores, scores)] == ["a", "b", "c"]


def test_one_side_alone_ranks() -> None:
    assert [hit.passage_id for hit in fuse({"a": 1.0, "b": 2.0}, {})] == ["b", "a"]
    assert [hit.passage_id for hit in fuse({}, {"a": 0.1, "b": 0.2})] == ["b", "a"]
    assert fuse({}, {}) == []


def test_a_score_stays_between_zero_and_one() -> None:
    hits = fuse({"a": 40.0, "b": 0.0, "c": 0.5}, {"a": -0.9, "b": 0.0, "c": 1.0})
    assert all(0 <= hit.score <= 1 for hit in hits)


def test_what_comes_nearer_rises_and_equal_nearness_changes_no_order() -> None:
    assert refine([0.8, 0.7], [0.2, 0.9]) == pytest.approx([0.56, 0.79])
    assert refine([0.8, 0.7], [0.5, 0.5]) == pytest.approx([0.56, 0.49])
    assert refine([], []) == []
