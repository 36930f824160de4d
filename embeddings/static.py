"""Read the folder of a static embedding model with tokenizers and numpy alone, so that one question costs no torch.

Gives the same rows as ``SentenceTransformer(folder).encode``: the mean of a text's rows, of length one.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

_TYPES = {"I8": np.int8, "F16": np.float16, "F32": np.float32}


class StaticModel:
    """Rows by piece and the tokenizer that names the pieces."""

    def __init__(self, folder: Path):
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tensors = _read_tensors(folder / "model.safetensors")
        self._rows, self._scales = tensors["embeddings"], tensors["weights"]
        self.dimensions = int(self._rows.shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a float32 row of length one for every text; zeros for a text without a piece."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        rows = np.zeros((len(encodings), self.dimensions), np.float32)
        for row, encoding in zip(rows, encodings, strict=True):
            if ids := encoding.ids:
                row[:] = self._scales[ids] @ self._rows[ids].astype(np.float32)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the numbers of the pieces of every text, in their order."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def rows(self, pieces: Sequence[int] | slice) -> NDArray[np.float32]:
        """Return the float32 row of every one of these pieces; frequent pieces have short rows."""
        return self._rows[pieces].astype(np.float32) * self._scales[pieces].reshape(-1, 1).astype(np.float32)


def _read_tensors(path: Path) -> dict[str, NDArray]:
    """Map a safetensors file: eight bytes of length, a JSON header, then the tensors one after another."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    data = np.memmap(path, np.uint8, "r", offset=8 + length)
    return {
        name: data[slice(*entry["data_offsets"])].view(_TYPES[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }
