"""Measure the targets of the labelled sentences: python -m eval.targets --data DIR [--half work --failures]

DIR holds corpora/cn_laws.jsonl.gz and dev/documents.jsonl.gz. The half ``report`` is for telling figures, and shows no
failures.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.derive import derive
from eval.intervals import interval
from eval.targets.labels import read_labels, texts_of
from eval.targets.scores import Scores, score

_HALVES = ("report", "work")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each part; 1 if the documents are not there."""
    given = parser().parse_args(arguments)
    sentences = read_labels(given.half)
    try:
        texts = texts_of(sentences, given.data)
    except FileNotFoundError as error:
        print(f"Nothing measured: {error.filename} is missing; name its folder with --data DIR.", file=sys.stderr)
        return 1
    targets = {id: derive(id, text).targets for id, text in sorted(texts.items())}
    scores = Scores()
    for sentence in sentences:
        score(sentence, texts[sentence.id], targets[sentence.id], scores)
    if given.failures and given.half != "report":
        print(*scores.wrong, "", sep="\n")
    print(f"{len(sentences)} sentences, half {given.half}\n\n| part | % | 95 % interval | figures |\n|---|--:|--:|--:|")
    rows = {
        "precision": scores.precision,
        "recall": scores.recall,
        "precision, all but year and kind right": scores.whole_precision,
        "recall, all but year and kind right": scores.whole_recall,
        **scores.parts,
    }
    for name, values in rows.items():
        print(_row(name, values))
    return 0


def _row(name: str, values: Sequence[int]) -> str:
    if not values:
        return f"| {name} | – | – | 0 |"
    low, high = interval(values)
    return f"| {name} | {100 * sum(values) / len(values):.1f} | {100 * low:.1f}–{100 * high:.1f} | {len(values)} |"


def parser() -> argparse.ArgumentParser:
    """Return the parser of this command."""
    made = argparse.ArgumentParser(prog="python -m eval.targets", description=__doc__.splitlines()[0])
    made.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with corpora/ and dev/")
    made.add_argument("--half", choices=_HALVES, default="report", help="which labels (default: report)")
    made.add_argument("--failures", action="store_true", help="also print every figure that is wrong; not of report")
    return made


if __name__ == "__main__":
    sys.exit(main())
