"""The widget's own small page and the files that it and a portal load. Its texts come from texts.py, its look from widget/."""

import base64
import hashlib
import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from string import Template

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.answer import MAX_QUESTION
from bot.feedback import DAYS, MAX_COMMENT
from bot.web import texts
from bot.web.doors import Doors
from bot.web.guard import STRICT

WIDGET = Path(__file__).with_name("widget")
ANSWER_STYLE = Path(__file__).with_name("answer.css")  # shared with the chat page
_FILES = {  # path -> file, media type
    "/widget.js": (WIDGET / "widget.js", "text/javascript"),
    "/embed/embed.js": (WIDGET / "embed.js", "text/javascript"),
    "/embed/embed.css": (WIDGET / "embed.css", "text/css"),
    "/embed/answer.css": (ANSWER_STYLE, "text/css"),
}


def routes(doors: Doors) -> APIRouter:
    """Return the routes of the widget."""
    router = APIRouter(include_in_schema=False)
    for path, (file, media_type) in _FILES.items():
        router.add_api_route(path, _file(file, media_type), methods=["GET", "HEAD"])
    page = page_html()

    @router.api_route("/embed", methods=["GET", "HEAD"])
    def embed() -> Response:
        headers = {"Content-Security-Policy": STRICT, "Cache-Control": "no-cache"}
        return Response(page, media_type="text/html; charset=utf-8", headers=headers)

    return router


def page_html() -> str:
    """Return the page that stands in the widget's frame."""
    private = texts.JUDGE_PRIVACY.format(days=DAYS)
    told = {**texts.WIDGET, "private": private, "longest": MAX_QUESTION, "longest_comment": MAX_COMMENT}
    data = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    words = {name: escape(text) for name, text in texts.WIDGET.items() if isinstance(text, str)}
    return Template((WIDGET / "embed.html").read_text(encoding="utf-8")).substitute(words, texts=data)


def integrity(content: bytes) -> str:
    """Return what a portal writes into ``integrity`` to pin the script."""
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"


def _file(path: Path, media_type: str) -> Callable[[Request], Response]:
    content = path.read_bytes()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}

    def file(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=f"{media_type}; charset=utf-8", headers=headers)

    return file
