"""One published generation, open: what a question searches from beginning to end. Knows nothing of what is published next."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.build import RECORD
from embeddings.fusion import Hit, fuse
from embeddings.generations import Damaged, Generation
from embeddings.record import Contents, Rows
from embeddings.terms import Beside, Terms, tokens
from embeddings.vectors import Engine, Unreachable, Vectors, ranked

_DEPTH = 100  # candidates that terms and vectors each bring to the fusion
_EXACT = 8_000  # rows of which the exact product is had in some milliseconds
_ROW_COST = 8  # rows of a product that cost what one hit of a search in Chroma costs
_TERM_COST = 4  # documents of a filter that cost what one hit of a search in the terms costs
_FILTERS = 64  # whose rows are remembered
_RETRY = 2.0  # seconds before a question asks again for vectors that were away
Numbers = NDArray[np.intp]
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
        self._alike = _alike(contents)
        self._documents: dict[str, list[int]] = {}
        for number, document in enumerate(contents.documents):
            self._documents.setdefault(document, []).append(number)
        self._rows = np.load(generation.folder / "vectors.npy", mmap_mode="r" if self._ids else None)
        self._held_by: dict[frozenset[str], _Held] = {}  # the same filter comes again and again

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
        among = None if documents is None else frozenset(documents)
        words = self._by_words(query, depth, among, beside)
        near = self._near(vector_query or query, depth, among, words)
        words |= self._terms.scores(query, [key for key in near if key not in words], beside)
        return fuse(words, near)[:k]

    def frequencies(self, terms: Sequence[str]) -> tuple[dict[str, int], int]:
        """Return how many passages hold each term, and how many passages there are."""
        return self._terms.frequencies(terms), len(self._terms)

    def _by_words(self, query: str, k: int, among: frozenset[str] | None, beside: Beside) -> dict[str, float]:
        """Return the BM25 of the ``k`` best passages; where many documents are left, from a search without the filter."""
        if among is not None and (wide := self._wide(among, k)) * _TERM_COST < len(among):
            held = self._narrowed(among)
            best = [hit for hit in self._terms.search(query, wide, None, beside) if self._numbers[hit[0]] in held][:k]
            if len(best) == k:
                return dict(best)
        return dict(self._terms.search(query, k, among, beside))

    def _near(self, query: str, k: int, among: frozenset[str] | None, also: Collection[str]) -> dict[str, float]:
        """Return the cosines of the nearest passages and of those ``also`` asked for, {} where the vectors are away."""
        if self._vectors is None or self._encode_question is None or self.words_only:
            return {}
        vector = self._encode_question(query)
        try:
            near = dict(self._nearest(self._vectors, vector, k, among))
        except (Damaged, Unreachable) as away:
            if not self._away_until:
                _log.warning("%s Questions are answered by words alone meanwhile.", away)
            self._away_until = time.monotonic() + _RETRY
            return {}
        self._away_until = 0.0
        return near | self._cosines(vector, [key for key in also if key not in near])

    def _nearest(self, vectors: Vectors, vector: Rows, k: int, among: frozenset[str] | None) -> list[tuple[str, float]]:
        """Return at most ``k`` (passage id, cosine): from Chroma, or exactly where few passages of it are left."""
        if among is None:
            return self._with_alike(vectors.search(vector, k))[:k]
        held = self._narrowed(among)
        if len(held) > max(_EXACT, (wide := self._wide(among, k)) * _ROW_COST):
            hits = self._with_alike(vectors.search(vector, wide))
            best = [hit for hit in hits if self._numbers[hit[0]] in held][:k]
            if len(best) == k:
                return best
        return self._products(vector, held.numbers, k)

    def _with_alike(self, hits: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """Return what Chroma found with the passages that are embedded alike, best first, equal ones by id."""
        if not any(id in self._alike for id, _ in hits):
            return hits
        found = {each: cosine for id, cosine in hits for each in self._alike.get(id, (id,))}
        return ranked(found.items())

    def _wide(self, among: frozenset[str], k: int) -> int:
        """Return of how many passages ``k`` should be of these documents, twice over."""
        return 2 * k * len(self._ids) // max(1, len(self._narrowed(among)))

    def _narrowed(self, among: frozenset[str]) -> "_Held":
        """Return the rows of these documents."""
        if (held := self._held_by.get(among)) is None:
            numbers = [number for document in among for number in self._documents.get(document, ())]
            held = _Held(np.array(sorted(numbers), np.intp), len(self._ids))
            if len(self._held_by) >= _FILTERS:
                self._held_by.clear()
            self._held_by[among] = held
        return held

    def _cosines(self, vector: Rows, ids: Sequence[str]) -> dict[str, float]:
        return dict(self._products(vector, np.array([self._numbers[key] for key in ids], np.intp), len(ids)))

    def _products(self, vector: Rows, numbers: Numbers, k: int) -> list[tuple[str, float]]:
        """Return the ``k`` best (passage id, cosine) of these rows, exactly, equal ones by id."""
        if not len(numbers) or not np.any(vector):
            return []
        products = np.round(self._rows[numbers] @ vector, 6)
        if len(products) > k:
            best = products >= np.partition(products, len(products) - k)[len(products) - k]
            numbers, products = numbers[best], products[best]
        return ranked(zip((self._ids[number] for number in numbers), products.tolist(), strict=True))[:k]


def _alike(contents: Contents) -> dict[str, list[str]]:
    """Return the ids of the passages that are embedded alike, by the first of them, where there are several."""
    counts = Counter(contents.digests)
    if len(counts) == len(contents.digests):
        return {}
    found: dict[str, list[str]] = {}
    for id, key in zip(contents.ids, contents.digests, strict=True):
        if counts[key] > 1:
            found.setdefault(key, []).append(id)
    return {ids[0]: ids for ids in found.values()}


class _Held:
    """The rows of some documents, in order; ``number in held`` costs the same for few and for many."""

    def __init__(self, numbers: Numbers, count: int):
        self.numbers = numbers
        self._is_held = np.zeros(count, bool)
        self._is_held[numbers] = True

    def __len__(self) -> int:
        return len(self.numbers)

    def __contains__(self, number: int) -> bool:
        return bool(self._is_held[number])
