"""One published generation, open: what a question searches from beginning to end. Knows nothing of what is published next."""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np

from embeddings.build import RECORD
from embeddings.fusion import Hit, fuse
from embeddings.generations import Damaged, Generation
from embeddings.record import Contents, Rows
from embeddings.terms import Beside, Terms, tokens
from embeddings.vectors import Engine, Unreachable, Vectors, ranked

_DEPTH = 100  # candidates that terms and vectors each bring to the fusion
_RETRY = 2.0  # seconds before a question asks again for vectors that were away
_log = logging.getLogger(__name__)


class View:
    """Terms, Chroma, and the rows in a file that is mapped, not read. Threads may share it; it never changes.

    The rows stand in a file of their own because an exact product over a few documents takes a millisecond where
    Chroma's filter takes a hundred, because candidates of the terms need a cosine too, and because reading them
    from the record would tie every search to SQLite.
    """

    def __init__(
        self, generation: Generation, engine: Engine | None = None, encode_question: Callable[[str], Rows] | None = None
    ):
        """Without ``engine`` and ``encode_question`` words alone serve: the vectors are another encoder's, or elsewhere."""
        self.number, self.seal, self.folder = generation.number, generation.seal, generation.folder
        self._held = generation.held
        self._encode_question = encode_question
        self._terms = Terms(generation.folder / "terms")
        self._vectors = engine.open(generation.folder / "chroma") if engine else None
        self._away_until = 0.0  # by the monotonic clock
        contents = Contents.read(generation.folder)
        self._ids = contents.ids
        self._numbers = {key: number for number, key in enumerate(contents.ids)}
        self._documents: dict[str, list[int]] = {}
        for number, document in enumerate(contents.documents):
            self._documents.setdefault(document, []).append(number)
        self._rows = np.load(generation.folder / "vectors.npy", mmap_mode="r" if self._ids else None)

    @property
    def record(self) -> Path:
        """The library as it was when this generation was built: a file that stands alone and is only read."""
        return self.folder / RECORD

    @property
    def words_only(self) -> bool:
        """Whether searches find by words alone just now: the vectors are another encoder's, or cannot be reached."""
        return self._vectors is None or time.monotonic() < self._away_until

    def check(self) -> None:
        """Raise Damaged where the vectors are seen to be lost; what is sealed in a file was checked at opening."""
        if self._vectors is not None:
            self._vectors.check()

    def search(
        self,
        query: str,
        k: int = 10,
        documents: Collection[str] | None = None,
        vector_query: str | None = None,
        beside: Beside = (),
    ) -> list[Hit]:
        """Return the ``k`` best passages, best first; of ``documents`` only, if given; [] where ``query`` has no words.

        ``vector_query`` is what the vectors are asked, if not ``query``; ``beside`` are texts said before, each with what
        its words count beside one of ``query``.
        """
        if not tokens(query) or k < 1:
            return []
        depth = max(_DEPTH, k)
        words = dict(self._terms.search(query, depth, documents, beside))
        near = self._near(vector_query or query, depth, documents, words)
        words |= self._terms.scores(query, [key for key in near if key not in words], beside)
        return fuse(words, near)[:k]

    def frequencies(self, terms: Sequence[str]) -> tuple[dict[str, int], int]:
        """Return how many passages hold each term, and how many passages there are."""
        return self._terms.frequencies(terms), len(self._terms)

    def _near(self, query: str, k: int, documents: Collection[str] | None, also: Collection[str]) -> dict[str, float]:
        """Return the cosines of the nearest passages and of those ``also`` asked for, {} where the vectors are away."""
        if self._vectors is None or self._encode_question is None or self.words_only:
            return {}
        vector = self._encode_question(query)
        try:
            near = dict(self._nearest(self._vectors, vector, k, documents))
        except (Damaged, Unreachable) as away:
            if not self._away_until:
                _log.warning("%s Questions are answered by words alone meanwhile.", away)
            self._away_until = time.monotonic() + _RETRY
            return {}
        self._away_until = 0.0
        return near | self._cosines(vector, [key for key in also if key not in near])

    def _nearest(
        self, vectors: Vectors, vector: Rows, k: int, documents: Collection[str] | None
    ) -> list[tuple[str, float]]:
        """Return at most ``k`` (passage id, cosine): from Chroma, or exactly where ``documents`` narrow the search."""
        if documents is None:
            return vectors.search(vector, k)
        numbers = [number for document in sorted(set(documents)) for number in self._documents.get(document, ())]
        return ranked(self._products(vector, numbers))[:k]

    def _cosines(self, vector: Rows, ids: Sequence[str]) -> dict[str, float]:
        return dict(ranked(self._products(vector, [self._numbers[key] for key in ids])))

    def _products(self, vector: Rows, numbers: Sequence[int]) -> list[tuple[str, float]]:
        if not numbers or not np.any(vector):
            return []
        products = self._rows[numbers] @ vector
        return list(zip((self._ids[number] for number in numbers), products.tolist(), strict=True))
