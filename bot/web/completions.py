"""The corpus as a model for OpenAI's clients: ``/v1/chat/completions`` and ``/v1/models``.

There is no model behind it that could be turned: the last message of the person is the question, what was said before it
the history; system prompts, tools and temperatures are taken and left aside.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.answer import MAX_QUESTION, Answer, Turn
from bot.web.api import ready
from bot.web.chunks import MODEL, Reply
from bot.web.doors import Doors
from bot.web.examples import CHAT
from bot.web.problems import Problem, problems
from bot.web.requests import Limit
from bot.web.stream import gathered


class Message(BaseModel):
    """A message of a chat; of a list of parts, those that are text count."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None

    def text(self) -> str:
        """Return what was said in it."""
        if isinstance(self.content, list):
            return "\n".join(part["text"] for part in self.content if isinstance(part.get("text"), str))
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream ends with."""

    include_usage: bool | None = False


class Completion(BaseModel):
    """A chat as OpenAI's clients send it; what is not named here is taken and left aside."""

    model: str
    messages: Annotated[list[Message], Field(min_length=1, max_length=1000)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=1)] | None = 1
    filters: Limit = Field(Limit(), description="Ours: hard limits on where an answer may come from.")

    def question(self) -> str:
        """Return what the person said last. Raises Problem where that cannot be asked."""
        question = self.messages[-1].text().strip()
        if self.messages[-1].role != "user" or not question:
            raise Problem(422, "The last message must be the person's ('role': 'user') and say something.")
        if len(question) > MAX_QUESTION:
            raise Problem(422, f"The last message has {len(question)} characters; at most {MAX_QUESTION} can be asked.")
        return question

    def history(self) -> list[Turn]:
        """Return what person and assistant said before."""
        said = [message for message in self.messages[:-1] if message.role in ("user", "assistant")]
        return [Turn(message.role, message.text()) for message in said]  # type: ignore[arg-type]


def routes(doors: Doors) -> APIRouter:
    """Return the routes of ``/v1``."""
    router = APIRouter(tags=["OpenAI-compatible"])
    _add_models(router)

    @router.post(
        "/v1/chat/completions",
        summary="Chat",
        responses={**problems(404, 422, 503), 200: {"content": {"text/event-stream": {}}}},
        openapi_extra=CHAT,
    )
    async def complete(asked: Completion, request: Request) -> Response:
        """Answer the last question of a chat, whole or, with `stream`, in `chat.completion.chunk` events.

        Citations stand at the end of the text and in `annotations`; `policy` holds the answer object of `/api/ask`.
        `usage` counts characters.
        """
        if asked.model != MODEL:
            raise _no_model(asked.model)
        chatbot, question = ready(doors), asked.question()
        reply = Reply(question, str(request.base_url))
        items = gathered(chatbot, question, asked.history(), asked.filters.filters(), doors.closing)
        if asked.stream:
            is_counted = bool(asked.stream_options and asked.stream_options.include_usage)
            return StreamingResponse(reply.events(_given(items, doors), is_counted), media_type="text/event-stream")
        *_, answer = [item async for item in _given(items, doors)]
        return JSONResponse(reply.whole(answer))

    return router


def _add_models(router: APIRouter) -> None:
    model = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}

    @router.get("/v1/models", summary="List models")
    async def models() -> dict[str, Any]:
        """Name the one model there is."""
        return {"object": "list", "data": [model]}

    @router.get("/v1/models/{model_id}", summary="Name a model", responses=problems(404))
    async def one_model(model_id: str) -> dict[str, Any]:
        """Name the one model there is."""
        if model_id != MODEL:
            raise _no_model(model_id)
        return model


def _no_model(name: str) -> Problem:
    return Problem(404, f"There is one model, {MODEL!r}, and no {name[:80]!r}.")


async def _given(items: AsyncIterator[str | Answer], doors: Doors) -> AsyncIterator[str | Answer]:
    async for item in items:
        yield doors.given(item) if isinstance(item, Answer) else item
