"""Intervals and tests: always the same, and as the books have them."""

import pytest

from eval.intervals import interval, mcnemar


def test_an_interval_is_the_same_every_time_and_holds_the_mean() -> None:
    values = [1.0] * 60 + [0.0] * 40
    low, high = interval(values)
    assert (low, high) == interval(values)
    assert 0.5 <= low < 0.6 < high <= 0.7


def test_more_questions_make_it_narrower() -> None:
    few, many = interval([1.0, 0.0] * 10), interval([1.0, 0.0] * 1000)
    assert many[1] - many[0] < few[1] - few[0]


@pytest.mark.parametrize(
    ("better", "worse", "p"), [(0, 0, 1.0), (3, 3, 1.0), (1, 0, 1.0), (9, 1, 0.02148), (0, 10, 0.00195)]
)
def test_mcnemar_is_the_exact_binomial_test(better: int, worse: int, p: float) -> None:
    assert mcnemar(better, worse) == pytest.approx(p, abs=1e-4)
    assert mcnemar(better, worse) == mcnemar(worse, better)
