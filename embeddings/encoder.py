"""Turn passages and questions into vectors: the built-in model, or any that sentence-transformers loads.

Knows models; knows no documents and no index. Heavy libraries are imported when there is something to encode.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.models import load, prompts

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from embeddings.static import StaticModel

BUILT_IN = "built-in"
_FOLDER = Path(__file__).parent / "model"
_BATCH = 256

Progress = Callable[[int], None]


class Encoder(Protocol):
    """What the index needs of a model. Rows are float32 of length one; only a text without content may give zeros."""

    name: str  # tells the vectors of this encoder from those of every other
    dimensions: int

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Return a row for each text; ``progress`` is called with the number of texts done so far."""
        ...

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """Return the row of one question, shape (dimensions,)."""
        ...


def load_encoder(model: str = BUILT_IN) -> Encoder:
    """Return the encoder of that name: ``built-in``, a folder, or a model of the hub. Raises ModelError."""
    return StaticEncoder(_FOLDER) if model == BUILT_IN else TransformerEncoder(model)


def built_in_rows() -> "StaticModel":
    """Return the rows of the built-in model, piece by piece."""
    from embeddings.static import StaticModel

    return StaticModel(_FOLDER)


class StaticEncoder:
    """The built-in model, read without sentence-transformers: its import alone takes longer than to add a document."""

    def __init__(self, folder: Path):
        self._folder = folder
        self.name = _name(folder)

    @property
    def dimensions(self) -> int:
        """The length of a row."""
        return self._reader.dimensions

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """See ``Encoder``."""
        return _in_batches(self._reader.encode, texts, self.dimensions, progress)

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """See ``Encoder``."""
        return self._reader.encode([text])[0]

    @cached_property
    def _reader(self) -> "StaticModel":
        from embeddings.static import StaticModel

        return StaticModel(self._folder)


class TransformerEncoder:
    """A model of the hub or of a folder, with the prompts that it asks for. Threads may share it."""

    def __init__(self, model: str):
        self._model = _load(model)
        self._asked, self._held = prompts(model, self._model.prompts)
        self._one_at_a_time = Lock()  # a tokenizer of transformers that two threads use raises "Already borrowed"
        self.dimensions = int(self._model.get_embedding_dimension())
        name = _name(Path(model)) if Path(model).is_dir() else f"{model}{_revision(self._model)}"
        self.name = f"{name}|{self._held}" if self._held else name

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """See ``Encoder``."""
        return _in_batches(self._encode, texts, self.dimensions, progress)

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """See ``Encoder``."""
        with self._one_at_a_time:
            return _whole(self._model.encode_query([text], prompt=self._asked, show_progress_bar=False))[0]

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._one_at_a_time:
            return _whole(self._model.encode_document(list(texts), prompt=self._held, show_progress_bar=False))


def _load(model: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    return load("embedding model", "POLICY_EMBEDDING", model, SentenceTransformer)


def _revision(model: "SentenceTransformer") -> str:
    """Return ``@`` and the commit of a hub's model, "" where it has none: the hub may change what a name stands for."""
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    commit = getattr(config, "_commit_hash", None)
    return f"@{commit[:12]}" if commit else ""


def _in_batches(
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    texts: Sequence[str],
    dimensions: int,
    progress: Progress | None,
) -> NDArray[np.float32]:
    rows = np.zeros((len(texts), dimensions), np.float32)
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        rows[start : start + len(batch)] = encode(batch)
        if progress:
            progress(start + len(batch))
    return rows


def _whole(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bring rows to length one; a row that a model made of nothing, or of no number, becomes zeros."""
    rows = np.nan_to_num(rows.astype(np.float32), posinf=0.0, neginf=0.0)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def _name(folder: Path) -> str:
    """Return the folder's base name and a digest of the files that decide its vectors."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md"):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"{folder.resolve().name}-{digest.hexdigest()[:12]}"
