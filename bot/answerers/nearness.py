"""How near the words of a question come to the words of texts, piece by piece, by the rows of the built-in encoder.

Whichever model the index was built with, these rows are the built-in ones: the ranker has learned from them.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import built_in_rows
from embeddings.static import StaticModel

Floats = NDArray[np.float32]


class Nearness:
    """The pieces of texts against those of a question: for any run of the texts, in one product."""

    def __init__(self, question: str, texts: Sequence[str]):
        model = _model()
        asked = _pieces(question)
        held = [_pieces(text) for text in texts]
        flat = np.array([i for ids in held for i in ids] or [0], np.intp)
        known, place = np.unique(flat, return_inverse=True)
        rows, of_question = model.rows(known), model.rows(list(asked))
        lengths = np.linalg.norm(of_question, axis=1)
        self._shares = lengths / max(float(lengths.sum()), 1e-9)  # frequent pieces count little
        near = (rows / _length(rows)) @ (of_question / _length(of_question)).T
        starts = np.concatenate([[0], np.cumsum([len(ids) for ids in held])])[:-1].astype(np.intp)
        self._best = (
            np.maximum.reduceat(near[place], starts, axis=0) if len(held) else np.zeros((0, len(asked)), np.float32)
        )
        sums = np.add.reduceat(rows[place], starts, axis=0) if len(held) else np.zeros((0, rows.shape[1]), np.float32)
        self._sums = np.concatenate([np.zeros((1, sums.shape[1]), np.float32), np.cumsum(sums, axis=0)])
        self._whole = of_question.sum(axis=0)

    def of_runs(self, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
        """Return for each run ``texts[start:end]`` the mean best cosine of the question's pieces, the share of the pieces
        with one near, and the cosine of the sums."""
        padded = np.concatenate([self._best, np.full((1, self._best.shape[1]), -1.0, np.float32)])
        best = np.maximum.reduceat(padded, np.stack([starts, ends], axis=1).ravel(), axis=0)[::2]
        total = self._sums[ends] - self._sums[starts]
        cosine = total @ self._whole / (_length(total)[:, 0] * max(float(np.linalg.norm(self._whole)), 1e-9))
        return best @ self._shares, (best > 0.55) @ self._shares, cosine


def cosines(question: str, texts: Sequence[str]) -> Floats:
    """Return the cosine of a question with each of the texts, -1 to 1; 0 for a text without a known piece."""
    if not texts:
        return np.zeros(0, np.float32)
    return np.stack([_direction(text) for text in texts]) @ _direction(question)


@lru_cache(maxsize=10_000)
def _direction(text: str) -> Floats:
    """The vector of a text, of length 1; sentences come again and again."""
    whole = _model().rows(list(_pieces(text))).sum(axis=0)
    return whole / max(float(np.linalg.norm(whole)), 1e-9)


@lru_cache(maxsize=20_000)
def _pieces(text: str) -> tuple[int, ...]:
    """The pieces of a clause, at least one; clauses come again and again."""
    return tuple(_model().pieces([text])[0]) or (0,)


def _length(rows: Floats) -> Floats:
    return np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


@cache
def _model() -> StaticModel:
    return built_in_rows()
