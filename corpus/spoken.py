"""Cut words and tell those of everyday talk, which say little of a subject of policy, from the rest. Knows words only."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parent / "data" / "spoken_words.csv"


@dataclass(frozen=True)
class Word:
    """A word at ``[start, end)`` of a text, and what it counts: 1, less for a word that people say and official texts do not."""

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
