"""Gather a chatbot's streamed reply into pieces that a page can keep up with. Knows nothing of pages or HTTP."""

import asyncio
import logging
import math
import threading
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from bot.answer import Answer, Filters, Turn
from bot.web import texts

if TYPE_CHECKING:
    from bot.chatbot import Chatbot

Item = TypeVar("Item")
PAUSE = 0.2  # seconds between two pieces: a page redraws on each
LONGEST = 180.0  # seconds that a reply may take
_LOOK = 0.5  # seconds between two looks at the clock while nothing comes
_log = logging.getLogger(__name__)


class Closing:
    """When every reply has to have ended: never, until the server is told to stop."""

    by = math.inf

    def begin(self, seconds: float) -> None:
        """Give the replies that are under way so many seconds."""
        self.by = time.monotonic() + seconds


async def gathered(
    chatbot: "Chatbot",
    question: str,
    history: Sequence[Turn | str] = (),
    filters: Filters = Filters(),
    closing: Closing | None = None,
) -> AsyncIterator[str | Answer]:
    """Yield new text at most every ``PAUSE`` seconds and the Answer last.

    It is of status ``error`` if the chatbot fails, takes longer than ``LONGEST``, or the server is ``closing``.
    """
    loop, items, left = asyncio.get_running_loop(), asyncio.Queue[str | Answer](), threading.Event()

    def put(item: str | Answer) -> bool:
        if not left.is_set() and not loop.is_closed():
            loop.call_soon_threadsafe(items.put_nowait, item)
        return not left.is_set()

    threading.Thread(target=_ask, args=(chatbot, question, history, filters, put), daemon=True).start()
    due, end = 0.0, time.monotonic() + LONGEST
    try:
        while True:
            try:
                text, answer = await _next(items, due, lambda: min(end, closing.by if closing else math.inf))
            except TimeoutError:
                text, answer = "", _failed(question)
            if text:
                yield text
            if answer:
                yield answer
                return
            due = time.monotonic() + PAUSE
    finally:
        left.set()


async def until(stop: asyncio.Event, items: AsyncGenerator[Item]) -> AsyncGenerator[Item]:
    """Yield what comes before ``stop`` is set, however long the next item takes, and close where it comes from."""
    stopping, coming = asyncio.ensure_future(stop.wait()), None
    try:
        while not stop.is_set():
            coming = asyncio.ensure_future(anext(items, None))
            await asyncio.wait({coming, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done() or (item := coming.result()) is None:
                return
            yield item
    finally:
        waiting = [each for each in (stopping, coming) if each and not each.done()]
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await items.aclose()


def _ask(
    chatbot: "Chatbot",
    question: str,
    history: Sequence[Turn | str],
    filters: Filters,
    put: Callable[[str | Answer], bool],
) -> None:
    try:
        for item in chatbot.stream(question, history, filters):
            if not put(item):
                return
    except Exception:  # the last place before a person: told in full to the operator, kindly to the citizen
        _log.exception("a question could not be answered")
        put(_failed(question))


def _failed(question: str) -> Answer:
    return Answer(question, question, "", texts.FAILED, "error", id=uuid.uuid4().hex)


async def _next(
    items: "asyncio.Queue[str | Answer]", due: float, end: Callable[[], float]
) -> tuple[str, Answer | None]:
    """Return the text that comes until ``due`` (at least one item), and the answer if it has come."""
    item, text = await _first(items, end), ""
    while isinstance(item, str):
        text += item
        try:
            item = await asyncio.wait_for(items.get(), max(due - time.monotonic(), 0.001))
        except TimeoutError:
            return text, None
    return text, item


async def _first(items: "asyncio.Queue[str | Answer]", end: Callable[[], float]) -> str | Answer:
    """Return the next item. Raises TimeoutError where none came before the ``end``, which may come nearer meanwhile."""
    while (left := end() - time.monotonic()) > 0:
        try:
            return await asyncio.wait_for(items.get(), min(left, _LOOK))
        except TimeoutError:
            continue
    raise TimeoutError
