"""How near each word of a question comes to some word of a text: late interaction by the rows of the built-in encoder.

Words that are not the same but stand for the same are near one another (罚款 and 处罚), which a mean of all rows hides and
BM25 cannot see. Whichever model the index was built with, these rows are the built-in ones. Knows no index.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import built_in_rows
from embeddings.static import StaticModel

Floats = NDArray[np.float32]
_DIMENSIONS = 256  # of each row: nearly as good as all, at half the cost
_KEPT = 20_000  # texts whose pieces are remembered


def nearness(question: str, texts: Sequence[str], beside: Sequence[tuple[str, float]] = ()) -> Floats:
    """Return for each text, shape (texts,), the mean over the question's pieces of their best cosine with one of the text.

    Rare pieces count for more, as their rows are longer. ``beside`` are texts said before, each with what its pieces
    count beside one of the question. 0 for a question or a text without a piece.
    """
    asked, weights = _weighed([(question, 1.0), *beside])
    held = _pieces(texts)
    full = [number for number, pieces in enumerate(held) if len(pieces)]
    near = np.zeros(len(texts), np.float32)
    if not len(asked) or not full:
        return near
    rows = _unit_rows()[0]
    known, place = np.unique(np.concatenate([held[number] for number in full]), return_inverse=True)
    cosines = (rows[known] @ rows[asked].T)[place]
    starts = np.cumsum([0, *(len(held[number]) for number in full[:-1])])
    near[full] = np.maximum.reduceat(cosines, starts, axis=0) @ weights
    return near


def _weighed(said: Sequence[tuple[str, float]]) -> tuple[NDArray[np.intp], Floats]:
    """Return the pieces of what was said, each once with its greatest share, and what they count: 1 in all."""
    shares: dict[int, float] = {}
    for text, share in said:
        for piece in _pieces_of(text).tolist():
            shares[piece] = max(share, shares.get(piece, 0.0))
    asked = np.array(sorted(shares), np.intp)
    weights = _unit_rows()[1][asked] * np.array([shares[piece] for piece in asked.tolist()], np.float32)
    return asked, weights / max(float(weights.sum()), 1e-9)


def _pieces(texts: Sequence[str]) -> list[NDArray[np.intp]]:
    """Return the pieces of each text; those of passages come again and again."""
    return [_pieces_of(text) for text in texts]


@lru_cache(maxsize=_KEPT)
def _pieces_of(text: str) -> NDArray[np.intp]:
    return np.array(_model().pieces([text.encode("utf-8", "replace").decode()])[0], np.intp)


@cache
def _unit_rows() -> tuple[Floats, Floats]:
    """Return the row of every piece at length one, (pieces, dimensions), and how long it was: frequent ones are short."""
    model = _model()
    rows = model.rows(slice(None))[:, :_DIMENSIONS]
    lengths = np.linalg.norm(rows, axis=1)
    return rows / np.maximum(lengths, 1e-9)[:, None], lengths


@cache
def _model() -> StaticModel:
    return built_in_rows()
