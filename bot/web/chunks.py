"""An answer as OpenAI's clients read one: a completion, or its chunks, with the citations in the text and beside it.

What stands in a document may not become a link, an image or HTML in the page of whoever shows the text as Markdown.
"""

import json
import re
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from bot.answer import Answer, Citation
from bot.web import texts
from bot.web.sources import is_web

MODEL = "policy"
_BEGINS = re.compile(r"<|\[(?!\d{1,3}\])")  # HTML, a link, an image; but not a marker
_MARKER = re.compile(r"(?<!\\)\[(\d{1,3})\]")


class Reply:
    """The reply to one question; ``base`` is the address of this server, under which documents can be read."""

    def __init__(self, question: str, base: str) -> None:
        self._question = question
        self._base = base
        self._created = int(time.time())

    def whole(self, answer: Answer) -> dict[str, Any]:
        """Return the ``chat.completion``."""
        content = content_of(answer)
        message = {
            "role": "assistant",
            "content": content,
            "refusal": None,
            "annotations": self._notes(answer, content),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            **self._head(answer.id, "chat.completion"),
            "choices": [choice],
            "usage": self._usage(content),
            "policy": answer.as_dict(),
        }

    async def events(self, items: AsyncIterator[str | Answer], is_counted: bool) -> AsyncIterator[str]:
        """Yield the events of a stream: text as it comes, at the end what is left of it, the annotations and ``[DONE]``."""
        said, id = "", f"{self._created}"
        yield self._chunk(id, {"role": "assistant", "content": ""})
        async for item in items:
            if isinstance(item, Answer):
                yield self._chunk(id, {"content": _rest(item, said)})
                notes = self._notes(item, content_of(item))
                yield self._chunk(id, {"annotations": notes}, "stop", policy=item.as_dict())
                if is_counted:
                    usage = self._usage(content_of(item))
                    yield _event({**self._head(id, "chat.completion.chunk"), "choices": [], "usage": usage})
            else:
                said += item
                yield self._chunk(id, {"content": harmless(item)})
        yield "data: [DONE]\n\n"

    def _chunk(self, id: str, delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event({**self._head(id, "chat.completion.chunk"), "choices": [choice], **more})

    def _head(self, id: str, kind: str) -> dict[str, Any]:
        return {"id": f"chatcmpl-{id}", "object": kind, "created": self._created, "model": MODEL}

    def _usage(self, content: str) -> dict[str, int]:
        asked, said = len(self._question), len(content)
        return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}

    def _notes(self, answer: Answer, content: str) -> list[dict[str, Any]]:
        """Return an annotation for each marker in the content."""
        marks = [(mark, int(mark[1])) for mark in _MARKER.finditer(content)]
        return [
            self._note(answer.citations[number - 1], mark)
            for mark, number in marks
            if 1 <= number <= len(answer.citations)
        ]

    def _note(self, citation: Citation, mark: re.Match[str]) -> dict[str, Any]:
        own = f"{self._base}api/documents/{quote(citation.document_id)}"
        cited = {
            "start_index": mark.start(),
            "end_index": mark.end(),
            "title": citation.title,
            "url": citation.url if citation.url and is_web(citation.url) else own,
            "role": citation.role,
            "quote": citation.quote,
        }
        return {"type": "url_citation", "url_citation": cited}


def content_of(answer: Answer) -> str:
    """Return the text of an answer with its sources, as Markdown that loads nothing and leads nowhere."""
    is_unlabelled = answer.mode == "generative" and texts.GENERATED not in answer.text
    parts = [answer.text, answer.note or "", texts.GENERATED if is_unlabelled else ""]
    said = "\n\n".join(harmless(part) for part in parts if part)
    sources = "\n".join(f"- [{n}] {_source(citation)}" for n, citation in enumerate(answer.citations, 1))
    return f"{said}\n\n{texts.SOURCES}：\n{sources}" if sources else said


def harmless(text: str) -> str:
    """Return Markdown in which nothing but a marker is in brackets.

    >>> harmless("98%[1] ![x](http://e.example) <b>")
    '98%[1] !\\\\[x](http://e.example) \\\\<b>'
    """
    return _BEGINS.sub(r"\\\g<0>", text)


def _source(citation: Citation) -> str:
    number = f"（{citation.number}）" if citation.number else ""
    named = f"{texts.ROLES[citation.role]}：《{citation.title}》{number}：「{citation.quote}」"
    return re.sub(r"[<\[\]*_`\\]", r"\\\g<0>", " ".join(named.split()))


def _rest(answer: Answer, said: str) -> str:
    """Return what is still to be said: a stream takes nothing back, so a text that became another is said again."""
    content = content_of(answer)
    begun = harmless(said)
    return content[len(begun) :] if content.startswith(begun) else f"\n\n{content}"


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
