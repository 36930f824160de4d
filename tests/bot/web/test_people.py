"""People who ask at once through the page are all answered."""

import asyncio

from eval.people import Wait, _all, table


def test_everyone_is_answered(real_address: str) -> None:
    waits = asyncio.run(_all(real_address, 8, 2))
    assert len(waits) == 16
    assert all(not wait.fault and 0 < wait.first <= wait.whole for wait in waits), waits


def test_errors_are_counted_and_no_wait() -> None:
    shown = table([Wait(1.0, 2.0), Wait(fault="a question failed")], 2)
    assert "| 2 | 2 | 1 | 1.00 s | 1.00 s | 2.00 s | 2.00 s |" in shown
