"""Speak to a chat model through LangChain, within a fixed time: stream its reply, try again where that helps, or raise ModelFault.

One event loop in one thread serves all callers, so that a reply that nobody waits for any more is cancelled and its
connection closed. Knows nothing of prompts or of answers.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from bot.model.breaker import Breaker
from bot.model.faults import COUNTED, RETRIED, ModelFault, fault_of

Message = tuple[str, str]  # role (system, human, ai) and content
_log = logging.getLogger(__name__)
_PAUSES = (0.25, 1.0)  # seconds before the second and the third attempt
_GRACE = 0.3  # seconds beyond its time that a caller waits for the loop to say so
_LONGEST = 8000  # characters of a reply


class NoModel(Exception):
    """The chat model of the settings cannot be had; the message names what is missing and what to do."""


@dataclass(frozen=True)
class Usage:
    """What one reply cost: tokens as the endpoint counted them (0: it did not say), seconds, attempts."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    first: float | None = None  # seconds until its first piece
    attempts: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        tokens = (self.input_tokens + other.input_tokens, self.output_tokens + other.output_tokens)
        seconds = round(self.seconds + other.seconds, 3)
        return Usage(self.model, *tokens, seconds, other.first or self.first, self.attempts + other.attempts)


@dataclass
class Reply:
    """One reply as it comes: iterate for its pieces; ``usage`` is whole once it has ended."""

    usage: Usage
    pieces: Iterator[str] = field(default_factory=lambda: iter(()))


