"""Train the judge and write its trees: python -m bot.answerers.train_judge --data DIR. Needs requirements-train.txt.

``DIR`` holds ``cn_laws.jsonl.gz``. The statutes that ``questions/official.jsonl`` asks about, with others beside them, and
the notices made up for ``questions/notices.jsonl`` become a library; every question is searched in it, and what it finds
is cut into windows as for any answer.
"""

import argparse
import gzip
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from bot.answerers.examples import answers
from bot.answerers.facts import pool
from bot.answerers.judge import GENERAL, seen
from bot.answerers.signals import read_windows
from bot.answerers.train_ranker import arrays
from bot.chatbot import Chatbot
from bot.inquiry import Found
from bot.settings import Settings
from bot.start import start
from corpus.document import Document, Span

_FOLDER = Path(__file__).parent / "questions"
QUESTIONS = (_FOLDER / "official.jsonl", _FOLDER / "notices.jsonl")
NOTICES = _FOLDER / "notices.documents.jsonl"  # plans, notices and reports of no real government, written for training
SEED = 3
ANSWERS = (
    0.3  # trust from which a window answers (``judge.trust``): chosen on questions that nothing here is trained on
)
OTHERS = 120  # statutes that no question asks about
_RIGHT, _HARD, _RANDOM = 8, 28, 5  # windows of a question
TREES, LEAVES, RATE, LEAST, SMOOTH = 120, 8, 0.08, 160, 10.0


@dataclass(frozen=True)
class Asked:
    """A question over a document; ``proof`` and ``answer`` are None where nothing there answers it."""

    question: str
    document_id: str
    proof: Span | None
    answer: Span | None


@dataclass(frozen=True)
class Table:
    """What the judge sees of every window, whether it answers, or is at least a sentence of the proof, and which question it is of."""

    rows: NDArray[np.float32]
    right: NDArray[np.bool_]
    near: NDArray[np.bool_]
    question: NDArray[np.intp]
    names: tuple[str, ...]


def main(arguments: Sequence[str] = sys.argv[1:]) -> int:
    """Train on the statutes of ``--data`` and write the trees to ``--out``; print at which score questions are answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "ranker" / "judge.npz")
    given = parser.parse_args(arguments)
    asked = [a for file in QUESTIONS for a in read_questions(file)]
    with tempfile.TemporaryDirectory() as home:
        table = tabulate(_library(Path(home), given.data, asked), asked)
    print(f"{len(asked)} questions, {len(table.rows)} windows, {int(table.right.sum())} right")
    scores = cross_validated(table, [a.document_id for a in asked])
    report(table, scores, np.array([a.proof is None for a in asked]))
    np.savez_compressed(given.out, **arrays(fit(table), range(table.rows.shape[1]), table.names, ANSWERS))
    return 0


def read_questions(file: Path) -> Iterator[Asked]:
    """Yield the questions of a file: ``document_id, question``, and ``start, end, answer_start, answer_end`` where it is answered."""
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        spans = [Span(*(record[n] for n in names)) if names[0] in record else None for names in _OFFSETS]
        yield Asked(record["question"], record["document_id"], *spans)


_OFFSETS = (("start", "end"), ("answer_start", "answer_end"))


def tabulate(bot: Chatbot, asked: Sequence[Asked]) -> Table:
    """Search every question and return its windows; one is right that stands in the proof and gives the answer."""
    rows, right, near, question, names = [], [], [], [], ()
    for number, a in enumerate(tqdm(asked, desc="Questions")):
        inquiry = bot.find(a.question)
        found = pool(inquiry)
        reading = read_windows(inquiry.asked, inquiry.terms, found)
        if not reading.windows:
            continue
        names = (*reading.names, GENERAL)
        every = seen(reading)
        proving = np.array([_proves(a, found[w.found].document, w.span) for w in reading.windows])
        texts = (w.span.of(found[w.found].document.text) for w in reading.windows)
        answering = proving & np.array([_answers(a, found, text) for text in texts])
        kept = _some(answering, every[:, -1] + reading.column("share"), number)
        rows.append(every[kept])
        right.append(answering[kept])
        near.append((answering | (proving & np.array([w.opens == w.closes for w in reading.windows])))[kept])
        question.append(np.full(len(kept), number))
    return Table(*(np.concatenate(part) for part in (rows, right, near, question)), names)


def _some(right: NDArray[np.bool_], look: NDArray[np.float32], seed: int) -> NDArray[np.intp]:
    """Right windows of a question, wrong ones that look right, and some at random."""
    chance = np.random.default_rng(seed)
    wrong = np.flatnonzero(~right)
    hard = wrong[np.argsort(-look[wrong], kind="stable")[:_HARD]]
    return np.unique(
        np.concatenate([chance.permutation(np.flatnonzero(right))[:_RIGHT], hard, chance.permutation(wrong)[:_RANDOM]])
    )


def _proves(a: Asked, document: Document, span: Span) -> bool:
    return (
        a.proof is not None and document.id == a.document_id and span.start < a.proof.end and a.proof.start < span.end
    )


def _answers(a: Asked, found: Sequence[Found], text: str) -> bool:
    """Tell whether a window's words hold the answer, which stands in the document asked about."""
    own = next((f.document for f in found if f.document.id == a.document_id), None)
    return a.answer is not None and own is not None and answers(text, (a.answer.of(own.text),))


