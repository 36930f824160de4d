"""The REST API: ask, stream, search, documents, targets, examples, feedback, health.

What answers a question is slow to import: the page stands before it, and each route imports what it needs.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.answer import Answer, Filters
from bot.feedback import NotKept, UnknownAnswer, Verdict
from bot.web import responses as given
from bot.web.doors import Doors
from bot.web.examples import ASK, FEEDBACK, SEARCH
from bot.web.problems import Problem, problems, text_response
from bot.web.render import answer_html, reply_html
from bot.web.requests import Ask, Judgement, Limit, Page, Search, TargetsLimit, TargetsPage
from bot.web.sheet import sheet
from bot.web.stream import gathered
from corpus.document import Target

if TYPE_CHECKING:
    from bot.chatbot import Chatbot


def routes(doors: Doors) -> APIRouter:
    """Return the routes of ``/api`` and ``/health``."""
    router = APIRouter()
    _add_questions(router, doors)
    _add_lists(router, doors)
    _add_rest(router, doors)
    return router


def _told(
    tag: str,
    summary: str,
    *errors: int,
    gives: type[BaseModel] | tuple[str, str] | None = None,
    takes: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return how a route is described: its errors, what it ``gives`` (of text: media type and words), examples of what it ``takes``."""
    told = {"tags": [tag], "summary": summary, "openapi_extra": takes}
    if isinstance(gives, tuple):
        return {**told, "responses": {**problems(*errors), **text_response(*gives)}}
    return {**told, "responses": problems(*errors), "response_model": gives}


def ready(doors: Doors) -> "Chatbot":
    """Return the chatbot. Raises Problem while there is none."""
    preparation = doors.preparation
    if not preparation.ready:
        reason = "no chatbot could be made" if preparation.error else "preparing"
        raise Problem(
            503, f"No question can be answered yet: {reason}. Try again soon.", {"Retry-After": "2"}, reason=reason
        )
    return preparation.made()


def _add_questions(router: APIRouter, doors: Doors) -> None:
    told = partial(_told, "Questions")

    @router.post("/api/ask", **told("Ask a question", 422, 503, gives=given.GivenAnswer, takes=ASK))
    async def ask(asked: Ask) -> JSONResponse:
        """Give the answer with its citations. A refusal is an answer too: look at `status`."""
        chatbot = ready(doors)
        *_, answer = [item async for item in _reply(chatbot, doors, asked)]
        return JSONResponse(_answer(answer, chatbot, asked.html))

    @router.post(
        "/api/ask/stream",
        response_class=StreamingResponse,
        **told("Ask a question and read along", 422, 503, gives=("text/event-stream", "The events."), takes=ASK),
    )
    async def stream(asked: Ask) -> StreamingResponse:
        """Give server-sent events: `text` with `{"text": …}`, what is new and already held to its sources; last `answer` with the answer object, whose `text` replaces what came before."""
        chatbot = ready(doors)
        return StreamingResponse(_events(chatbot, doors, asked), media_type="text/event-stream")

    @router.post("/api/search", **told("Search passages", 422, 503, gives=given.GivenPassages, takes=SEARCH))
    def find(asked: Search) -> JSONResponse:
        """Give the passages nearest to a query, best first, with the parts of their scores."""
        from bot.catalogue import passages_object
        from bot.retriever import search

        snapshot = ready(doors).snapshot()
        return JSONResponse(passages_object(search(snapshot, asked.query, asked.k, asked.filters.filters())))

    @router.get("/api/examples", **told("Questions to begin with", 422, 503, gives=given.GivenExamples))
    def examples(asked: Annotated[Limit, Query()]) -> JSONResponse:
        """Give questions that the documents can answer, under these limits where there are any."""
        return JSONResponse({"questions": list(ready(doors).examples(asked.filters()))})


