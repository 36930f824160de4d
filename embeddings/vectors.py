"""Find passages by their vectors in Chroma. The only file that speaks to Chroma; knows no text and no network."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from weakref import finalize

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from embeddings.generations import Damaged
from embeddings.mirror import Mirror

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_NAME = "passages"
_BATCH = 5_000  # Chroma takes at most 5,461 at once
# A graph that was never saved is made, and written, by whoever opens it first: save after each batch, even of one row.
_GRAPH = {"space": "cosine", "ef_construction": 100, "ef_search": 200, "batch_size": 1, "sync_threshold": 1}


def write(
    folder: Path,
    ids: Sequence[str],
    documents: Sequence[str],
    rows: NDArray[np.float32],
    removed: Sequence[str] = (),
) -> None:
    """Bring the Chroma folder level: make it if need be, drop the vectors of ``removed``, store a row for each id."""
    import chromadb

    client = _client(folder)
    try:
        collection = client.get_or_create_collection(_NAME, configuration={"hnsw": _GRAPH}, embedding_function=None)
        for start in range(0, len(removed), _BATCH):
            collection.delete(ids=list(removed[start : start + _BATCH]))
        for start in tqdm(range(0, len(ids), _BATCH), desc="Vectors", delay=2):
            part = slice(start, start + _BATCH)
            metadatas = [{"document": document} for document in documents[part]]
            collection.upsert(ids=list(ids[part]), embeddings=rows[part], metadatas=metadatas)
    except chromadb.errors.ChromaError as error:
        raise Damaged(f"the vectors could not be written ({error})") from error
    finally:
        client.close()


class Vectors:
    """A finished Chroma folder, open for reading from the first search on. The folder is never written.

    Chroma shares one engine between all clients of one path in a process. Each ``Vectors`` has a path of its own (its
    mirror) and closes its engine when nobody holds it any more.
    """

    def __init__(self, folder: Path):
        self._mirror = Mirror(folder)
        self._opening = Lock()
        self._opened: Collection | None = None
        self._count = 0

    def __len__(self) -> int:
        self._collection()
        return self._count

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Return at most ``k`` (passage id, cosine) nearest to ``vector``, best first, equal ones by id."""
        collection = self._collection()
        count = min(k, self._count)
        if count < 1 or not np.any(vector):
            return []
        found = collection.query(query_embeddings=[vector], n_results=count, include=["distances"])
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return ranked([(passage_id, 1 - distance) for passage_id, distance in pairs])

    def rows(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the stored vectors of these passages, without those that are not there."""
        found = self._collection().get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"], np.float32), strict=True))

    def _collection(self) -> "Collection":
        import chromadb

        with self._opening:
            if self._opened is None:
                try:
                    client = _client(self._mirror.folder)
                    finalize(self, client.close)
                    opened = client.get_collection(_NAME, embedding_function=None)
                    self._count, self._opened = opened.count(), opened
                except chromadb.errors.ChromaError as error:
                    raise Damaged(f"the vectors cannot be opened ({error})") from error
            return self._opened


def ranked(pairs: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return (passage id, cosine) pairs best first, rounded to six places, equal ones by id."""
    rounded = ((passage_id, round(float(cosine), 6)) for passage_id, cosine in pairs)
    return sorted(rounded, key=lambda pair: (-pair[1], pair[0]))


def _client(folder: Path) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    except (chromadb.errors.ChromaError, AttributeError) as error:  # the latter from its own handler, on a full disk
        raise Damaged(f"Chroma cannot be opened in {folder} ({error})") from error
