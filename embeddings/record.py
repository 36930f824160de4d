"""What an index is made from: a library with the vectors of one encoder, or passages that are simply given."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.document import Passage
from corpus.library import Library, digest

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Contents:
    """The passages of a generation in the order of its rows: ids, document ids, digests of what is embedded."""

    ids: Sequence[str]
    documents: Sequence[str]
    digests: Sequence[str]

    @classmethod
    def read(cls, folder: Path) -> "Contents":
        """Return the contents of the generation in ``folder``."""
        return cls(**json.loads((folder / "passages.json").read_bytes()))

    def firsts(self) -> list[int]:
        """Return the numbers of the passages that no earlier one is embedded like; those alone go to Chroma.

        Thousands of equal vectors (pages that say "not found", one sentence over and over) fill each other's lists of
        neighbours in its graph, and what else there is can no longer be reached.
        """
        first: dict[str, int] = {}
        for number, key in enumerate(self.digests):
            first.setdefault(key, number)
        return list(first.values())

    def only(self, numbers: Sequence[int]) -> "Contents":
        """Return the contents of these numbers alone."""
        return Contents(
            *([column[number] for number in numbers] for column in (self.ids, self.documents, self.digests))
        )

    def write(self, folder: Path) -> None:
        """Keep the contents in the generation in ``folder``."""
        (folder / "passages.json").write_text(json.dumps(vars(self), ensure_ascii=False), "utf-8")


class Record(Protocol):
    """The record as the index sees it. Passages are read as they are needed: most of them stay from one generation to the next."""

    def contents(self) -> Contents:
        """Return what every passage is, by document id, then by id."""

    def passages(self, ids: Sequence[str]) -> Sequence[Passage]:
        """Return the passages of these ids, in their order."""

    def vectors(self, digests: Sequence[str]) -> Mapping[str, Rows]:
        """Return the vectors on record by digest; what was never encoded is absent."""

    def keep(self, vectors: Mapping[str, Rows]) -> None:
        """Put new vectors on record."""

    def write(self, path: Path) -> None:
        """Write what is to be read with a generation, if anything, into a new file that stands alone."""


class Recorded:
    """A library, and in it the vectors of the encoder of that name."""

    def __init__(self, library: Library, encoder: str):
        self._library, self._encoder = library, encoder

    def contents(self) -> Contents:
        """See ``Record``."""
        known = self._library.digests()
        return Contents(
            [id for id, _, _ in known], [document for _, document, _ in known], [key for _, _, key in known]
        )

    def passages(self, ids: Sequence[str]) -> Sequence[Passage]:
        """See ``Record``."""
        return self._library.passages_by_id(ids)

    def vectors(self, digests: Sequence[str]) -> Mapping[str, Rows]:
        """See ``Record``."""
        return self._library.vectors(self._encoder, digests)

    def keep(self, vectors: Mapping[str, Rows]) -> None:
        """See ``Record``."""
        self._library.keep_vectors(self._encoder, list(vectors), np.stack(list(vectors.values())))

    def write(self, path: Path) -> None:
        """See ``Record``."""
        self._library.copy(path)


class Given:
    """Passages that are simply given; their vectors are kept for as long as this is."""

    def __init__(self, passages: Sequence[Passage]):
        self.given, self.kept = list(passages), dict[str, Rows]()

    def contents(self) -> Contents:
        """See ``Record``."""
        ordered = sorted(self.given, key=lambda passage: (passage.document_id, passage.id))
        return Contents([p.id for p in ordered], [p.document_id for p in ordered], [digest(p) for p in ordered])

    def passages(self, ids: Sequence[str]) -> Sequence[Passage]:
        """See ``Record``."""
        by_id = {passage.id: passage for passage in self.given}
        return [by_id[id] for id in ids]

    def vectors(self, digests: Sequence[str]) -> Mapping[str, Rows]:
        """See ``Record``."""
        return {key: self.kept[key] for key in digests if key in self.kept}

    def keep(self, vectors: Mapping[str, Rows]) -> None:
        """See ``Record``."""
        self.kept.update(vectors)

    def write(self, path: Path) -> None:
        """Write nothing: there is no library."""
