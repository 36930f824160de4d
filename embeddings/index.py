"""Keep the index level with the library and give what serves. Knows nothing of what is searched, asked or answered."""

import logging
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from embeddings.build import RECORD, Base, build, changes, encode, recorded, verify
from embeddings.fusion import Hit
from embeddings.generations import Damaged, Generation, Generations, Locked, Seal
from embeddings.record import Contents, Record, Rows
from embeddings.vectors import EMBEDDED, Engine
from embeddings.view import View

if TYPE_CHECKING:
    from embeddings.encoder import Encoder

_FORMAT = "3"  # of everything in a generation: raise it when tokens, files or digests change
_log = logging.getLogger(__name__)


class NotBuilt(RuntimeError):
    """There is no generation to search in."""


class Index:
    """What finds passages. Threads and processes may share a folder: any number search while one brings it level."""

    def __init__(self, folder: Path, encoder: "Encoder", engine: Engine = EMBEDDED):
        """``engine``: where the vectors lie; by default in the generations themselves."""
        self._encoder = encoder
        self._engine = engine
        self._generations = Generations(folder)
        self._opening = Lock()
        self._seen = ""  # the pointer that was looked at last
        self._view: View | None = None
        self._damage: str | None = None

    @property
    def generation(self) -> int:
        """The number of the generation that serves, 0 before the first."""
        view = self._current()
        return view.number if view else 0

    def view(self) -> View:
        """Return the generation that serves: it stays whole for as long as it is held. Raises NotBuilt before the first."""
        if (view := self._current()) is None:
            raise NotBuilt(f"There is no index in {self._generations.folder}: {self._damage or 'it was never built'}.")
        return view

    def is_level(self, key: str) -> bool:
        """Say whether the index was built with this encoder for ``key``, a digest of the library's state."""
        view = self._current()
        if view is None or self._damage:
            return False
        return all(view.seal.get(name) == value for name, value in self._seal(key).items()) and self._is_there(view)

    def bring_level(self, key: str, record: Record, anew: bool = False) -> bool:
        """Publish a generation that holds exactly what is on record; return False where the index was level already.

        Only what has no vector there is encoded. ``anew``: build also what is level, from the record alone. Raises
        Locked while another process writes. Compute ``key`` under the library's write lock, and let nobody write before
        this returns, so that an older state never follows a newer.
        """
        if not anew and self.is_level(key):
            self._tidy()
            return False
        with self._generations.writing():
            if not anew and self.is_level(key):
                return False
            self._publish(key, record, anew)
            self._current(checks=False)  # lets go of the generation before
            self._generations.retire()
            self._engine.retire(folder / "chroma" for folder in self._generations.folders())
        return True

    def search(
        self, query: str, k: int = 10, documents: Collection[str] | None = None, vector_query: str | None = None
    ) -> list[Hit]:
        """Search the generation that serves: see ``View.search``. Raises NotBuilt before the first."""
        return self.view().search(query, k, documents, vector_query)

    def verify(self, record: Record) -> int:
        """Hold every passage of the generation that serves to the record; return how many. Raises Damaged."""
        contents = record.contents()
        known = recorded(contents.digests, record, self._encoder.dimensions)
        if missing := {*contents.digests} - known.keys():
            raise Damaged(f"{len(missing)} passages have no vector on record")
        rows = np.array([known[key] for key in contents.digests], np.float32)
        verify(self.view().folder, contents, rows, record, self._engine, len(contents.ids))
        return len(contents.ids)

    def _tidy(self) -> None:
        """Remove what a kill left, and what nobody reads any more."""
        if not self._generations.is_tidy():
            with suppress(Locked), self._generations.writing():  # else whoever writes now will do it
                self._generations.retire()

    def _is_there(self, view: View) -> bool:
        try:
            view.check()
        except Damaged as damage:
            self._found(damage)
            return False
        return True

    def _seal(self, key: str) -> dict[str, str | int]:
        return {"format": _FORMAT, "encoder": self._encoder.name, "chroma": self._engine.name, "key": key}

    def _current(self, checks: bool = True) -> View | None:
        with self._opening:
            if (pointer := self._generations.pointer()) != self._seen:
                self._seen = pointer
                self._reopen(checks)
            return self._view

    def _reopen(self, checks: bool) -> None:
        """Open the published generation; while it is damaged, the one that was open before goes on serving."""
        try:
            generation = self._generations.open(checks)
            if generation and generation.seal.get("format") != _FORMAT:
                raise Damaged(f"generation {generation.number} has another format")
            self._view = self._opened(generation) if generation else self._view
            self._damage = None if generation else "the pointer file 'current' is missing"
        except Damaged as damage:
            self._found(damage)

    def _found(self, damage: Damaged) -> None:
        self._damage = str(damage)
        _log.warning("The index in %s is damaged and will be rebuilt: %s.", self._generations.folder, damage)

    def _opened(self, generation: Generation) -> View:
        seal = self._seal("")
        fits = all(generation.seal.get(name) == seal[name] for name in ("encoder", "chroma"))
        return View(generation, self._engine, self._encoder.encode_question) if fits else View(generation)

    def _publish(self, key: str, record: Record, anew: bool) -> None:
        """Publish from a copy of the current generation where little has changed, else or if that fails anew."""
        contents = record.contents()
        self._tell_of_none(contents, record)
        changed, base = (0, None) if anew else self._base(contents)
        rows = encode(contents, record, self._encoder, base)
        if base is not None:
            try:
                return self._build(self._seal(key) | {"changed": changed}, contents, rows, record, base)
            except Damaged as damage:
                _log.warning("A copy of the index could not be brought level (%s); it is built anew.", damage)
        return self._build(self._seal(key) | {"changed": 0}, contents, rows, record, None)

    def _tell_of_none(self, contents: Contents, record: Record) -> None:
        """Say that the index is gone where there is none, and the record holds vectors that one was built from."""
        there = bool(self._generations.pointer()) or any(self._generations.folder.glob("[0-9]*"))
        if not there and record.vectors(contents.digests[:1]):
            _log.warning("There is no index in %s; it is built anew from the library.", self._generations.folder)

    def _build(self, seal: Seal, contents: Contents, rows: Rows, record: Record, base: Base | None) -> None:
        """Build, verify and publish the next generation, or leave nothing behind."""
        number, folder = self._generations.begin()
        try:
            record.write(folder / RECORD)
            build(folder, contents, rows, record, base, self._engine)
            verify(folder, contents, rows, record, self._engine)
            self._generations.publish(number, seal)
        except BaseException:
            rmtree(folder, ignore_errors=True)
            raise

    def _fits(self, seal: Seal) -> bool:
        """Say whether a generation with this seal can be built on; warn where another encoder or Chroma made it."""
        for name in ("encoder", "chroma"):
            if seal.get(name) != (now := self._seal("")[name]):
                what = f"for the {name} {seal.get(name)}; it is built anew for {now}"
                _log.warning("The index in %s was made %s.", self._generations.folder, what)
                return False
        return seal.get("format") == _FORMAT

    def _base(self, wanted: Contents) -> tuple[int, Base | None]:
        """Return the generation to copy, if one is near enough, and what changed since the last one built anew."""
        try:
            base = self._generations.open()
        except Damaged:
            return 0, None
        if base is None or not self._fits(base.seal):
            return 0, None
        contents = Contents.read(base.folder)
        added, removed = changes(contents, wanted)
        changed = int(base.seal["changed"]) + len(added) + len(removed)
        return (changed, Base(base.folder, contents)) if changed * 5 <= len(wanted.ids) else (0, None)
