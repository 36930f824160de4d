"""Put the parts together from the settings: library, encoder, index, chatbot. Every door and command starts here."""

import fcntl
import math
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.settings import Settings
from corpus.ingest import IngestReport, follow
from corpus.library import Library

if TYPE_CHECKING:
    from bot.chatbot import Chatbot
    from embeddings.encoder import Encoder
    from embeddings.index import Index

PATIENCE = 2.0  # seconds to wait for another writer: a look at an unchanged folder is over by then


class CannotStart(Exception):
    """The parts cannot be put together; the message says what was expected, what was found and what to do."""


class Busy(Exception):
    """Another process is writing this home."""


@dataclass(frozen=True)
class Parts:
    """The parts of one home that a question needs."""

    library: Library
    encoder: "Encoder"
    index: "Index"

    def level_index(self) -> None:
        """Bring the library into the index; for the one that is ``writing``."""
        name = self.encoder.name

        def keep(vectors: Mapping[str, NDArray[np.float32]]) -> None:
            self.library.keep_vectors(name, list(vectors), np.stack(list(vectors.values())))

        library = self.library
        self.index.bring_level(library.state, library.passages(), lambda keys: library.vectors(name, keys), keep)


def start(settings: Settings) -> "Chatbot":
    """Return a chatbot over library and index brought level, or, where they cannot be written now, as they stand."""
    from bot.chatbot import Chatbot

    parts = open_level(settings)
    return Chatbot(parts.library, parts.index)


def open_level(settings: Settings) -> Parts:
    """Return the parts brought level as far as can be now. Raises CannotStart where there is nothing to answer from."""
    parts = open_parts(settings)
    with following(settings, parts.library, must=not parts.index.generation) as may_write:
        _require_documents(settings, parts.library)
        if may_write:
            parts.level_index()
    if not parts.index.generation:
        raise CannotStart(f"POLICY_HOME {settings.home} is read-only and holds no index: start once where it is not.")
    return parts


def open_parts(settings: Settings) -> Parts:
    """Return the parts as they stand."""
    from embeddings.encoder import load_encoder
    from embeddings.index import Index

    library, encoder = open_library(settings), load_encoder(settings.embedding)
    return Parts(library, encoder, Index(settings.home / "index", encoder))


def open_library(settings: Settings) -> Library:
    """Return the library of the home, which is made if it is missing; read-only where the home cannot be written."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"POLICY_HOME {settings.home} cannot be made: {error.strerror}. Choose another.") from error
    return Library(settings.home / "library.sqlite", readonly=not os.access(settings.home, os.W_OK))


@contextmanager
def following(settings: Settings, library: Library, must: bool = False) -> Iterator[bool]:
    """Inside the block the library holds the followed folder and is ours to write (True), or it was said why not (False).

    ``must``: nothing can be done without, so wait for another writer as long as it takes.
    """
    with ExitStack() as stack:
        if library.readonly:
            _say(f"POLICY_HOME {settings.home} is read-only: answering from what it holds.")
            yield False
            return
        try:
            stack.enter_context(writing(settings))
        except Busy as busy:
            _say(f"{busy} {'Waiting for it.' if must else 'Answering from what is there.'}")
            if not must:
                yield False
                return
            stack.enter_context(writing(settings, math.inf))
        _complain(follow(library, settings.corpus))
        yield True


@contextmanager
def writing(settings: Settings, patience: float = PATIENCE) -> Iterator[None]:
    """Be the only process that writes this home inside the block. Raises Busy after ``patience`` seconds."""
    with (settings.home / "writer.lock").open("ab") as file:
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Busy(f"Another process is writing {settings.home}.") from None
                time.sleep(0.05)
        yield


def _require_documents(settings: Settings, library: Library) -> None:
    if not library.document_ids():
        raise CannotStart(f"No documents under {settings.corpus}. Point POLICY_CORPUS at a folder that has some.")


def _complain(report: IngestReport) -> None:
    """Name the files of the followed folder that could not be read; what could be read is in."""
    for file in report.files:
        if file.status == "failed":
            _say(f"{file.path}: {file.reason}")


def _say(line: str) -> None:
    print(line, file=sys.stderr)
