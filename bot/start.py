"""Put the parts together from the settings: library, encoder, index, chatbot. Every door and command starts here."""

import fcntl
import math
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings
from corpus import backup
from corpus.ingest import follow
from corpus.library import Library, LibraryError
from corpus.report import IngestReport
from corpus.schema import RESTORE

if TYPE_CHECKING:
    from bot.chatbot import Chatbot
    from bot.generation import Generation
    from embeddings.encoder import Encoder
    from embeddings.index import Index
    from embeddings.record import Recorded
    from embeddings.reranker import Reranker

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

    @property
    def record(self) -> "Recorded":
        """The library as the index sees it."""
        from embeddings.record import Recorded

        return Recorded(self.library, self.encoder.name)

    def level_index(self, anew: bool = False) -> None:
        """Bring the library into the index, and drop the embeddings that no passage needs; for the one that is ``writing``.

        ``anew``: build the index from the record also where it is level.
        """
        is_published = self.index.bring_level(self.library.state, self.record, anew)
        if (
            is_published and not self.index.view().seal["changed"]
        ):  # as after every fifth passage: looking at all is cheap then
            self.library.prune_vectors({key for _, _, key in self.library.digests()})


def start(settings: Settings) -> "Chatbot":
    """Return a chatbot over library and index brought level, or, where they cannot be written now, as they stand."""
    from bot.chatbot import Chatbot

    parts = open_level(settings)
    return Chatbot(parts.index, open_reranker(settings), _generation(settings))


def _generation(settings: Settings) -> "Generation | None":
    """Return the part that the chat model of the settings takes; without one, nothing of it is even imported."""
    if not settings.llm:
        return None
    from bot.generation import Generation
    from bot.model.chat_model import ChatModel, NoModel

    try:
        return Generation(ChatModel(settings.llm, settings.llm_base_url, settings.llm_api_key, settings.llm_timeout))
    except NoModel as error:
        raise CannotStart(str(error)) from error


def open_level(settings: Settings) -> Parts:
    """Return the parts brought level as far as can be now. Raises CannotStart where there is nothing to answer from."""
    try:
        parts = open_parts(settings)
    except LibraryError as error:
        return _without_library(settings, error)
    serves = parts.index.generation > 0
    try:
        with following(settings, parts.library, must=not serves) as may_write:
            _require_documents(settings, parts.library)
            if may_write:
                parts.level_index()
    except _could_not_write() as error:
        if not serves:
            raise
        _say_stays(error)
    if not parts.index.generation:
        raise CannotStart(f"POLICY_HOME {settings.home} is read-only and holds no index: start once where it is not.")
    return parts


def open_parts(settings: Settings) -> Parts:
    """Return the parts as they stand."""
    return Parts(open_library(settings), *_open_index(settings))


def open_reranker(settings: Settings) -> "Reranker | None":
    """Return the reranker of the settings, None for none; where it cannot be had, say so: the search serves without."""
    if not settings.reranker:
        return None
    from embeddings.models import ModelError
    from embeddings.reranker import CrossReranker

    try:
        return CrossReranker(settings.reranker)
    except ModelError as error:
        _say(f"{error} Passages stay in the order of the search meanwhile.")
        return None


def open_library(settings: Settings) -> Library:
    """Return the library of the home, which is made if it is missing; read-only where the home cannot be written."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"POLICY_HOME {settings.home} cannot be made: {error.strerror}. Choose another.") from error
    file, index = library_file(settings), settings.home / "index"
    if not file.exists() and (index / "current").exists():
        raise LibraryError(f"{file} is missing, though there is an index: {RESTORE}, or delete {index} to start anew.")
    return Library(file, readonly=not os.access(settings.home, os.W_OK))


def library_file(settings: Settings) -> Path:
    """Return where the library of the home lies."""
    return settings.home / "library.sqlite"


def restore(settings: Settings, file: Path) -> tuple[int, Path | None]:
    """Put a backup in place of the library and bring the index level; return what ``corpus.backup.restore`` returns."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with writing(settings):
        restored = backup.restore(file, library_file(settings))
        open_parts(settings).level_index()
    return restored


@contextmanager
def following(settings: Settings, library: Library, must: bool = False) -> Iterator[bool]:
    """Give True inside the block where the library holds the followed folder and is ours to write; else say why not.

    ``must``: nothing can be done without, so another writer is waited for.
    """
    with ExitStack() as stack:
        may_write = not library.readonly and _enter(stack, settings, must)
        if may_write:
            _complain(follow(library, settings.corpus, limits=settings.limits))
        elif library.readonly:
            _say(f"POLICY_HOME {settings.home} is read-only: answering from what it holds.")
        yield may_write


@contextmanager
def changing(settings: Settings, anew: bool = False) -> Iterator[Parts]:
    """Be the writer inside the block, over a library that holds the followed folder; bring the index level after it.

    ``anew``: build the index from the record whatever it is; until it is published the one before serves. Raises Busy where another process writes, CannotStart where nothing can be written.
    """
    parts = open_parts(settings)
    if parts.library.readonly:
        raise CannotStart(f"POLICY_HOME {settings.home} is read-only: nothing can be changed.")
    with writing(settings):
        _complain(follow(parts.library, settings.corpus, limits=settings.limits))
        yield parts
        parts.level_index(anew)


def reindex(settings: Settings) -> Parts:
    """Build the index anew from the record. A kill meanwhile leaves the one before."""
    with changing(settings, anew=True) as parts:
        pass
    return parts


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
                    raise Busy(f"Another process is writing {settings.home}; try again when it is done.") from None
                time.sleep(0.05)
        yield


def _enter(stack: ExitStack, settings: Settings, must: bool) -> bool:
    """Become the writer for as long as ``stack`` is open; say what happens where another process is."""
    try:
        stack.enter_context(writing(settings))
        return True
    except Busy:
        what = "waiting until it is done" if must else "answering from what is there"
        _say(f"Another process is writing {settings.home}: {what}.")
    if must:
        stack.enter_context(writing(settings, math.inf))
    return must


def _open_index(settings: Settings) -> "tuple[Encoder, Index]":
    from embeddings.index import Index
    from embeddings.vectors import EMBEDDED, Served

    encoder, folder = _open_encoder(settings), settings.home / "index"
    engine = Served(settings.chroma_url, folder / "name") if settings.chroma_url else EMBEDDED
    return encoder, Index(folder, encoder, engine)


def _open_encoder(settings: Settings) -> "Encoder":
    """Return the encoder of the settings; where it cannot be had, say so: the built-in one serves."""
    from embeddings.encoder import load_encoder
    from embeddings.models import ModelError

    try:
        return load_encoder(settings.embedding)
    except ModelError as error:
        _say(f"{error} The built-in model serves meanwhile.")
        return load_encoder()


def _without_library(settings: Settings, error: LibraryError) -> Parts:
    """Return parts that read from the record of the generation that serves; raise ``error`` where there is none."""
    encoder, index = _open_index(settings)
    if not index.generation:
        raise error
    _say_stays(error)
    return Parts(Library(index.view().record, readonly=True), encoder, index)


def _say_stays(error: Exception) -> None:
    _say(f"Answering from what is there, it cannot be brought up to date now: {error}")


def _could_not_write() -> tuple[type[Exception], ...]:
    """What a full disk, a damaged library or a Chroma server that is away raises while the index is brought level."""
    from embeddings.generations import Damaged
    from embeddings.vectors import Unreachable

    return (OSError, LibraryError, Damaged, Unreachable)


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
