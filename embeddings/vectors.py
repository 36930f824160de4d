"""Find passages by their vectors in Chroma, embedded or served. The only file that speaks to Chroma; knows no text."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit
from weakref import finalize

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from embeddings.generations import Damaged
from embeddings.growth import capped
from embeddings.mirror import Mirror

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_NAME = "passages"
_BATCH = 5_000  # Chroma takes at most 5,461 at once
_QUOTA = 300  # records that Chroma Cloud takes, or gives, at once: https://docs.trychroma.com/cloud/quotas-limits
_ID_BYTES = 128  # of the longest id that it takes
# A graph that was never saved is made, and written, by whoever opens it first: save after each batch, even of one row.
_GRAPH = {"space": "cosine", "ef_construction": 100, "ef_search": 200, "batch_size": 1, "sync_threshold": 1}
_SERVED_GRAPH = {"space": "cosine", "ef_construction": 100, "ef_search": 200}
_PATIENCE = 5.0  # seconds that a question waits for a served Chroma
_UPLOAD_PATIENCE = 120.0  # seconds that a batch may take to be stored there


class Unreachable(RuntimeError):
    """A Chroma server does not answer, or refuses to. What it holds may well be whole."""


@dataclass(frozen=True)
class Batch:
    """All vectors of a generation, a row for each id; ``added`` numbers those that the one before lacks."""

    ids: Sequence[str]
    documents: Sequence[str]
    rows: NDArray[np.float32]
    added: Sequence[int]
    removed: Sequence[str]  # ids that the generation before holds and this one does not, or otherwise


class Engine(Protocol):
    """Where the vectors of generations lie. ``folder`` is the place that a generation has for them."""

    name: str  # another one for vectors that lie elsewhere

    def write(self, folder: Path, base: Path | None, batch: Batch) -> None:
        """Store the vectors of a new generation, if need be from a copy of those in ``base``."""

    def open(self, folder: Path) -> "Vectors":
        """Return the vectors of a finished generation."""

    def retire(self, folders: Iterable[Path]) -> None:
        """Drop the vectors of all generations but these."""


class Embedded:
    """Chroma inside this process: the vectors lie in the generation's own folder."""

    name = "embedded"

    def __init__(self, row_bytes: int = 8_192, file_bytes: int = 64 << 20):
        """``row_bytes``: what a passage may take in one file, beside its vector; ``file_bytes``: a file beside that."""
        self._row_bytes, self._file_bytes = row_bytes, file_bytes

    def write(self, folder: Path, base: Path | None, batch: Batch) -> None:
        """Store what was added to a copy of ``base``, or everything; no file can outgrow what its rows may need."""
        place = folder.with_name(f"{folder.name}-{token_hex(4)}")  # Chroma keeps an engine that failed by its path
        if base is not None:
            shutil.copytree(base, place)
        limit = self._file_bytes + len(batch.ids) * (self._row_bytes + 16 * batch.rows.shape[1])
        with _speaking("the vectors could not be written"), capped(limit):
            client = _client(place)
            try:
                collection = client.get_or_create_collection(
                    _NAME, configuration={"hnsw": _GRAPH}, embedding_function=None
                )
                for start in range(0, len(batch.removed), _BATCH):
                    collection.delete(ids=list(batch.removed[start : start + _BATCH]))
                _upsert(collection, batch, batch.added)
            finally:
                client.close()
        place.rename(folder)

    def open(self, folder: Path) -> "Vectors":
        """Return the vectors in ``folder``, which is never written."""
        return _EmbeddedVectors(folder)

    def retire(self, folders: Iterable[Path]) -> None:
        """Do nothing: the vectors go with the folder of their generation."""


EMBEDDED = Embedded()


