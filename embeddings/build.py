"""Fill the folder of one generation and verify it. Knows nothing of pointers, locks or searches."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from corpus.document import Passage
from corpus.library import digest
from embeddings import terms, vectors
from embeddings.generations import Damaged

if TYPE_CHECKING:
    from embeddings.encoder import Encoder

Rows = NDArray[np.float32]
RECORD = "record.sqlite"  # the library as it was when a generation was built: what its questions are answered from
_BATCH = 256  # passages encoded, and kept, at a time
_SAMPLE = 48  # passages that verification asks for by their own words and vector
_SOON = 5_000  # passages whose terms are made anew in a second: tantivy goes on counting the terms of removed ones
_BYTES = 64 << 20  # what the folder of an index may take at most, beside its share for each passage


@dataclass(frozen=True)
class Contents:
    """The passages of a generation in the order of its rows: ids, document ids, digests of what is embedded."""

    ids: Sequence[str]
    documents: Sequence[str]
    digests: Sequence[str]

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> "Contents":
        """Return the contents that these passages make."""
        return cls([p.id for p in passages], [p.document_id for p in passages], [digest(p) for p in passages])

    @classmethod
    def read(cls, folder: Path) -> "Contents":
        """Return the contents of the generation in ``folder``."""
        return cls(**json.loads((folder / "passages.json").read_bytes()))

    def write(self, folder: Path) -> None:
        """Keep the contents in the generation in ``folder``."""
        (folder / "passages.json").write_text(json.dumps(vars(self), ensure_ascii=False), "utf-8")


def embedded(passage: Passage) -> str:
    """Return what is embedded for a passage: its context line, then its text."""
    return f"{passage.context}\n{passage.text}"


def encode(
    passages: Sequence[Passage],
    encoder: "Encoder",
    vectors_of: Callable[[Sequence[str]], Mapping[str, Rows]],
    keep_vectors: Callable[[Mapping[str, Rows]], None],
    base: Path | None = None,
) -> Rows:
    """Return a row for each passage: from the generation ``base``, else from the record, else encoded.

    What had to be encoded is kept in the record at once.
    """
    digests = Contents.of(passages).digests
    rows = _rows_of(base, digests, encoder.dimensions)
    rest = np.flatnonzero(~(rows.any(axis=1) & np.isfinite(rows).all(axis=1)))
    with tqdm(total=len(rest), desc="Encoding", delay=2) as bar:
        for start in range(0, len(rest), _BATCH):
            part = rest[start : start + _BATCH]
            texts = {digests[number]: embedded(passages[number]) for number in part}
            known = {key: row for key, row in vectors_of(list(texts)).items() if _is_whole(row, encoder.dimensions)}
            missing = [key for key in texts if key not in known]
            if missing:
                made = dict(zip(missing, _encoded([texts[key] for key in missing], encoder), strict=True))
                keep_vectors(made)
                known |= made
            rows[part] = [known[digests[number]] for number in part]
            bar.update(len(part))
    return rows


def _rows_of(base: Path | None, digests: Sequence[str], dimensions: int) -> Rows:
    """Return the rows that a generation has of these digests, zeros for the others."""
    rows = np.zeros((len(digests), dimensions), np.float32)
    if base is not None and len(held := np.load(base / "vectors.npy")):
        numbers = {key: number for number, key in enumerate(Contents.read(base).digests)}
        found = np.array([numbers.get(key, -1) for key in digests], int)
        rows[found >= 0] = held[found[found >= 0]]
    return rows


def _encoded(texts: Sequence[str], encoder: "Encoder") -> Rows:
    rows = np.asarray(encoder.encode_passages(texts), np.float32)
    if rows.shape != (len(texts), encoder.dimensions) or not np.isfinite(rows).all():
        wanted = f"{len(texts)} finite rows of {encoder.dimensions} numbers"
        raise ValueError(f"The encoder {encoder.name} must give {wanted}; it gave {rows.shape}.")
    return rows


def _is_whole(row: Rows, dimensions: int) -> bool:
    return row.shape == (dimensions,) and bool(np.isfinite(row).all()) and bool(row.any())


def build(
    folder: Path, passages: Sequence[Passage], rows: Rows, base: Path | None, engine: vectors.Engine = vectors.EMBEDDED
) -> None:
    """Fill ``folder`` with terms, Chroma, rows and contents: anew, or from ``base`` and what has changed since."""
    wanted = Contents.of(passages)
    added, removed = changes(Contents.read(base) if base else Contents([], [], []), wanted)
    wanted.write(folder)
    np.save(folder / "vectors.npy", rows)
    if base is None or (removed and len(passages) <= _SOON):
        terms.write(folder / "terms", passages)
    else:
        shutil.copytree(base / "terms", folder / "terms")
        terms.write(folder / "terms", [passages[number] for number in added], removed)
    batch = vectors.Batch(wanted.ids, wanted.documents, rows, added, removed)
    engine.write(folder / "chroma", base and base / "chroma", batch)


def changes(old: Contents, new: Contents) -> tuple[list[int], list[str]]:
    """Return the rows of ``new`` that ``old`` lacks or has otherwise, and the ids that have to leave ``old``."""
    before, after = (dict(zip(contents.ids, contents.digests, strict=True)) for contents in (old, new))
    added = [number for number, key in enumerate(new.ids) if before.get(key) != after[key]]
    return added, [key for key in old.ids if before[key] != after.get(key)]


def verify(
    folder: Path,
    passages: Sequence[Passage],
    rows: Rows,
    engine: vectors.Engine = vectors.EMBEDDED,
    sample: int = _SAMPLE,
) -> None:
    """Raise Damaged unless ``folder`` holds every passage, finds a sample of them by itself and has a sane size."""
    words, nearest = terms.Terms(folder / "terms"), engine.open(folder / "chroma")
    held = np.flatnonzero(rows.any(axis=1))
    if (len(words), len(nearest)) != (len(passages), len(held)):
        raise Damaged(f"of {len(passages)} passages {len(words)} are in the terms, {len(nearest)} in the vectors")
    for number in _sample(len(passages), sample):
        passage = passages[number]
        if terms.tokens(passage.text[:60]) and not words.scores(passage.text[:60], [passage.id]):
            raise Damaged(f"{passage.id} is not found by its own words")
    for number in held[_sample(len(held), sample)]:
        _verify_vector(nearest, passages[number].id, rows[number])
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != RECORD)
    if size > _BYTES + sum(len(p.text) * 20 + 16 * rows.shape[1] + 8192 for p in passages):
        raise Damaged(f"{size} bytes are far too many for {len(passages)} passages")


def _verify_vector(nearest: vectors.Vectors, passage_id: str, row: Rows) -> None:
    stored = nearest.rows([passage_id]).get(passage_id)
    if stored is None or not np.allclose(stored, row, atol=1e-3):
        raise Damaged(f"the vector of {passage_id} is not stored as it was given")
    if not (found := nearest.search(row, 1)) or found[0][1] < 0.999:
        raise Damaged(f"{passage_id} is not found by its own vector")


def _sample(count: int, size: int) -> list[int]:
    return sorted({count * step // size for step in range(size)}) if count else []
