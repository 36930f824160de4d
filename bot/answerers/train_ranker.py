"""Train the ranker and write its trees: python -m bot.answerers.train_ranker --data DIR. Needs requirements-train.txt.

``DIR`` holds ``pairs.jsonl.gz`` and ``dialogues.jsonl.gz``. Their passages become a library of their own, its index is
searched as for any question, and what it finds is cut into windows as for any answer.
"""

import argparse
import gzip
import hashlib
import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from bot.answerers.examples import Example, examples, rows_of
from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import start

SEED = 7
TAKEN = {"cmrc_train": 2800, "drcd_dev": 800, "xquad": 350, "stard": 350, "doc2bot": 1000, "kdconv": 1000}  # questions
TREES, LEAVES, RATE, LEAST = 150, 16, 0.1, 60
ANSWERS = 0.27  # score from which a window answers: chosen on questions that nothing here is trained on (model card)
LEFT_OUT = frozenset(
    [
        "cosine",
        "cosine_sentence",
        "cosine_sentence_below_best",
        "cosine_whole",
        "vectors",
        "best_vectors",
        "best_terms",
        "terms",
        "score",
        "document_score",
        "rank",
        "document_rank",
        "asked_rarest",
        "asked_terms",
        "document_place",
        "opens_document",
        "before_passage",
        "before_sentence",
    ]
)  # signals that mislead away from the training data: the encoder has seen its pairs, and a passage is a whole document there


def main(arguments: Sequence[str] = sys.argv[1:]) -> int:
    """Train on the data of ``--data`` and write the trees to ``--out``; print what was learned from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "ranker" / "ranker.npz")
    given = parser.parse_args(arguments)
    records = list(_records(given.data))
    with tempfile.TemporaryDirectory() as home:
        chosen = _choose(list(examples([r for r in records if r["answers"]], SEED)))
        rows, labels, names = _table(_library(Path(home), records), chosen)
    print(
        f"{len(chosen)} questions, {len(rows)} windows, {int(labels.sum())} right:",
        dict(Counter(e.source for e in chosen)),
    )
    given.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(given.out, **train(rows, labels, names))
    return 0


def train(
    rows: NDArray[np.float32], labels: NDArray[np.float32], names: Sequence[str], trees: int = TREES
) -> dict[str, NDArray]:
    """Return the arrays of a ranker's file."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    seen = [n for n, name in enumerate(names) if name not in LEFT_OUT]
    model = HistGradientBoostingClassifier(
        max_iter=trees, max_leaf_nodes=LEAVES, learning_rate=RATE, min_samples_leaf=LEAST, l2_regularization=1.0,
        early_stopping=False, random_state=SEED,
    )  # fmt: skip
    model.fit(rows[:, seen], labels)
    return arrays(model, seen, names, ANSWERS)


def arrays(model: Any, seen: Sequence[int], names: Sequence[str], answers: float) -> dict[str, NDArray]:
    """Return the arrays of a file of trees, of which ``answers`` is the score from which a window answers; a leaf leads to itself, so that every row may take as many steps as the deepest tree has."""
    signal, bound, following, value, roots, depth = [], [], [], [], [], 0
    for (tree,) in model._predictors:
        base = len(signal)
        roots.append(base)
        for number, node in enumerate(tree.nodes):
            leaf = bool(node["is_leaf"])
            signal.append(0 if leaf else seen[node["feature_idx"]])
            bound.append(0.0 if leaf else node["num_threshold"])
            following.append([base + number] * 2 if leaf else [base + node["right"], base + node["left"]])
            value.append(node["value"] if leaf else 0.0)
            depth = max(depth, int(node["depth"]))
    return {
        "names": np.array(names), "bias": np.float32(np.ravel(model._baseline_prediction)[0]), "depth": np.int16(depth),
        "roots": np.array(roots, np.uint16), "signal": np.array(signal, np.uint8), "bound": np.array(bound, np.float32),
        "next": np.array(following, np.uint16), "value": np.array(value, np.float32), "answers": np.float32(answers),
    }  # fmt: skip


def _records(folder: Path) -> Iterator[dict[str, Any]]:
    """The questions with answers, each with the id of its passage; an article of a statute answers as a whole."""
    for name in ("pairs.jsonl.gz", "dialogues.jsonl.gz"):
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                digest = hashlib.sha1(record["passage"].encode()).hexdigest()[:16]
                article = record["passage"].split("\n", 1)[-1]
                answers = [article] if record["source"] == "stard" and len(article) <= 260 else record["answers"]
                yield record | {"document_id": f"{record['source']}-{digest}", "answers": answers}


def _choose(asked: Sequence[Example]) -> list[Example]:
    chance = random.Random(SEED)
    by_source = defaultdict(list)
    for example in asked:
        by_source[example.source].append(example)
    chosen = [e for s, es in sorted(by_source.items()) for e in chance.sample(es, min(len(es), TAKEN.get(s, 0)))]
    chance.shuffle(chosen)
    return chosen


def _library(home: Path, records: Sequence[Mapping[str, Any]]) -> Chatbot:
    """A chatbot over the passages, each a document."""
    corpus = home / "corpus"
    corpus.mkdir()
    documents = {
        r["document_id"]: {
            "id": r["document_id"],
            "title": r["title"] or r["passage"].split("\n")[0][:40],
            "text": r["passage"],
        }
        for r in records
    }
    lines = (json.dumps(document, ensure_ascii=False) for document in documents.values())
    (corpus / "passages.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return start(Settings(home=home / "home", corpus=corpus))


def _table(bot: Chatbot, chosen: Sequence[Example]) -> tuple[NDArray[np.float32], NDArray[np.float32], tuple[str, ...]]:
    made = [rows_of(bot, example, number) for number, example in enumerate(tqdm(chosen, desc="Questions"))]
    made = [m for m in made if len(m[0])]
    return np.concatenate([m[0] for m in made]), np.concatenate([m[1] for m in made]), made[0][2]


if __name__ == "__main__":
    sys.exit(main())