class Served:
    """A Chroma server, distributed Chroma or Chroma Cloud: a collection for each generation, named in its folder."""

    def __init__(self, url: str, place: Path):
        """``url``: http(s)://[TOKEN@]host[:port][/TENANT/DATABASE]. ``place``: where this index keeps its own name."""
        parts = urlsplit(url)
        tenant, _, database = parts.path.strip("/").partition("/")
        self._host, self._ssl = parts.hostname or "localhost", parts.scheme == "https"
        self._port = parts.port or (443 if self._ssl else 8000)
        self._token = unquote(parts.username or "")
        self._database = {"tenant": tenant or "default_tenant", "database": database or "default_database"}
        self.name = f"{parts.scheme}://{self._host}:{self._port}/{'/'.join(self._database.values())}"
        self._place = place

    def write(self, folder: Path, base: Path | None, batch: Batch) -> None:
        """Store everything in a new collection."""
        name = f"{self._prefix()}{token_hex(6)}"
        folder.mkdir()
        with _asking(f"{self.name} does not store the vectors"):
            client = self._connected(_UPLOAD_PATIENCE)
            collection = client.create_collection(name, configuration={"hnsw": _SERVED_GRAPH}, embedding_function=None)
            ids = [_served_id(id) for id in batch.ids]
            count = _upsert(collection, replace(batch, ids=ids), range(len(ids)), _QUOTA)
        long = {there: id for there, id in zip(ids, batch.ids, strict=True) if there != id}
        (folder / "collection.json").write_text(json.dumps({"name": name, "count": count, "long": long}), "ascii")

    def open(self, folder: Path) -> "Vectors":
        """Return the vectors in the collection that ``folder`` names."""
        known = json.loads((folder / "collection.json").read_bytes())
        return _ServedVectors(self, known["name"], known["count"], known.get("long", {}))

    def retire(self, folders: Iterable[Path]) -> None:
        """Drop the collections of this index that none of these folders names; left for the next time if it is away."""
        files = [folder / "collection.json" for folder in folders]
        kept = {json.loads(file.read_bytes())["name"] for file in files if file.exists()}
        try:
            with _asking(""):
                client = self._connected(_UPLOAD_PATIENCE)
                for collection in client.list_collections():
                    if collection.name.startswith(self._prefix()) and collection.name not in kept:
                        client.delete_collection(collection.name)
        except (Damaged, Unreachable):
            return

    def collection(self, name: str) -> "Collection":
        """Return one collection. Raises Unreachable, or Damaged where the server does not have it."""
        with _asking(f"{self.name} does not have the vectors"):
            return self._connected(_PATIENCE).get_collection(name, embedding_function=None)

    def _prefix(self) -> str:
        """Return how all collections of this index begin, so that several indexes may share a server."""
        if not self._place.exists():
            self._place.parent.mkdir(parents=True, exist_ok=True)
            self._place.write_text(token_hex(6), "ascii")
        return f"policy-{self._place.read_text('ascii')}-"

    def _connected(self, patience: float) -> "ClientAPI":
        """Return a client that waits so many seconds for a reply; Chroma's own would wait for ever."""
        import chromadb
        import httpx
        from chromadb.config import Settings

        headers = {"x-chroma-token": self._token} if self._token else {}
        quiet = Settings(anonymized_telemetry=False)
        try:
            address = f"{'https' if self._ssl else 'http'}://{self._host}:{self._port}"
            httpx.get(f"{address}/api/v2/heartbeat", headers=headers, timeout=_PATIENCE).raise_for_status()
            client = chromadb.HttpClient(self._host, self._port, self._ssl, headers, settings=quiet, **self._database)
        except httpx.HTTPStatusError as error:
            raise self._refused(f"replies {error.response.status_code}") from error
        except chromadb.errors.ChromaError as error:  # a token, a tenant or a database that is not there
            raise self._refused(f"says: {error}") from error
        except (httpx.HTTPError, ValueError) as error:  # the latter is what the client makes of every failure
            raise Unreachable(f"Chroma at {self.name} cannot be reached.") from error
        client._server._session.timeout = patience
        return client

    def _refused(self, how: str) -> Unreachable:
        return Unreachable(f"Chroma at {self.name} {how}. Look at POLICY_CHROMA_URL: token, address, tenant, database.")


class Vectors:
    """The vectors of one finished generation, opened at the first search. Threads may share it."""

    def __init__(self) -> None:
        self._opening = Lock()
        self._opened: tuple[Collection, int] | None = None

    def __len__(self) -> int:
        return self._collection()[1]

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Return at most ``k`` (passage id, cosine) nearest to ``vector``, best first, equal ones by id."""
        collection, held = self._collection()
        count = min(k, held)
        if count < 1 or not np.any(vector):
            return []
        with self._speaking("the vectors cannot be searched"):
            found = collection.query(query_embeddings=[vector], n_results=count, include=["distances"])
        pairs = zip(self._ids_here(found["ids"][0]), found["distances"][0], strict=True)
        return ranked([(passage_id, 1 - distance) for passage_id, distance in pairs])

    def rows(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the stored vectors of these passages, without those that are not there."""
        with self._speaking("the vectors cannot be read"):
            found = self._collection()[0].get(ids=self._ids_there(ids), include=["embeddings"])
        return dict(zip(self._ids_here(found["ids"]), np.asarray(found["embeddings"], np.float32), strict=True))

    def check(self) -> None:
        """Raise Damaged where the vectors are seen not to be there. Costs nothing where their files are sealed."""

    def _collection(self) -> tuple["Collection", int]:
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _open(self) -> tuple["Collection", int]:
        raise NotImplementedError

    def _speaking(self, what: str) -> AbstractContextManager[None]:
        """Turn what Chroma raises into what a question can live with."""
        return _speaking(what)

    def _ids_there(self, ids: Sequence[str]) -> list[str]:
        """Return what these passages are called in the collection."""
        return list(ids)

    def _ids_here(self, ids: Sequence[str]) -> Sequence[str]:
        """Return the passages that are called so in the collection."""
        return ids


