"""Make common_words.csv: words that say little of a subject of policy, and what is left of their weight.

Two kinds: words of everyday talk, which people use and official texts do not, and words that stand all over official texts.
Run ``python corpus/data/make_common_words.py STATUTES DICTIONARY`` where STATUTES is a ``.jsonl.gz`` of official texts
(``{"text": …}`` a line) and DICTIONARY the word list of the segmenter jieba (``word count part-of-speech`` a line).
"""

import csv
import gzip
import json
import math
import sys
from collections import Counter
from pathlib import Path

import rjieba

LEAST = 150  # times that the dictionary counts a word: below, it says nothing sure
NOUNS_LEAST = 2000  # nouns are subjects, but for the most frequent: 东西, 日子
NAMES = ("nr", "ns", "nt", "nz", "nrt", "nrfg", "eng", "g")
TIMES_AND_NUMBERS = ("t", "m", "mq", "q")
SMOOTH = 3.0


def main(statutes: Path, dictionary: Path, out: Path) -> None:
    """Write ``word,part``: ``part`` (0.1 to 0.9) is what a word counts beside one that tells of one subject alone."""
    official = _official(statutes)
    rows = [line.split() for line in dictionary.read_text(encoding="utf-8").splitlines()]
    spoken = {word: (int(count), tag) for word, count, tag in rows}
    total, of_official = sum(count for count, _ in spoken.values()), official.total()
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("word", "part"))
        for word, (count, tag) in sorted(spoken.items()):
            rate = math.log10((official[word] + SMOOTH) / of_official * total / (count + SMOOTH))
            rarity = math.log10(of_official / (official[word] + SMOOTH))
            left = round(min(of_talk(rate, count, tag), of_texts(rarity)), 1)
            if left < 1:
                writer.writerow((word, left))


def of_talk(rate: float, count: int, tag: str) -> float:
    """Return what is left of a word's weight; ``rate`` is log10 of how much more often official texts use it."""
    if tag in NAMES or count < LEAST:
        return 1.0
    if tag in TIMES_AND_NUMBERS:
        return 0.3
    if tag.startswith("n"):
        return 1.0 if count < NOUNS_LEAST else min(1.0, max(0.2, (rate + 2.5) / 1.5))
    return min(1.0, max(0.1, (rate + 2.0) / 1.5))


def of_texts(rarity: float) -> float:
    """Return what is left of the weight of a word that is one in 10 to the ``rarity`` of official texts."""
    return min(1.0, max(0.2, (rarity - 1.0) / 2.3))


def _official(statutes: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    with gzip.open(statutes, "rt", encoding="utf-8") as lines:
        for line in lines:
            counts.update(rjieba.cut(json.loads(line)["text"], False))
    return counts


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(__file__).parent / "common_words.csv")
