"""A chatbot in the making: made once in a background thread while the page already stands. Knows nothing of HTTP."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from corpus.library import Library

if TYPE_CHECKING:
    from bot.chatbot import Chatbot

Made = TypeVar("Made")


@dataclass(frozen=True)
class Census:
    """How many documents and passages can be asked about, and the ISO dates of the oldest and the newest document."""

    documents: int
    passages: int
    first: str | None
    last: str | None


class Preparation:
    """Makes the chatbot once; hands it to whoever waits for it."""

    def __init__(self, make_chatbot: Callable[[], "Chatbot"]) -> None:
        self._make = make_chatbot
        self._made: Future[Chatbot] = Future()
        self._of_library: dict[Callable[[Library], Any], tuple[str, Any]] = {}

    def start(self, failed: Callable[[], None] = lambda: None) -> None:
        """Begin in a background thread; call ``failed`` if no chatbot can be made."""
        self._made.set_running_or_notify_cancel()
        threading.Thread(target=self._run, args=(failed,), name="preparation", daemon=True).start()

    async def chatbot(self) -> "Chatbot":
        """Wait for the chatbot and return it; raise what its making raised."""
        return await asyncio.wrap_future(self._made)

    def made(self) -> "Chatbot":
        """Return the chatbot, which must be ``ready``."""
        return self._made.result(timeout=0)

    @property
    def ready(self) -> bool:
        """Whether there is a chatbot by now."""
        return self._made.done() and self.error is None

    @property
    def error(self) -> BaseException | None:
        """What the making raised, if it has failed by now."""
        return self._made.exception() if self._made.done() else None

    def census(self) -> Census | None:
        """Count the library, or return None while there is no chatbot."""
        return self.of_library(_count) if self.ready else None

    def of_library(self, make: Callable[[Library], Made]) -> Made:
        """Return what ``make`` makes of the library of the chatbot, which has to be ready; made again only when that changed."""
        library = self._made.result().library
        state = library.state
        if make not in self._of_library or self._of_library[make][0] != state:
            self._of_library[make] = (state, make(library))
        return self._of_library[make][1]

    def _run(self, failed: Callable[[], None]) -> None:
        try:
            self._made.set_result(self._make())
        except BaseException as error:
            self._made.set_exception(error)
            failed()


def _count(library: Library) -> Census:
    documents = library.documents()
    dates = sorted(date for document in documents if (date := document.issued or document.published))
    return Census(len(documents), len(library.passages()), dates[0] if dates else None, dates[-1] if dates else None)
