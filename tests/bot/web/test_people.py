"""People who ask at once through the page are all answered, and the page opens for them in a browser."""

import asyncio

from eval import opening
from eval.people import Wait, _all, table


def test_everyone_is_answered(real_address: str) -> None:
    waits = asyncio.run(_all(real_address, 8, 2))
    assert len(waits) == 16
    assert all(not wait.fault and 0 < wait.first <= wait.whole for wait in waits), waits


def test_errors_are_counted_and_no_wait() -> None:
    shown = table([Wait(1.0, 2.0), Wait(fault="a question failed")], 2)
    assert "| 2 | 2 | 1 | 1.00 s | 1.00 s | 2.00 s | 2.00 s |" in shown


def test_opening_the_page_is_timed_at_the_first_visit_and_the_next(real_address: str, browser_program: str) -> None:
    (first,), (again,) = opening.visits(real_address, 1, browser_program)
    assert 0 < first < 60 and 0 < again < 60


def test_the_times_are_told_apart() -> None:
    assert "| first | 2 | 1.00 s | 3.00 s |\n| again | 1 | 0.50 s | 0.50 s |" in opening.table([1.0, 3.0], [0.5])
