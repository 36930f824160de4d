"""The circuit breaker."""

from bot.model.breaker import FAILURES, LONGEST_REST, REST, Breaker


def test_a_few_failures_do_not_open_it_and_success_forgets_them() -> None:
    breaker = Breaker(lambda: 0.0)
    for _ in range(FAILURES - 1):
        breaker.failed()
    assert breaker.lets_through()
    breaker.succeeded()
    breaker.failed()
    assert breaker.lets_through()


def test_while_it_rests_nobody_tries_and_then_one_does() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(FAILURES):
        breaker.failed()
    assert not breaker.lets_through()
    now[0] = REST + 1
    assert [breaker.lets_through(), breaker.lets_through()] == [True, False]
    breaker.succeeded()
    assert [breaker.lets_through(), breaker.lets_through()] == [True, True]


def test_it_rests_longer_after_each_trial_that_fails_but_not_for_ever() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(FAILURES + 1):
        breaker.failed()
    now[0] += REST + 1
    assert not breaker.lets_through()
    for _ in range(20):
        now[0] += LONGEST_REST + 1
        assert breaker.lets_through()
        breaker.failed()
