"""Find what is already on record of a document that comes in: the same text, nearly the same, another version of it."""

from collections import defaultdict
from functools import cached_property

from corpus.library import Library
from corpus.likeness import Likenesses
from corpus.understood import Understood

_MOST = 3  # documents that are named for one


class Known:
    """What a library holds, by likeness and by number; looked up when the first document is asked for."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @cached_property
    def _likenesses(self) -> Likenesses:
        return Likenesses(self._library.sketches())

    @cached_property
    def _numbers(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for id, number in self._library.numbers().items():
            found[number].add(id)
        return found

    def like(self, id: str, found: Understood) -> tuple[str, ...]:
        """Return a line for each document on record that is much like this one, which is not yet written."""
        document = found.derived.document
        lines: dict[str, str] = {}
        for other, share in self._likenesses.near(id, found.sketch)[:_MOST]:
            on_record = self._library.document(other) if share == 1.0 else None
            same = on_record is not None and on_record.text.split() == document.text.split()
            lines[other] = f"same text as {other}" if same else f"{share:.0%} of the text of {other}"
        if document.number:
            others = [each for each in sorted(self._numbers.get(document.number, ())) if each not in (id, *lines)]
            lines.update({each: f"another version of {document.number}: {each}" for each in others[:_MOST]})
        return tuple(lines.values())

    def put(self, id: str, found: Understood) -> None:
        """Note a document that was written."""
        self._likenesses.put(id, found.sketch)
        if number := found.derived.document.number:
            self._numbers[number].add(id)
