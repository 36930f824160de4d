"""The library as one question sees it: documents, passages and targets in memory, read again when the library has changed."""

from collections.abc import Collection, Sequence
from threading import Lock

from corpus.document import Document, Passage, Target
from corpus.library import Library


class Snapshot:
    """What a library holds at one moment. Documents are kept; passages and targets are read as they are asked for, once."""

    def __init__(self, library: Library):
        self._library = library
        self.state = library.state
        self.documents: tuple[Document, ...] = tuple(library.documents())
        self._by_id = {d.id: d for d in self.documents}
        self._passages: dict[str, Passage | None] = {}
        self._targets: dict[str, tuple[Target, ...]] = {}

    def document(self, id: str) -> Document | None:
        """Return one document, or None."""
        return self._by_id.get(id)

    def passage(self, id: str) -> Passage | None:
        """Return one passage, or None."""
        if id not in self._passages:
            self._passages[id] = self._library.passage(id)
        return self._passages[id]

    def targets(self, document_ids: Collection[str]) -> Sequence[Target]:
        """Return the targets of these documents, by document id, in the order of the text."""
        missing = [id for id in document_ids if id not in self._targets]
        if missing:
            read: dict[str, list[Target]] = {id: [] for id in missing}
            for target in self._library.targets(missing):
                read[target.document_id].append(target)
            self._targets.update({id: tuple(found) for id, found in read.items()})
        return [target for id in sorted(document_ids) for target in self._targets[id]]


class Snapshots:
    """Gives the snapshot of the library as it is now. Threads may share it."""

    def __init__(self, library: Library):
        self._library = library
        self._lock = Lock()
        self._current: Snapshot | None = None

    def now(self) -> Snapshot:
        """Return the snapshot of the library's present state."""
        with self._lock:
            if self._current is None or self._current.state != self._library.state:
                self._current = Snapshot(self._library)
            return self._current
