"""The world as one question sees it: one generation of the index and the library that it was built from.

A question is answered from the record that lies inside the generation, not from the library as it may be by now: while
a writer is at work, and after one was killed, documents, passages and what is searched still belong together. The
switch to the next generation changes all of them at once.
"""

from collections.abc import Callable, Collection, Hashable, Sequence
from threading import Lock
from typing import Any, TypeVar

from bot.topic import sayable
from corpus.document import Document, Passage, Target
from corpus.library import Library
from embeddings.index import Index
from embeddings.reranker import Reranker
from embeddings.view import View

T = TypeVar("T")
_MADE = 256  # answers to questions about all documents that are kept at a time


class Snapshot:
    """What can be asked about at one moment. Documents are kept; passages and targets are read as they are asked for, once."""

    def __init__(self, library: Library, index: View | None = None, reranker: Reranker | None = None):
        self.library = library
        self.reranker = reranker
        self._index = index
        self.documents: tuple[Document, ...] = tuple(library.documents())
        self._by_id = {d.id: d for d in self.documents}
        self.titles = sayable(self.documents)
        self._passages: dict[str, Passage | None] = {}
        self._targets: dict[str, tuple[Target, ...]] = {}
        self._made: dict[Hashable, Any] = {}

    @property
    def index(self) -> View:
        """The generation that is searched."""
        assert self._index is not None
        return self._index

    def document(self, id: str) -> Document | None:
        """Return one document, or None."""
        return self._by_id.get(id)

    def passage(self, id: str) -> Passage | None:
        """Return one passage, or None."""
        if id not in self._passages:
            self._passages[id] = self.library.passage(id)
        return self._passages[id]

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` gave for ``key`` the first time: for what many questions ask of all documents."""
        if key not in self._made:
            if len(self._made) >= _MADE:
                self._made.clear()
            self._made[key] = make()
        return self._made[key]

    def targets(self, document_ids: Collection[str]) -> Sequence[Target]:
        """Return the targets of these documents, by document id, in the order of the text."""
        missing = [id for id in document_ids if id not in self._targets]
        if missing:
            read: dict[str, list[Target]] = {id: [] for id in missing}
            for target in self.library.targets(missing):
                read[target.document_id].append(target)
            self._targets.update({id: tuple(found) for id, found in read.items()})
        return [target for id in sorted(document_ids) for target in self._targets[id]]


class Snapshots:
    """Gives the snapshot of the generation that serves now. Threads may share it."""

    def __init__(self, index: Index, reranker: Reranker | None = None):
        self._index = index
        self._reranker = reranker
        self._lock = Lock()
        self._current: Snapshot | None = None

    def now(self) -> Snapshot:
        """Return the snapshot of the present generation."""
        with self._lock:
            view = self._index.view()
            if self._current is None or self._current.index is not view:
                self._current = Snapshot(Library(view.record, readonly=True), view, self._reranker)
            return self._current
