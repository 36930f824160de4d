"""Check that what is measured was kept out of training: python -m eval.leaks --data DIR

Reads the pairs that ``embeddings.train`` learns from, as it reads them, and looks in them for questions of the measured
sets (DIR/retrieval, DIR/dev, eval/sets, eval/paraphrase) and for articles that are right answers in stard_test. Written
apart from the code that keeps them out.
"""

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.settings import ROOT
from corpus.fold import fold
from embeddings.pairs import Pair, read_pairs

_RUN = 30  # characters in a row that two texts share by more than chance
_STEP = 10
_IDLE = re.compile(r"[\W_]+")
_SHORT = 6  # characters: such a question is anybody's


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was looked at and what was found; 1 where something leaked or nothing could be looked at."""
    data = parser().parse_args(arguments).data
    right = data / "retrieval" / "stard_test.questions.jsonl.gz"
    if not right.is_file() or not (data / "train").is_dir():
        print(f"Nothing checked: {data} does not hold train/ and {right.name}.", file=sys.stderr)
        return 1
    from embeddings.train import Recipe

    recipe = Recipe()
    pairs = read_pairs(data, recipe.headings, recipe.sentences, recipe.seed)
    asked, articles = measured_questions(data), right_articles(data)
    leaks = [*leaked_questions(pairs, asked), *leaked_articles(pairs, articles)]
    print(f"{len(pairs)} pairs, {len(asked)} measured questions, {len(articles)} right articles: {len(leaks)} leaks")
    print("".join(f"{leak}\n" for leak in leaks[:20]), end="")
    return 1 if leaks else 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.leaks", description="Check training against what is measured.")
    made.add_argument("--data", metavar="DIR", type=Path, required=True, help="the folder of training data")
    return made


def measured_questions(data: Path) -> set[str]:
    """Return the questions of all measured sets, without marks and spelling."""
    files = [*(data / "retrieval").glob("*.questions.jsonl.gz"), *(data / "dev").glob("questions*.jsonl")]
    files += [*(ROOT / "eval" / "sets").glob("*.jsonl"), ROOT / "eval" / "paraphrase" / "questions.jsonl"]
    asked = {plain(row["question"]) for file in files for row in _rows(file)}
    return {question for question in asked if len(question) >= _SHORT}


def right_articles(data: Path) -> list[str]:
    """Return the articles that are right answers in stard_test, without their titles."""
    folder = data / "retrieval"
    right = {id for row in _rows(folder / "stard_test.questions.jsonl.gz") for id in row["document_ids"]}
    texts = (row["text"] for row in _rows(folder / "stard_test.passages.jsonl.gz") if row["id"] in right)
    return [text.partition("\n")[2] for text in texts]


def leaked_questions(pairs: Iterable[Pair], asked: set[str]) -> Iterator[str]:
    """Yield a line for each pair whose question is a measured one."""
    return (f"question: {pair.query}" for pair in pairs if plain(pair.query) in asked)


def leaked_articles(pairs: Iterable[Pair], articles: Iterable[str]) -> Iterator[str]:
    """Yield a line for each pair that shares 30 characters in a row with a right article."""
    articles = list(articles)
    likely = {run for article in articles for run in _runs(article, _RUN - _STEP + 1, 1)}
    shared = {run for article in articles for run in _runs(article, _RUN, 1)}
    for pair in pairs:
        for text in (pair.query, pair.passage):  # a run of 30 holds one of 21, wherever every tenth begins
            may_share = any(run in likely for run in _runs(text, _RUN - _STEP + 1, _STEP))
            if may_share and any(run in shared for run in _runs(text, _RUN, 1)):
                yield f"article: {pair.kind}: {pair.query[:40]} … {pair.passage[:40]}"
                break


def plain(text: str) -> str:
    """Return a text without marks, white space and differences of spelling."""
    return _IDLE.sub("", fold(text))


def _runs(text: str, size: int, step: int) -> Iterator[str]:
    letters = plain(text)
    return (letters[start : start + size] for start in range(0, len(letters) - size + 1, step))


def _rows(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main())
