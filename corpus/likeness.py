"""Tell how much of two documents is the same by sketches of their clauses. Knows texts; knows nothing of where they lie."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping

from corpus.fold import fold

SIZE = 48  # clauses that a sketch keeps: the ones whose digests are smallest
ALIKE = 0.7  # share of the sketches in common, from which on two documents are nearly the same
_CLAUSE = re.compile(r"[^,。!?;:|]{6,}")
_FEWEST = 3  # clauses, below which only the very same counts


def sketch(text: str) -> bytes:
    """Return the smallest digests of a text's clauses, 8 bytes each, sorted: equal texts have equal sketches."""
    whole = re.sub(r"\s+", "", fold(text))  # another layout of the same words is the same text
    keys = {re.sub(r"[\W_]+", "", clause) for clause in _CLAUSE.findall(whole)}
    digests = sorted(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest() for key in keys if key)
    return b"".join(digests[:SIZE])


def likeness(one: bytes, other: bytes) -> float:
    """Return the share of clauses that two texts have in common, as their sketches tell it."""
    first, second = _digests(one), _digests(other)
    smallest = sorted(first | second)[:SIZE]
    return sum(each in first and each in second for each in smallest) / len(smallest) if smallest else 0.0


class Likenesses:
    """Sketches by document, found by what they have in common."""

    def __init__(self, sketches: Mapping[str, bytes]) -> None:
        self._sketches: dict[str, bytes] = {}
        self._holders: dict[bytes, set[str]] = {}
        for id, each in sketches.items():
            self.put(id, each)

    def put(self, id: str, sketch: bytes) -> None:
        """Note the sketch of a document, in place of the one before."""
        for digest in _digests(self._sketches.get(id, b"")):
            self._holders[digest].discard(id)
        self._sketches[id] = sketch
        for digest in _digests(sketch):
            self._holders.setdefault(digest, set()).add(id)

    def near(self, id: str, sketch: bytes) -> list[tuple[str, float]]:
        """Return the other documents that hold nearly or exactly the same, most alike first."""
        met = Counter(other for digest in _digests(sketch) for other in self._holders.get(digest, ()) if other != id)
        fewest = ALIKE * min(SIZE, len(sketch) // 8) / 2
        found = [(other, likeness(sketch, self._sketches[other])) for other, count in met.items() if count >= fewest]
        least = ALIKE if len(sketch) // 8 >= _FEWEST else 1.0
        return sorted(
            ((other, share) for other, share in found if share >= least), key=lambda pair: (-pair[1], pair[0])
        )


def _digests(sketch: bytes) -> set[bytes]:
    return {sketch[i : i + 8] for i in range(0, len(sketch), 8)}
