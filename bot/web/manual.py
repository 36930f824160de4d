"""The OpenAPI document and a page that shows it, made here from our own words: nothing is loaded from elsewhere."""

import json
from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web.guard import STRICT
from bot.web.responses import GivenProblem

TITLE = "Policy chatbot API"
ABOUT = """Ask about government policy; get the answer, the sentence that proves it, and the document it stands in.

Errors are `application/problem+json`. Requests are counted per address: `RateLimit-Limit`, `RateLimit-Remaining` and
`RateLimit-Reset` (seconds) say what is left of this minute; after status 429 or 503, wait `Retry-After` seconds.
A page of another origin may call the API where the operator has named it in `POLICY_EMBED_ORIGINS`."""
_STYLE = Path(__file__).with_name("widget") / "manual.css"


def describe(app: FastAPI) -> APIRouter:
    """Serve the OpenAPI document of what is in the application by now, and the page; return the routes of both."""
    router, document = APIRouter(include_in_schema=False), openapi(app)
    style = _STYLE.read_text(encoding="utf-8")

    @router.get("/openapi.json")
    def openapi_json(request: Request) -> JSONResponse:
        return JSONResponse({**document, "servers": [{"url": str(request.base_url).rstrip("/")}]})

    @router.get("/api")
    def manual(request: Request) -> Response:
        headers = {"Content-Security-Policy": STRICT}
        page = manual_html(document, str(request.base_url).rstrip("/"))
        return Response(page, media_type="text/html; charset=utf-8", headers=headers)

    @router.get("/manual.css")
    def manual_style() -> Response:
        return Response(style, media_type="text/css; charset=utf-8")

    app.include_router(router)
    return router


def openapi(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document."""
    document = get_openapi(title=TITLE, version="1", description=ABOUT, routes=app.routes)
    problem = GivenProblem.model_json_schema()
    document["components"]["schemas"]["Problem"] = problem
    return document


def manual_html(document: dict[str, Any], base: str) -> str:
    """Return the OpenAPI document as a page without scripts; ``base`` is the address of the server."""
    sections: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = operation.get("tags", ["Other"])[0]
            sections.setdefault(tag, []).append(_operation(method.upper(), path, operation, document, base))
    body = "".join(f"<h2>{escape(tag)}</h2>{''.join(shown)}" for tag, shown in sections.items())
    schemas = document["components"]["schemas"].items()
    body += f"<h2>Objects</h2>{''.join(_object(name, schema, document) for name, schema in schemas)}"
    about = "".join(f"<p>{_marked(part)}</p>" for part in ABOUT.split("\n\n"))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{TITLE}</title><link rel="stylesheet" href="manual.css"></head><body><main><h1>{TITLE}</h1>{about}'
        f'<p><a href="openapi.json">openapi.json</a></p>{body}</main></body></html>'
    )


def _operation(method: str, path: str, operation: dict[str, Any], document: dict[str, Any], base: str) -> str:
    parts = [f"<h3><code>{method} {escape(path)}</code> {escape(operation['summary'])}</h3>"]
    parts += [f"<p>{_marked(part)}</p>" for part in operation["description"].split("\n\n")]
    fields = [
        (p["name"], p["schema"], p.get("description", ""), p["required"]) for p in operation.get("parameters", [])
    ]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    parts += [_table(fields + _fields(content.get("schema", {}), document))]
    parts += [_example(method, base + path, example) for example in content.get("examples", {}).values()]
    responses = operation["responses"].items()
    told = "".join(f"<li><code>{code}</code> {_marked(response['description'])}</li>" for code, response in responses)
    good = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    given = _table(_fields(good, document))
    return f"<section>{''.join(parts)}<h4>Responses</h4><ul>{told}</ul>{given}</section>"


def _object(name: str, schema: dict[str, Any], document: dict[str, Any]) -> str:
    about = _marked(schema.get("description", ""))
    return f'<section id="{escape(name)}"><h3>{escape(name)}</h3><p>{about}</p>{_table(_fields(schema, document))}</section>'


def _fields(schema: dict[str, Any], document: dict[str, Any]) -> list[tuple[str, dict[str, Any], str, bool]]:
    schema = _resolved(schema, document)
    required = schema.get("required", [])
    return [
        (name, field, _resolved(field, document).get("description", ""), name in required)
        for name, field in schema.get("properties", {}).items()
    ]


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**document["components"]["schemas"][name], **schema} if name else schema


def _table(fields: list[tuple[str, dict[str, Any], str, bool]]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code>{' *' if required else ''}</td><td>{_kind(schema)}</td>"
        f"<td>{_marked(description)}</td></tr>"
        for name, schema, description, required in fields
    )
    return f"<table>{rows}</table>" if rows else ""


def _kind(schema: dict[str, Any]) -> str:
    """Return what a value is, as HTML: an object's name leads to its description."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(escape(str(each)) for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(str(schema.get("const") or schema.get("type", "any")))


def _example(method: str, address: str, example: dict[str, Any]) -> str:
    body = json.dumps(example["value"], ensure_ascii=False)
    command = f"curl -X {method} {address} -H 'Content-Type: application/json' -d '{body}'"
    return f"<h4>{escape(example['summary'])}</h4><pre>{escape(command)}</pre>"


def _marked(text: str) -> str:
    """Return a line with what stands between backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
