"""Gather a chatbot's streamed reply into pieces that a page can keep up with. Knows nothing of pages or HTTP."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

from bot.answer import Answer, Filters, Turn
from bot.web import texts

if TYPE_CHECKING:
    from bot.chatbot import Chatbot

PAUSE = 0.2  # seconds between two pieces: a page redraws on each
_log = logging.getLogger(__name__)


async def gathered(
    chatbot: "Chatbot", question: str, history: Sequence[Turn | str] = (), filters: Filters = Filters()
) -> AsyncIterator[str | Answer]:
    """Yield new text at most every ``PAUSE`` seconds and the Answer last, of status ``error`` if the chatbot fails."""
    loop, items, left = asyncio.get_running_loop(), asyncio.Queue[str | Answer](), threading.Event()

    def put(item: str | Answer) -> bool:
        if not left.is_set() and not loop.is_closed():
            loop.call_soon_threadsafe(items.put_nowait, item)
        return not left.is_set()

    threading.Thread(target=_ask, args=(chatbot, question, history, filters, put), daemon=True).start()
    due = 0.0
    try:
        while True:
            text, answer = await _next(items, due)
            if text:
                yield text
            if answer:
                yield answer
                return
            due = time.monotonic() + PAUSE
    finally:
        left.set()


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
        put(Answer(question=question, standalone=question, answer="", text=texts.FAILED, status="error"))


async def _next(items: "asyncio.Queue[str | Answer]", due: float) -> tuple[str, Answer | None]:
    """Return the text that comes until ``due`` (at least one item), and the answer if it has come."""
    item, text = await items.get(), ""
    while isinstance(item, str):
        text += item
        try:
            item = await asyncio.wait_for(items.get(), max(due - time.monotonic(), 0.001))
        except TimeoutError:
            return text, None
    return text, item
