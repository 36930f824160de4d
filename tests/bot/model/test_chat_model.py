"""The chat model over a real endpoint that misbehaves in every way; what a package loses at times is replaced once."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from unittest.mock import patch

import pytest
from langchain_core.messages import AIMessageChunk

from bot.model.chat_model import ChatModel, NoModel
from bot.model.faults import ModelFault
from eval.endpoint import Behaviour, Endpoint, event, refuses, says, serving, streams

TIMEOUT = 1.5
ASKED = [("system", "只说一句。"), ("human", "问")]
SCHEMA = {"type": "object", "properties": {}}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with serving() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def shared(endpoint: Endpoint) -> ChatModel:
    model = ChatModel("openai:stub", endpoint.address, "sk-secret", TIMEOUT)
    endpoint.does(says("好。"))
    list(model.reply(ASKED, time.monotonic() + 60).pieces)  # what is loaded once
    return model


@pytest.fixture
def model(shared: ChatModel) -> ChatModel:
    shared.breaker.succeeded()
    return shared


def ask(model: ChatModel, seconds: float = TIMEOUT) -> str:
    return "".join(model.reply(ASKED, time.monotonic() + seconds, SCHEMA).pieces)


def test_streams_a_reply_and_tells_what_it_cost(model: ChatModel, endpoint: Endpoint) -> None:
    endpoint.does(says("达标率98%以上。[1]", size=3))
    reply = model.reply(ASKED, time.monotonic() + TIMEOUT, SCHEMA)
    pieces = list(reply.pieces)
    assert "".join(pieces) == "达标率98%以上。[1]" and len(pieces) > 3
    assert (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.attempts) == (900, 12, 1)
    assert 0 < (reply.usage.first or 0) <= reply.usage.seconds
    request = endpoint.requests[0]
    assert (request["model"], request["stream"]) == ("stub", True)
    assert request["response_format"]["json_schema"]["schema"] == SCHEMA
    assert [m["content"] for m in request["messages"]] == ["只说一句。", "问"]
    assert endpoint.keys[-1] == "Bearer sk-secret"


DROPPED = streams((0, event({"content": "达标率"})), (0, ""), ends=False)
FAULTS = {
    "denied": [refuses(401, "Incorrect API key: sk-secret"), refuses(403), refuses(404)],
    "busy": [refuses(429), refuses(429, headers={"Retry-After": "60"})],
    "broken": [refuses(500), refuses(503), streams((0, "data: {oops\n\n")), says("达标率", finish=None), DROPPED],
    "slow": [
        streams((30, "")),
        streams((0, event({"content": "达标"})), (30, event({"content": "率"}))),
        Behaviour(stream=lambda _: iter(lambda: (0.2, ": ping\n\n"), None)),
    ],
    "empty": [says(""), streams((0, event({"refusal": "不行"})), (0, event({}, "stop")))],
    "declined": [says("", finish="content_filter"), refuses(400, "data_inspection_failed: inappropriate content")],
    "long": [refuses(400, "This model's maximum context length is 4096 tokens"), refuses(413)],
    "endless": [Behaviour(stream=lambda _: iter(lambda: (0.0, event({"content": "很长" * 200})), None))],
}


@pytest.mark.parametrize(("kind", "behaviour"), [(kind, b) for kind, found in FAULTS.items() for b in found])
def test_each_fault_is_known_and_over_in_time(
    kind: str, behaviour: Behaviour, model: ChatModel, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint.does(behaviour)
    began = time.monotonic()
    with pytest.raises(ModelFault) as fault:
        ask(model)
    assert fault.value.kind == kind
    assert time.monotonic() - began < TIMEOUT + 1
    assert "sk-secret" not in caplog.text + str(fault.value) + fault.value.note
    assert fault.value.note.endswith("直接从原文得出的回答。")


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(ModelFault, match="unreachable"):
        ask(ChatModel("openai:stub", "http://127.0.0.1:9/v1", timeout=TIMEOUT), 20)


@pytest.mark.parametrize(
    "first", [refuses(500), refuses(429, headers={"Retry-After": "0.1"}), says(""), says("", finish=None)]
)
def test_what_helps_is_tried_again(first: Behaviour, model: ChatModel, endpoint: Endpoint) -> None:
    endpoint.does(first, says("好。"))
    assert ask(model, 20) == "好。"
    assert len(endpoint.requests) == 2


def test_a_key_that_is_refused_is_not_tried_again(model: ChatModel, endpoint: Endpoint) -> None:
    endpoint.does(refuses(401))
    with pytest.raises(ModelFault, match="denied"):
        ask(model)
    assert len(endpoint.requests) == 1


def test_an_endpoint_without_schemas_is_asked_without_them_from_then_on(endpoint: Endpoint) -> None:
    model = ChatModel("openai:stub", endpoint.address, timeout=20)
    endpoint.does(
        lambda r: refuses(400, "response_format is not supported") if "response_format" in r else says("好。"),
    )
    assert model.structured
    assert (ask(model, 20), ask(model, 20)) == ("好。", "好。")
    assert not model.structured
    assert ["response_format" in r for r in endpoint.requests] == [True, False, False]


def test_a_dead_endpoint_does_not_slow_every_question(model: ChatModel, endpoint: Endpoint) -> None:
    endpoint.does(refuses(401))
    kinds = []
    for _ in range(5):
        with pytest.raises(ModelFault) as fault:
            ask(model)
        kinds.append(fault.value.kind)
    assert kinds == ["denied", "denied", "resting", "resting", "resting"]
    assert len(endpoint.requests) == 2


def test_a_reply_that_nobody_reads_on_is_cut(model: ChatModel, endpoint: Endpoint) -> None:
    endpoint.does(Behaviour(stream=lambda _: iter(lambda: (0.01, event({"content": "好"})), None)))
    reply = model.reply(ASKED, time.monotonic() + 60)
    next(reply.pieces)
    reply.pieces.close()  # type: ignore[attr-defined]
    assert endpoint.cut.wait(30)


def test_a_cancellation_that_the_package_loses_still_ends_the_reply(model: ChatModel) -> None:
    """As ``asyncio.wait_for`` of Python 3.11 does when a chunk and the cancellation come together."""
    closed = threading.Event()

    async def stream(*_: object) -> AsyncGenerator[AIMessageChunk]:
        try:
            while True:
                yield AIMessageChunk("好")
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(0.01)
        finally:
            closed.set()

    with patch.object(model, "astream", stream):
        reply = model.reply(ASKED, time.monotonic() + 60)
        next(reply.pieces)
        reply.pieces.close()  # type: ignore[attr-defined]
        assert closed.wait(20)


def test_what_is_missing_is_named_in_one_line() -> None:
    with pytest.raises(NoModel, match=r"POLICY_LLM anthropic:claude: .*langchain-anthropic"):
        ChatModel("anthropic:claude", api_key="sk-secret")
    with pytest.raises(NoModel, match="the provider 'nobody' is unknown"):
        ChatModel("nobody:x")


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(NoModel, match="set POLICY_LLM_API_KEY") as missing:
        ChatModel("openai:stub")
    assert "\n" not in str(missing.value)


def test_without_a_model_no_package_of_models_is_imported() -> None:
    code = (
        "import sys, app, bot.start, bot.chatbot, bot.web.api\n"
        "found = [n for n in sys.modules if n.split('.')[0] in ('langchain', 'langchain_openai', 'openai', 'langgraph')]\n"
        "sys.exit(str(found) if found else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr == ""
