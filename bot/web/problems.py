"""Errors of the API in one shape, ``application/problem+json`` (RFC 9457): what was expected, what was found, what to do.

Under ``/v1/`` the same object also carries ``error``, which is where clients of OpenAI look.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from starlette._utils import get_route_path
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

TYPE = "application/problem+json"


_WHEN = {
    404: "There is no such thing.",
    422: "The request is not as described; `errors` names each field.",
    503: "Not yet, or not now: try again after `Retry-After` seconds.",
}


class Problem(HTTPException):
    """A request that cannot be answered. ``detail`` is told to whoever asked; ``more`` are further members."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.more = more


def problem_response(path: str, problem: Problem) -> JSONResponse:
    """Return the response for a problem that arose at ``path``."""
    status, detail = problem.status_code, problem.detail
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **problem.more}
    if path.startswith("/v1/"):
        kind = "server_error" if status >= 500 else "invalid_request_error"
        body["error"] = {"message": detail, "type": kind, "param": None, "code": str(status)}
    return JSONResponse(body, status, problem.headers, TYPE)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how the OpenAPI document describes these errors, and every other one, of an operation."""
    content = {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    every = "Any other error: 405 method, 408 too slow, 413 too large, 429 too many requests, 500 the server failed."
    described: dict[int | str, dict[str, Any]] = {
        status: {"description": _WHEN[status], "content": content} for status in statuses
    }
    return {**described, "default": {"description": every, "content": content}}


def text_response(media_type: str, description: str) -> dict[int | str, dict[str, Any]]:
    """Return how the OpenAPI document describes a good response that is no JSON."""
    return {200: {"description": description, "content": {media_type: {}}}}


def tell_problems(app: FastAPI) -> None:
    """Make every error of the application's own routes a problem."""

    @app.exception_handler(Problem)
    async def problem(request: Request, error: Problem) -> JSONResponse:
        return problem_response(get_route_path(request.scope), error)

    @app.exception_handler(AnyHTTPException)
    async def http(request: Request, error: AnyHTTPException) -> JSONResponse:
        told = Problem(error.status_code, str(error.detail), error.headers)
        return problem_response(get_route_path(request.scope), told)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [{"field": _field(fault["loc"]), "detail": fault["msg"]} for fault in error.errors()]
        told = "; ".join(f"{fault['field']}: {fault['detail']}" for fault in errors[:5])
        return problem_response(get_route_path(request.scope), Problem(422, told, errors=errors))


def _field(place: Sequence[str | int]) -> str:
    """Return where in the request a fault lies: ``history.0.role``, or ``body`` for the whole."""
    return ".".join(str(part) for part in place[1:]) or str(place[0] if place else "body")
