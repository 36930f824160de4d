"""A circuit breaker: what has failed several times in a row is left alone for a while, then tried by one caller."""

import time
from collections.abc import Callable
from threading import Lock

FAILURES = 2  # in a row, after which it opens
REST, LONGEST_REST = 30.0, 300.0  # seconds; doubled with every failed trial


class Breaker:
    """Opens after ``FAILURES`` failures in a row. Threads may share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._lock = Lock()
        self._failures, self._rest, self._until = 0, REST, 0.0

    def lets_through(self) -> bool:
        """Tell whether a caller may try; while it rests nobody may, then one at a time."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + self._rest  # this caller tries, the others wait for what comes of it
            return True

    def succeeded(self) -> None:
        """Close it."""
        with self._lock:
            self._failures, self._rest = 0, REST

    def failed(self) -> None:
        """Count a failure; rest longer after every one beyond the first that opened it."""
        with self._lock:
            self._failures += 1
            if self._failures > FAILURES:
                self._rest = min(LONGEST_REST, 2 * self._rest)
            self._until = self._clock() + self._rest
