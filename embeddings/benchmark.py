"""Measure an encoder alone on the retrieval sets: ``python -m embeddings.benchmark --data DIR [--model MODEL]``.

Knows no terms and no fusion: the ranking is the exact product of the vectors, ties in the order of the file. The data
are not in the repository; without them it says so and ends.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from embeddings.encoder import BUILT_IN, Encoder, load_encoder
from embeddings.models import ModelError
from embeddings.pairs import read_lines

SETS = ("cmrc_dev", "drcd_test", "stard_test")
_BLOCK = 500  # questions ranked at a time


@dataclass(frozen=True)
class Score:
    """What one set gives. Rates include the tokenizer and leave loading out."""

    name: str
    questions: int
    passages: int
    ndcg: float  # nDCG@10, 0 to 1
    first: float  # share of questions whose nearest passage is right
    passages_per_second: float
    ms_per_question: float


def main() -> int:
    """Print a row for each set; 1 if there is nothing to measure."""
    parser = argparse.ArgumentParser(description="Measure an encoder alone on the retrieval sets.")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds retrieval/")
    parser.add_argument("--model", default=BUILT_IN, help="as POLICY_EMBEDDING (default: %(default)s)")
    arguments = parser.parse_args()
    folder = arguments.data / "retrieval"
    if not all((folder / f"{name}.questions.jsonl.gz").is_file() for name in SETS):
        print(f"Nothing measured: {folder} does not hold the sets {', '.join(SETS)}.", file=sys.stderr)
        return 1
    try:
        encoder = load_encoder(arguments.model)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{encoder.name}, {encoder.dimensions} dimensions\n\n{table([measure(encoder, folder, n) for n in SETS])}")
    return 0


def measure(encoder: Encoder, folder: Path, name: str) -> Score:
    """Encode a set's passages and questions, rank every passage for every question, and score."""
    passages = list(read_lines(folder / f"{name}.passages.jsonl.gz"))
    questions = list(read_lines(folder / f"{name}.questions.jsonl.gz"))
    encoder.encode_passages([passages[0]["text"]])
    encoder.encode_question(questions[0]["question"])
    start = time.perf_counter()
    with tqdm(total=len(passages), desc=name, unit="passage", delay=2) as bar:
        rows = encoder.encode_passages([p["text"] for p in passages], lambda done: bar.update(done - bar.n))
    middle = time.perf_counter()
    asked = np.stack([encoder.encode_question(q["question"]) for q in questions])
    end = time.perf_counter()
    number = {passage["id"]: i for i, passage in enumerate(passages)}
    right = [{number[i] for i in question["document_ids"]} for question in questions]
    ndcg, first = rank_scores(rows, asked, right)
    speed = len(passages) / (middle - start), 1000 * (end - middle) / len(questions)
    return Score(name, len(questions), len(passages), ndcg, first, *speed)


def rank_scores(
    rows: NDArray[np.float32], asked: NDArray[np.float32], right: Sequence[set[int]]
) -> tuple[float, float]:
    """Return the mean nDCG@10 and the share of right first places; ``right`` holds the row numbers that are right."""
    discounts = 1 / np.log2(np.arange(2, 12))
    gains, firsts = [], []
    for start in range(0, len(asked), _BLOCK):
        order = np.argsort(-(asked[start : start + _BLOCK] @ rows.T), axis=1, kind="stable")[:, :10]
        for found, wanted in zip(order, right[start : start + _BLOCK], strict=True):
            hits = np.isin(found, list(wanted))
            gains.append(discounts[: len(hits)][hits].sum() / discounts[: len(wanted)].sum())
            firsts.append(bool(hits[0]))
    return float(np.mean(gains)), float(np.mean(firsts))


def table(scores: Sequence[Score]) -> str:
    """Return the scores as a Markdown table, shares in percent."""
    head = "| set | questions | passages | nDCG@10 | R@1 | passages/s | ms/question |\n|---|--:|--:|--:|--:|--:|--:|"
    rows = (
        f"| {s.name} | {s.questions} | {s.passages} | {100 * s.ndcg:.1f} | {100 * s.first:.1f} "
        f"| {s.passages_per_second:.0f} | {s.ms_per_question:.2f} |"
        for s in scores
    )
    return "\n".join([head, *rows])


if __name__ == "__main__":
    sys.exit(main())
