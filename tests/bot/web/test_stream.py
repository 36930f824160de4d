"""A reply reaches the page in pieces that it can keep up with."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from itertools import pairwise

from bot.answer import Answer, Filters, Turn
from bot.web.stream import PAUSE, gathered, until

ANSWER = Answer("问", "问", "", "答" * 60, "answered")


class SlowChatbot:
    """Streams a character every few milliseconds."""

    def stream(self, question: str, history: Sequence[Turn | str], filters: Filters) -> Iterator[str | Answer]:
        for character in ANSWER.text:
            time.sleep(0.01)
            yield character
        yield ANSWER


def test_text_is_gathered_and_nothing_is_lost() -> None:
    async def pieces() -> list[tuple[float, str | Answer]]:
        return [(time.monotonic(), piece) async for piece in gathered(SlowChatbot(), "问")]

    *texts, (_, last) = asyncio.run(pieces())
    assert last is ANSWER
    assert "".join(text for _, text in texts) == ANSWER.text
    gaps = [after - before for (before, _), (after, _) in pairwise(texts[:-1])]
    assert all(gap > 0.75 * PAUSE for gap in gaps)


def test_an_answer_that_is_ready_does_not_wait() -> None:
    class QuickChatbot(SlowChatbot):
        def stream(self, question: str, history: Sequence[Turn | str], filters: Filters) -> Iterator[str | Answer]:
            yield from ("答", "答", ANSWER)

    async def answered() -> float:
        start = time.monotonic()
        async for _ in gathered(QuickChatbot(), "问"):
            pass
        return time.monotonic() - start

    assert asyncio.run(answered()) < PAUSE


def test_a_reader_who_leaves_ends_the_reply() -> None:
    left = threading.Event()

    class WatchedChatbot(SlowChatbot):
        def stream(self, question: str, history: Sequence[Turn | str], filters: Filters) -> Iterator[str | Answer]:
            try:
                yield from super().stream(question, history, filters)
            finally:
                left.set()

    async def leave() -> None:
        reply = gathered(WatchedChatbot(), "问")
        await anext(reply)
        await reply.aclose()
        assert await asyncio.to_thread(left.wait, 5)

    asyncio.run(leave())


def test_what_is_stopped_ends_at_once_and_is_closed_where_it_comes_from() -> None:
    closed = []

    async def items() -> AsyncGenerator[str]:
        try:
            yield "答"
            await asyncio.sleep(60)
        finally:
            closed.append(True)

    async def read() -> list[str]:
        stop, said = asyncio.Event(), list[str]()
        async for item in until(stop, items()):
            said.append(item)
            asyncio.get_running_loop().call_later(0.05, stop.set)
        return said

    assert asyncio.run(asyncio.wait_for(read(), 10)) == ["答"]
    assert closed


def test_what_is_not_stopped_comes_whole() -> None:
    async def items() -> AsyncGenerator[int]:
        for n in range(1, 4):
            yield n

    async def read() -> list[int]:
        return [item async for item in until(asyncio.Event(), items())]

    assert asyncio.run(read()) == [1, 2, 3]
