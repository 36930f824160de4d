"""Read a question and a passage together and say how well they fit: a cross-encoder of a folder or of the hub.

Knows pairs of texts; knows no index and no documents.
"""

from collections.abc import Sequence
from threading import Lock
from typing import Protocol

import numpy as np

from embeddings.models import ModelError, load


class Reranker(Protocol):
    """What a search needs of a reranker."""

    name: str

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """Return a number from 0 to 1 for each passage, the higher the better it answers the question."""
        ...


class CrossReranker:
    """A cross-encoder that sentence-transformers loads. Threads may share it."""

    def __init__(self, model: str):
        """Raises ModelError where the model cannot be had."""
        import torch
        from sentence_transformers import CrossEncoder

        self.name = model
        self._model = load("reranker", "POLICY_RERANKER", model, CrossEncoder)
        if self._model.num_labels != 1:
            raise ModelError(
                f"The reranker {model!r} gives {self._model.num_labels} scores for a pair, where one is expected. "
                "Set POLICY_RERANKER to another, or leave it out."
            )
        self._share = torch.nn.Sigmoid()
        self._one_at_a_time = Lock()  # a tokenizer of transformers that two threads use raises "Already borrowed"

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """See ``Reranker``; what is no number counts as 0."""
        if not passages:
            return []
        pairs = [(question, passage) for passage in passages]
        with self._one_at_a_time:
            given = self._model.predict(pairs, activation_fn=self._share, show_progress_bar=False)
        return [round(float(score), 6) for score in np.nan_to_num(np.asarray(given, np.float32), nan=0.0)]
