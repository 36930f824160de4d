"""Streams at once are counted with their times, and none that failed is counted as good."""

from eval.streams import Stream, table


def test_the_table_tells_times_of_the_good_and_counts_the_others() -> None:
    streams = [*(Stream(0.1 * n, 0.2 * n) for n in range(1, 21)), Stream(0, 0, "status 503")]
    told = table(streams, 7, 2.0)
    assert "| 7 | 21 | 10.5 | 1000 / 1900 | 2000 / 3800 | 1 |" in told
    assert told.endswith("status 503")


def test_nothing_but_failures_is_told_as_such() -> None:
    assert "| 1 | 1 | 1.0 | - | - | 1 |" in table([Stream(0, 0, "ReadError")], 1, 1.0)