class _EmbeddedVectors(Vectors):
    """Chroma shares one engine between all clients of one path in a process. Each of these has a path of its own (its
    mirror) and closes its engine when nobody holds it any more."""

    def __init__(self, folder: Path):
        super().__init__()
        self._mirror = Mirror(folder)

    def _open(self) -> tuple["Collection", int]:
        with _speaking("the vectors cannot be opened"):
            client = _client(self._mirror.folder)
            finalize(self, client.close)
            opened = client.get_collection(_NAME, embedding_function=None)
            return opened, opened.count()


class _ServedVectors(Vectors):
    def __init__(self, engine: Served, name: str, count: int, long: Mapping[str, str]):
        """``long``: the ids that are too long for the server, by what they are called there."""
        super().__init__()
        self._engine, self._name, self._count, self._long = engine, name, count, long

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """See ``Vectors``; never more than Chroma Cloud gives."""
        return super().search(vector, min(k, _QUOTA))

    def check(self) -> None:
        try:
            found = len(self)
        except Unreachable:
            return
        if found != self._count:
            raise Damaged(f"{self._engine.name} holds {found} of {self._count} vectors")

    def _open(self) -> tuple["Collection", int]:
        with _asking(f"{self._engine.name} cannot be read"):
            opened = self._engine.collection(self._name)
            return opened, opened.count()

    def _speaking(self, what: str) -> AbstractContextManager[None]:
        return _asking(what)

    def _ids_there(self, ids: Sequence[str]) -> list[str]:
        return [_served_id(id) for id in ids]

    def _ids_here(self, ids: Sequence[str]) -> Sequence[str]:
        return [self._long.get(id, id) for id in ids]


def ranked(pairs: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return (passage id, cosine) pairs best first, rounded to six places, equal ones by id."""
    rounded = ((passage_id, round(float(cosine), 6)) for passage_id, cosine in pairs)
    return sorted(rounded, key=lambda pair: (-pair[1], pair[0]))


def _served_id(passage_id: str) -> str:
    """Return the id of a passage in a served collection: itself, or a digest where it is too long."""
    encoded = passage_id.encode()
    return passage_id if len(encoded) <= _ID_BYTES else hashlib.sha256(encoded).hexdigest()


def _upsert(collection: "Collection", batch: Batch, numbers: Sequence[int], size: int = _BATCH) -> int:
    """Store the rows of these numbers, so many at once, and return how many.

    Zero ones are left out: a cosine with a zero vector means nothing.
    """
    held = [number for number in numbers if batch.rows[number].any()]
    for start in tqdm(range(0, len(held), size), desc="Vectors", delay=2, disable=None):
        part = held[start : start + size]
        metadatas = [{"document": batch.documents[number]} for number in part]
        collection.upsert(ids=[batch.ids[number] for number in part], embeddings=batch.rows[part], metadatas=metadatas)
    return len(held)


def _client(folder: Path) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    except AttributeError as error:  # from its own handler, on a full disk
        raise Damaged(f"Chroma cannot be opened in {folder} ({error})") from error


@contextmanager
def _speaking(what: str) -> Iterator[None]:
    """Turn what the embedded Chroma raises into Damaged."""
    import chromadb

    try:
        yield
    except chromadb.errors.ChromaError as error:
        raise Damaged(f"{what} ({error})") from error


@contextmanager
def _asking(what: str) -> Iterator[None]:
    """Turn what the client of a server raises into Damaged where vectors are not there, else into Unreachable."""
    import chromadb
    import httpx

    try:
        yield
    except httpx.HTTPError as error:
        raise Unreachable(f"Chroma cannot be reached ({type(error).__name__}).") from error
    except (chromadb.errors.NotFoundError, chromadb.errors.InvalidDimensionException) as error:
        raise Damaged(f"{what} ({error})") from error
    except chromadb.errors.ChromaError as error:  # a token, a quota, an error of its own
        raise Unreachable(f"{what} ({error}).") from error
    except Exception as error:
        if type(error) is not Exception:  # the client makes this of a reply that is not Chroma's, as a proxy gives it
            raise
        raise Unreachable(f"{what} ({' '.join(str(error).split())[:80]}).") from error