class ChatModel:
    """A chat model behind an endpoint. Threads may share it."""

    def __init__(self, name: str, base_url: str = "", api_key: str = "", timeout: float = 30.0):
        """``name``: PROVIDER:MODEL. Raises NoModel."""
        self.name, self.timeout = name, timeout
        self.breaker = Breaker()
        provider = name.partition(":")[0].replace("-", "_")
        self._openai = provider == "openai"
        self._model = _connect(name, provider, base_url, api_key, timeout)
        self._level = 0  # of _EXTRAS: what the endpoint has refused is not asked of it again
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="chat-model", daemon=True).start()

    @property
    def structured(self) -> bool:
        """Whether replies are asked for in the form of a JSON schema."""
        return self._openai and self._level == 0

    def reply(
        self, messages: Sequence[Message], until: float, schema: Mapping[str, Any] | None = None, config: Any = None
    ) -> Reply:
        """Ask; ``until``: the ``time.monotonic()`` at which all attempts are over. Iterating raises ModelFault."""
        reply = Reply(Usage(self.name))
        reply.pieces = self._pieces(reply, messages, until, schema, config)
        return reply

    def _pieces(
        self, reply: Reply, messages: Sequence[Message], until: float, schema: Mapping[str, Any] | None, config: Any
    ) -> Iterator[str]:
        if not self.breaker.lets_through():
            raise ModelFault("resting")
        asked = _Asked(self, messages, until, schema, config)
        task = asyncio.run_coroutine_threadsafe(asked.run(), self._loop)
        try:
            while True:
                try:
                    item = asked.items.get(timeout=max(0.0, until - time.monotonic()) + _GRACE)
                except queue.Empty:
                    item = ModelFault("slow", "no end")
                if isinstance(item, ModelFault):
                    raise self._failed(item) if asked.usage.attempts else item
                if item is None:
                    self.breaker.succeeded()
                    return
                yield item
        except GeneratorExit:  # the caller has seen enough: the endpoint lives
            self.breaker.succeeded()
            raise
        finally:
            task.cancel()
            reply.usage = replace(asked.usage, seconds=round(time.monotonic() - asked.began, 3))

    def _failed(self, fault: ModelFault) -> ModelFault:
        """Count what speaks of a dead endpoint; what else comes from it shows that it lives."""
        _log.warning("chat model %s: %s", self.name, fault)
        if fault.kind in COUNTED:
            self.breaker.failed()
        else:
            self.breaker.succeeded()
        return fault

    def extras(self, schema: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return what is asked of the endpoint beside the messages, as far as it has not refused it."""
        if not self._openai or self._level >= 2:
            return {}
        usage = {"temperature": 0, "stream_usage": True}
        if self._level or schema is None:
            return usage
        form = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
        return {**usage, "extra_body": {"response_format": form}}  # the package's own way reads the stream whole

    def asks_less(self) -> bool:
        """Ask less of the endpoint from now on; False where nothing is left to leave out."""
        self._level += 1
        return self._openai and self._level <= 2

    @property
    def ends_with_reason(self) -> bool:
        """Whether a reply without a reason for its end was cut off."""
        return self._openai

    def astream(self, messages: Sequence[Message], config: Any, extras: Mapping[str, Any]) -> AsyncGenerator[Any]:
        """Stream from the package; the caller closes it."""
        return self._model.astream(list(messages), config, **extras)


class _Asked:
    """One question on the event loop: its attempts, and the queue in which its pieces come."""

    def __init__(
        self,
        model: ChatModel,
        messages: Sequence[Message],
        until: float,
        schema: Mapping[str, Any] | None,
        config: Any,
    ):
        self.items: queue.SimpleQueue[str | ModelFault | None] = queue.SimpleQueue()
        self.usage = Usage(model.name)
        self.began = time.monotonic()
        self._model, self._messages, self._until = model, messages, until
        self._schema, self._config = schema, config
        self._given = 0  # characters

    async def run(self) -> None:
        """Try until there is a reply, or no more time, or no more sense in it; put what comes of it into ``items``."""
        fault: ModelFault | None = ModelFault("slow")
        while self._left() > 0:
            fault = await self._attempt()
            if fault is None or self._given:
                break
            if fault.kind == "unsupported" and self._model.asks_less():
                continue
            pause = self._pause(fault)
            if pause is None or pause >= self._left():
                break
            await asyncio.sleep(pause)
        self.items.put(fault)

    def _left(self) -> float:
        return self._until - time.monotonic()

    def _pause(self, fault: ModelFault) -> float | None:
        """Seconds to wait before the next attempt; None where there should be none."""
        if fault.kind not in RETRIED or self.usage.attempts > len(_PAUSES):
            return None
        return max(fault.wait, _PAUSES[self.usage.attempts - 1])

    async def _attempt(self) -> ModelFault | None:
        self.usage = replace(self.usage, attempts=self.usage.attempts + 1)
        try:
            async with asyncio.timeout(self._left()):
                return await self._stream()
        except Exception as error:  # every package has its own; what it means is told, what it says is not
            return fault_of(error)

    async def _stream(self) -> ModelFault | None:
        ended, refused = "", False
        async with aclosing(
            self._model.astream(self._messages, self._config, self._model.extras(self._schema))
        ) as chunks:
            async for chunk in chunks:
                _raise_if_cancelled()
                self._count(getattr(chunk, "usage_metadata", None))
                metadata = getattr(chunk, "response_metadata", None) or {}
                ended = metadata.get("finish_reason") or ended
                refused |= bool((getattr(chunk, "additional_kwargs", None) or {}).get("refusal"))
                if text := chunk.text if isinstance(chunk.text, str) else chunk.text():
                    self._give(text)
                if self._given > _LONGEST:
                    return ModelFault("endless")
        if refused or ended == "content_filter":
            return ModelFault("declined")
        if not self._given:
            return ModelFault("empty")
        return ModelFault("broken", "cut off") if self._model.ends_with_reason and not ended else None

    def _give(self, text: str) -> None:
        if not self._given:
            self.usage = replace(self.usage, first=round(time.monotonic() - self.began, 3))
        self._given += len(text)
        self.items.put(text)

    def _count(self, said: Mapping[str, Any] | None) -> None:
        if said:
            tokens = (said.get("input_tokens") or 0, said.get("output_tokens") or 0)
            self.usage = replace(
                self.usage,
                input_tokens=self.usage.input_tokens + tokens[0],
                output_tokens=self.usage.output_tokens + tokens[1],
            )


def _raise_if_cancelled() -> None:
    """Raise what Python 3.11's ``asyncio.wait_for`` loses when a chunk and the cancellation come together."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


def _connect(name: str, provider: str, base_url: str, api_key: str, timeout: float) -> Any:
    """Return LangChain's chat model."""
    from langchain.chat_models import init_chat_model

    given: dict[str, Any] = {"timeout": timeout, "max_retries": 0}
    given |= {"base_url": base_url} if base_url else {}
    if provider == "openai":
        given["use_responses_api"] = False
        api_key = api_key or ("none" if base_url else "")  # a server of one's own asks for no key, the package does
    given |= {"api_key": api_key} if api_key else {}
    try:
        return init_chat_model(name.partition(":")[2], model_provider=provider, **given)
    except ImportError as error:
        raise NoModel(f"POLICY_LLM {name}: {error}") from error  # it names the package and how to install it
    except Exception as error:  # every package complains in its own way; its words may hold the key
        unknown = "Unsupported" in str(error)
        wanted = (
            f"the provider '{provider}' is unknown; OpenAI-compatible endpoints are called openai:MODEL"
            if unknown
            else "set POLICY_LLM_API_KEY, and POLICY_LLM_BASE_URL for an endpoint of your own"
        )
        raise NoModel(f"POLICY_LLM {name} cannot be made ({type(error).__name__}): {wanted}.") from None
