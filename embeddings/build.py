"""Fill the folder of one generation and verify it. Knows nothing of pointers, locks or searches."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from corpus.document import Passage
from embeddings import terms, vectors
from embeddings.generations import Damaged
from embeddings.record import Contents, Record, Rows

if TYPE_CHECKING:
    from embeddings.encoder import Encoder

RECORD = "record.sqlite"  # the library as it was when a generation was built: what its questions are answered from
_BATCH = 256  # passages encoded, and kept, at a time
_SAMPLE = 48  # passages that verification asks for by their own words and vector
_SOON = 5_000  # passages whose terms are made anew in a second: tantivy goes on counting the terms of removed ones
_BYTES = 64 << 20  # what the folder of an index may take at most, beside its share for each passage
_PASSAGE_BYTES = 16 << 10  # that share, beside its vector


@dataclass(frozen=True)
class Base:
    """A generation that the next one begins as a copy of."""

    folder: Path
    contents: Contents


def embedded(passage: Passage) -> str:
    """Return what is embedded for a passage: its context line, then its text."""
    return f"{passage.context}\n{passage.text}"


def encode(contents: Contents, record: Record, encoder: "Encoder", base: Base | None = None) -> Rows:
    """Return a row for each passage: from the generation ``base``, else from the record, else encoded.

    What had to be encoded is put on record at once.
    """
    rows, rest = _rows_of(base, contents.digests, encoder.dimensions)
    with tqdm(total=len(rest), desc="Encoding", delay=2, disable=None) as bar:
        for start in range(0, len(rest), _BATCH):
            part = rest[start : start + _BATCH]
            ids = {contents.digests[number]: contents.ids[number] for number in part}
            known = recorded(list(ids), record, encoder.dimensions)
            if missing := [key for key in ids if key not in known]:
                texts = [embedded(passage) for passage in record.passages([ids[key] for key in missing])]
                made = dict(zip(missing, _encoded(texts, encoder), strict=True))
                record.keep(made)
                known |= made
            rows[part] = [known[contents.digests[number]] for number in part]
            bar.update(len(part))
    return rows


def recorded(digests: Sequence[str], record: Record, dimensions: int) -> dict[str, Rows]:
    """Return the vectors that the record has of these digests, without broken ones."""
    found = record.vectors(digests).items()
    return {key: row for key, row in found if row.shape == (dimensions,) and np.isfinite(row).all() and row.any()}


def _rows_of(base: Base | None, digests: Sequence[str], dimensions: int) -> tuple[Rows, NDArray[np.intp]]:
    """Return the rows that a generation has of these digests, and the numbers of those that it has not."""
    if base is None or not base.contents.ids:
        return np.zeros((len(digests), dimensions), np.float32), np.arange(len(digests))
    numbers = {key: number for number, key in enumerate(base.contents.digests)}
    found = np.fromiter((numbers.get(key, -1) for key in digests), np.intp, len(digests))
    held = np.load(base.folder / "vectors.npy", mmap_mode="r")
    return np.take(held, found, axis=0, mode="clip"), np.flatnonzero(found < 0)


def _encoded(texts: Sequence[str], encoder: "Encoder") -> Rows:
    rows = np.asarray(encoder.encode_passages(texts), np.float32)
    if rows.shape != (len(texts), encoder.dimensions) or not np.isfinite(rows).all():
        wanted = f"{len(texts)} finite rows of {encoder.dimensions} numbers"
        raise ValueError(f"The encoder {encoder.name} must give {wanted}; it gave {rows.shape}.")
    return rows


def build(
    folder: Path,
    contents: Contents,
    rows: Rows,
    record: Record,
    base: Base | None,
    engine: vectors.Engine = vectors.EMBEDDED,
) -> None:
    """Fill ``folder`` with terms, Chroma, rows and contents: anew, or from ``base`` and what has changed since."""
    added, removed = changes(base.contents if base else Contents([], [], []), contents)
    contents.write(folder)
    np.save(folder / "vectors.npy", rows)
    if base is None or (removed and len(contents.ids) <= _SOON):
        terms.write(folder / "terms", record.passages(contents.ids))
    else:
        shutil.copytree(base.folder / "terms", folder / "terms")
        terms.write(folder / "terms", record.passages([contents.ids[number] for number in added]), removed)
    engine.write(folder / "chroma", base and base.folder / "chroma", _batch(contents, rows, base))


def _batch(contents: Contents, rows: Rows, base: Base | None) -> vectors.Batch:
    """Return what goes to Chroma: of passages that are embedded alike the first."""
    firsts = contents.firsts()
    new = contents.only(firsts)
    added, removed = changes(base.contents.only(base.contents.firsts()) if base else Contents([], [], []), new)
    held = rows if len(firsts) == len(rows) else rows[firsts]
    return vectors.Batch(new.ids, new.documents, held, added, removed)


def changes(old: Contents, new: Contents) -> tuple[list[int], list[str]]:
    """Return the rows of ``new`` that ``old`` lacks or has otherwise, and the ids that have to leave ``old``."""
    before, after = (dict(zip(contents.ids, contents.digests, strict=True)) for contents in (old, new))
    added = [number for number, key in enumerate(new.ids) if before.get(key) != after[key]]
    return added, [key for key in old.ids if before[key] != after.get(key)]


def verify(
    folder: Path,
    contents: Contents,
    rows: Rows,
    record: Record,
    engine: vectors.Engine = vectors.EMBEDDED,
    sample: int = _SAMPLE,
) -> None:
    """Raise Damaged unless ``folder`` holds every passage, finds a sample of them by itself and has a sane size."""
    words, nearest = terms.Terms(folder / "terms"), engine.open(folder / "chroma")
    firsts, count = np.array(contents.firsts(), np.intp), len(contents.ids)
    held = firsts[rows[firsts].any(axis=1)]
    if (len(words), len(nearest)) != (count, len(held)):
        raise Damaged(
            f"of {count} passages {len(words)} are in the terms, of {len(held)} vectors {len(nearest)} in Chroma"
        )
    for passage in record.passages([contents.ids[number] for number in _sample(count, sample)]):
        if terms.tokens(passage.text[:60]) and not words.scores(passage.text[:60], [passage.id]):
            raise Damaged(f"{passage.id} is not found by its own words")
    for number in held[_sample(len(held), sample)]:
        _verify_vector(nearest, contents.ids[number], rows[number])
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != RECORD)
    if size > _BYTES + count * (_PASSAGE_BYTES + 16 * rows.shape[1]):
        raise Damaged(f"{size} bytes are far too many for {count} passages")


def _verify_vector(nearest: vectors.Vectors, passage_id: str, row: Rows) -> None:
    stored = nearest.rows([passage_id]).get(passage_id)
    if stored is None or not np.allclose(stored, row, atol=1e-3):
        raise Damaged(f"the vector of {passage_id} is not stored as it was given")
    if not (found := nearest.search(row, 1)) or found[0][1] < 0.999:
        raise Damaged(f"{passage_id} is not found by its own vector")


def _sample(count: int, size: int) -> list[int]:
    return sorted({count * step // size for step in range(size)}) if count else []
