"""Cut words and tell how much each says of a subject: everyday talk and what stands in every text say little. Knows words only."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parent / "data" / "common_words.csv"


@dataclass(frozen=True)
class Word:
    """A word at ``[start, end)`` of a text, and what it counts: 1, less for one that says little of any subject."""

    start: int
    end: int
    part: float


def words(text: str) -> Iterator[Word]:
    """Yield the words of ``text`` in order, by the segmenter's dictionary alone; white space and all else is a word too.

    >>> [(w.start, w.end) for w in words("老百姓的污水")]
    [(0, 3), (3, 4), (4, 6)]
    """
    import rjieba

    start = 0
    for word in rjieba.cut(text.encode("utf-8", "replace").decode(), False):  # rjieba takes no lone surrogates
        yield Word(start, start + len(word), _parts().get(word, 1.0))
        start += len(word)


@cache
def _parts() -> dict[str, float]:
    with _WORDS.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        return {word: float(part) for word, part in rows}