def fit(table: Table, among: NDArray[np.bool_] | None = None):
    """Return boosted trees for the rows (``among``: only these): half of what counts is that a window answers, half that
    it is of the proof."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=TREES, max_leaf_nodes=LEAVES, learning_rate=RATE, min_samples_leaf=LEAST, l2_regularization=SMOOTH,
        early_stopping=False, random_state=SEED,
    )  # fmt: skip
    kept = np.ones(len(table.rows), bool) if among is None else among
    return model.fit(np.tile(table.rows[kept], (2, 1)), np.concatenate([table.right[kept], table.near[kept]]))


def cross_validated(table: Table, documents: Sequence[str], parts: int = 5) -> NDArray[np.float64]:
    """Return a score for every window from trees that have seen no question over its document."""
    part_of = {id: n % parts for n, id in enumerate(sorted(set(documents)))}
    of = np.array([part_of[documents[q]] for q in table.question])
    scores = np.zeros(len(table.rows))
    for part in range(parts):
        model = fit(table, of != part)
        scores[of == part] = model.predict_proba(table.rows[of == part])[:, 1]
    return scores


def report(table: Table, scores: NDArray[np.float64], absent: NDArray[np.bool_]) -> None:
    """Print, by the share of absent questions that would be answered, how many are answered rightly and wrongly."""
    asked = np.unique(table.question)
    best = np.array([(of := np.flatnonzero(table.question == q))[np.argmax(scores[of])] for q in asked])
    top, right, none = scores[best], table.near[best], absent[asked]
    for share in (0.02, 0.05, 0.1, 0.2, 0.3):
        bound = np.quantile(top[none], 1 - share)
        told = top > bound
        print(
            f"absent answered {share:.2f}: from {bound:.3f} on, right {np.mean((right & told)[~none]):.3f}, "
            f"wrong {np.mean((~right & told)[~none]):.3f}"
        )


def _library(home: Path, data: Path, asked: Sequence[Asked]) -> Chatbot:
    with gzip.open(data / "cn_laws.jsonl.gz", "rt", encoding="utf-8") as lines:
        statutes = {record["id"]: record for record in map(json.loads, lines)}
    wanted = {a.document_id for a in asked} & statutes.keys()
    beside = random.Random(SEED).sample(sorted(statutes.keys() - wanted), OTHERS)
    kept = [{key: statutes[id][key] for key in ("id", "title", "text")} for id in sorted(wanted | set(beside))]
    corpus = home / "corpus"
    corpus.mkdir()
    shutil.copy(NOTICES, corpus)
    (corpus / "statutes.jsonl").write_text("\n".join(json.dumps(s, ensure_ascii=False) for s in kept), encoding="utf-8")
    return start(Settings(home=home / "home", corpus=corpus))


if __name__ == "__main__":
    sys.exit(main())
