"""Find passages by words and by meaning. Holds the generation that serves; knows nothing of questions or answers."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from shutil import rmtree
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from corpus.document import Passage
from embeddings.build import Contents, Rows, build, changes, encode, verify
from embeddings.fusion import Hit, fuse
from embeddings.generations import Damaged, Generation, Generations, Seal
from embeddings.terms import Beside, Terms, tokens
from embeddings.vectors import Vectors, ranked

if TYPE_CHECKING:
    from embeddings.encoder import Encoder

_FORMAT = "1"  # of everything in a generation: raise it when tokens, files or digests change
_DEPTH = 100  # candidates that terms and vectors each bring to the fusion
_log = logging.getLogger(__name__)


class NotBuilt(RuntimeError):
    """There is no generation to search in."""


class Index:
    """What finds passages. Threads and processes may share a folder: any number search while one brings it level."""

    def __init__(self, folder: Path, encoder: "Encoder"):
        self._encoder = encoder
        self._generations = Generations(folder)
        self._opening = Lock()
        self._seen = ""  # the pointer that was looked at last
        self._reader: _Reader | None = None
        self._damage: str | None = None

    @property
    def generation(self) -> int:
        """The number of the generation that serves, 0 before the first."""
        reader = self._current()
        return reader.number if reader else 0

    def is_level(self, key: str) -> bool:
        """Say whether the index was built with this encoder for ``key``, a digest of the library's state."""
        reader = self._current()
        if reader is None or self._damage:
            return False
        return all(reader.seal.get(name) == value for name, value in self._seal(key).items())

    def bring_level(
        self,
        key: str,
        passages: Iterable[Passage],
        vectors_of: Callable[[Sequence[str]], Mapping[str, Rows]],
        keep_vectors: Callable[[Mapping[str, Rows]], None],
    ) -> bool:
        """Publish a generation that holds exactly these passages; return False where the index was level already.

        ``vectors_of`` gives the vectors that the record has of these digests with this encoder; ``keep_vectors`` keeps
        new ones there, a few hundred at a time. Nothing else is encoded. Raises Locked while another process writes.
        Compute ``key`` and ``passages`` under the library's write lock, so that an older state never follows a newer.
        """
        if self.is_level(key):
            return False
        with self._generations.writing():
            if self.is_level(key):
                return False
            ordered = sorted(passages, key=lambda passage: (passage.document_id, passage.id))
            rows = encode(ordered, self._encoder, vectors_of, keep_vectors)
            self._publish(key, ordered, rows)
            self._current()  # lets go of the generation before
            self._generations.retire()
        return True

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
        its words count beside one of ``query``. Raises NotBuilt before the first generation.
        """
        if (reader := self._current()) is None:
            raise NotBuilt(f"There is no index in {self._generations.folder}: {self._damage or 'it was never built'}.")
        if not tokens(query) or k < 1:
            return []
        depth = max(_DEPTH, k)
        words = dict(reader.terms.search(query, depth, documents, beside))
        vector = self._vector(reader, vector_query or query)
        near = dict(reader.nearest(vector, depth, documents))
        words |= reader.terms.scores(query, [key for key in near if key not in words], beside)
        near |= reader.cosines(vector, [key for key in words if key not in near])
        return fuse(words, near)[:k]

    def frequencies(self, terms: Sequence[str]) -> tuple[dict[str, int], int]:
        """Return how many passages hold each term, and how many passages there are."""
        reader = self._current()
        return (reader.terms.frequencies(terms), len(reader.terms)) if reader else ({}, 0)

    def _vector(self, reader: "_Reader", query: str) -> Rows:
        if reader.seal["encoder"] != self._encoder.name:  # vectors of two encoders are never mixed: terms alone serve
            return np.zeros(reader.rows.shape[1], np.float32)
        return self._encoder.encode_question(query)

    def _seal(self, key: str) -> dict[str, str | int]:
        return {"format": _FORMAT, "encoder": self._encoder.name, "key": key}

    def _current(self) -> "_Reader | None":
        with self._opening:
            if (pointer := self._generations.pointer()) != self._seen:
                self._seen = pointer
                self._reopen()
            return self._reader

    def _reopen(self) -> None:
        """Open the published generation; while it is damaged, the one that was open before goes on serving."""
        try:
            generation = self._generations.open()
            if generation and generation.seal.get("format") != _FORMAT:
                raise Damaged(f"generation {generation.number} has another format")
            self._reader = _Reader(generation) if generation else self._reader
            self._damage = None if generation else "the pointer file 'current' is missing"
        except Damaged as damage:
            self._damage = str(damage)
            _log.warning("The index in %s is damaged and will be rebuilt: %s.", self._generations.folder, damage)

    def _publish(self, key: str, passages: Sequence[Passage], rows: Rows) -> None:
        """Publish from a copy of the current generation where little has changed, else or if that fails anew."""
        changed, base = self._base(Contents.of(passages))
        if base is not None:
            try:
                return self._build(self._seal(key) | {"changed": changed}, passages, rows, base.folder)
            except Damaged as damage:
                _log.warning("A copy of the index could not be brought level (%s); it is built anew.", damage)
        return self._build(self._seal(key) | {"changed": 0}, passages, rows, None)

    def _build(self, seal: Seal, passages: Sequence[Passage], rows: Rows, base: Path | None) -> None:
        """Build, verify and publish the next generation, or leave nothing behind."""
        number, folder = self._generations.begin()
        try:
            build(folder, passages, rows, base)
            verify(folder, passages, rows)
            self._generations.publish(number, seal)
        except BaseException:
            rmtree(folder, ignore_errors=True)
            raise

    def _base(self, wanted: Contents) -> tuple[int, Generation | None]:
        """Return the generation to copy, if one is near enough, and what changed since the last one built anew."""
        try:
            base = self._generations.open()
        except Damaged:
            return 0, None
        if base is None or base.seal | self._seal("") != base.seal | {"key": ""}:
            return 0, None
        added, removed = changes(Contents.read(base.folder), wanted)
        changed = int(base.seal["changed"]) + len(added) + len(removed)
        return (changed, base) if changed * 5 <= len(wanted.ids) else (0, None)


class _Reader:
    """One published generation, open: terms, Chroma, and the rows in a file that is mapped, not read.

    The rows stand in a file of their own because an exact product over a few documents takes a millisecond where
    Chroma's filter takes a hundred, because candidates of the terms need a cosine too, and because reading them
    from the record would tie every search to SQLite.
    """

    def __init__(self, generation: Generation):
        self.number, self.seal = generation.number, generation.seal
        self._held = generation.held
        self.terms = Terms(generation.folder / "terms")
        self._vectors = Vectors(generation.folder / "chroma")
        contents = Contents.read(generation.folder)
        self._ids = contents.ids
        self._numbers = {key: number for number, key in enumerate(contents.ids)}
        self._documents: dict[str, list[int]] = {}
        for number, document in enumerate(contents.documents):
            self._documents.setdefault(document, []).append(number)
        self.rows = np.load(generation.folder / "vectors.npy", mmap_mode="r" if self._ids else None)

    def nearest(self, vector: Rows, k: int, documents: Collection[str] | None) -> list[tuple[str, float]]:
        """Return at most ``k`` (passage id, cosine): from Chroma, or exactly where ``documents`` narrow the search."""
        if documents is None:
            return self._vectors.search(vector, k)
        numbers = [number for document in sorted(set(documents)) for number in self._documents.get(document, ())]
        return ranked(self._products(vector, numbers))[:k]

    def cosines(self, vector: Rows, ids: Sequence[str]) -> dict[str, float]:
        """Return the exact cosine of ``vector`` and each of these passages."""
        return dict(ranked(self._products(vector, [self._numbers[key] for key in ids])))

    def _products(self, vector: Rows, numbers: Sequence[int]) -> list[tuple[str, float]]:
        if not numbers or not np.any(vector):
            return []
        products = self.rows[numbers] @ vector
        return list(zip((self._ids[number] for number in numbers), products.tolist(), strict=True))