def _add_lists(router: APIRouter, doors: Doors) -> None:
    told = partial(_told, "Documents")

    @router.get("/api/documents", **told("List documents", 422, 503, gives=given.GivenDocuments))
    def documents(asked: Annotated[Page, Query()]) -> JSONResponse:
        """Give identity and size of each document, by id."""
        from bot.catalogue import documents_page

        return JSONResponse(documents_page(ready(doors).library, asked.offset, asked.limit))

    @router.get("/api/documents/{id:path}", **told("Read one document", 404, 422, 503, gives=given.GivenWholeDocument))
    def document(
        id: Annotated[str, Path(min_length=1, max_length=1000, examples=["shenzhen-2010-183"])],
    ) -> JSONResponse:
        """Give one document with its text as published. An id may hold slashes."""
        from bot.catalogue import whole_document

        found = whole_document(ready(doors).library, id)
        if found is None:
            raise Problem(404, "No document has this id. GET /api/documents lists those there are.")
        return JSONResponse(found)

    @router.get("/api/targets", **told("List targets", 422, 503, gives=given.GivenTargets))
    def targets(asked: Annotated[TargetsPage, Query()]) -> JSONResponse:
        """Give the quantified commitments of the documents, each with the sentence it stands in."""
        found = _targets(doors, asked)
        return JSONResponse({"targets": found[asked.offset : asked.offset + asked.limit], "total": len(found)})

    @router.get(
        "/api/targets.csv",
        response_class=Response,
        **told("Download targets as a table", 422, 503, gives=("text/csv", "The table.")),
    )
    def targets_table(asked: Annotated[TargetsLimit, Query()]) -> Response:
        """Give all of them as CSV for a spreadsheet, in UTF-8 with a mark; no cell can start a formula."""
        found = sheet(list(given.GivenTarget.model_fields), _targets(doors, asked))
        headers = {"Content-Disposition": 'attachment; filename="targets.csv"'}
        return Response(found, media_type="text/csv; charset=utf-8", headers=headers)


def _add_rest(router: APIRouter, doors: Doors) -> None:
    @router.post(
        "/api/feedback", status_code=204, **_told("Feedback", "Judge an answer", 404, 422, 503, takes=FEEDBACK)
    )
    def feedback(judged: Judgement) -> Response:
        """Keep whether an answer helped and, where it did not, why. Telephone numbers and the like are masked before they are stored."""
        try:
            doors.feedback.keep(judged.answer_id, Verdict(judged.liked, tuple(judged.reasons), judged.comment))
        except UnknownAnswer as unknown:
            raise Problem(404, str(unknown)) from unknown
        except NotKept as failed:
            raise Problem(503, "Feedback cannot be kept just now. Try again later.") from failed
        return Response(status_code=204)

    @router.head("/health", include_in_schema=False)
    @router.get("/health", **_told("Health", "Can answers be given?", 503, gives=given.GivenHealth))
    def health() -> JSONResponse:
        """Give 200 when answers can be given, 503 with a `reason` before."""
        ready(doors)
        return JSONResponse({"status": "ok", **asdict(doors.preparation.census())})


async def _reply(chatbot: "Chatbot", doors: Doors, asked: Ask) -> AsyncIterator[str | Answer]:
    filters = asked.filters.filters()
    async for item in gathered(chatbot, asked.question, asked.turns(), filters, doors.closing):
        yield doors.given(item) if isinstance(item, Answer) else item


async def _events(chatbot: "Chatbot", doors: Doors, asked: Ask) -> AsyncIterator[str]:
    said = ""
    async for item in _reply(chatbot, doors, asked):
        if isinstance(item, Answer):
            yield event("answer", await asyncio.to_thread(_answer, item, chatbot, asked.html))
        else:
            said += item
            yield event("text", {"text": item, "html": reply_html(said)} if asked.html else {"text": item})


def event(name: str, data: Any) -> str:
    """Return one server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _answer(answer: Answer, chatbot: "Chatbot", with_html: bool) -> dict[str, Any]:
    if not with_html:
        return answer.as_dict()

    def text_of(id: str) -> str | None:
        document = chatbot.library.document(id)
        return document.text if document else None

    return {**answer.as_dict(), "html": answer_html(answer, text_of, f"source-{answer.id}")}


def _targets(doors: Doors, asked: TargetsLimit) -> list[dict[str, Any]]:
    from bot.catalogue import targets_array
    from bot.slots import allowed

    snapshot = ready(doors).snapshot()
    ids = allowed(snapshot, Filters(asked.region, None, asked.issuer, asked.document_id))

    def fits(target: Target) -> bool:
        return asked.year in (None, target.year) and (asked.indicator or "") in target.indicator

    return targets_array(filter(fits, snapshot.library.targets(ids)), snapshot.document)
