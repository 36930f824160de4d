"""The messages of the chat page: questions and replies with what can be done with each. Knows nothing of Gradio's events."""

from collections.abc import Sequence
from typing import Any

from bot.web import texts
from bot.web.conversation import Exchange
from bot.web.render import answer_html, line_html, question_html, reply_html
from bot.web.sources import TextOf

Message = dict[str, Any]


def messages(conversation: Sequence[Exchange]) -> list[Message]:
    """Return the conversation as the chat component takes it; only the last reply offers suggestions."""
    shown: list[Message] = []
    for n, exchange in enumerate(conversation):
        is_last = n == len(conversation) - 1
        suggestions = exchange.answer.suggestions if exchange.answer and is_last else ()
        shown += [_message("user", _asked(n, exchange.question)), _message("assistant", exchange.html, suggestions)]
    return shown


def reply_of(exchange: Exchange, n: int, text_of: TextOf) -> str:
    """Return the finished reply of the n-th exchange as HTML, with its buttons."""
    assert exchange.answer
    table = f'<button type="button" class="act table">{texts.TABLE_EXPORT}</button>'
    return answer_html(exchange.answer, text_of, f"s{n}", exchange.limits, _buttons(), table)


def waiting(text: str, is_ready: bool) -> str:
    """Return what stands in place of a reply that is still coming: what has come of it, or what is being done."""
    if text:
        return f'<div class="coming">{reply_html(text)}</div>'
    return f'<div class="coming">{line_html(texts.SEARCHING if is_ready else texts.PREPARING)}</div>'


def stopped(text: str) -> str:
    """Return a reply that the person stopped: nobody vouches for half of it."""
    return f'<div class="halted">{reply_html(text) if text else ""}{line_html(texts.STOPPED)}</div>'


def greeting(hint: str) -> str:
    """Return what stands in an empty conversation."""
    return f'<div class="greeting"><strong>{texts.GREETING}</strong><span>{hint}</span></div>'


def _asked(n: int, question: str) -> str:
    edit = f'<button type="button" class="act edit" title="{texts.EDIT_HINT}">{texts.EDIT}</button>'
    return f'<div class="asked" id="q{n}">{question_html(question)}{edit}</div>'


def _buttons() -> str:
    offered = (
        ("copy", texts.COPY, texts.COPY_HINT),
        ("again", texts.AGAIN, ""),
        ("like", texts.LIKE, ""),
        ("dislike", texts.DISLIKE, ""),
    )
    html = "".join(
        f'<button type="button" class="act {name}" title="{hint or label}">{label}</button>'
        for name, label, hint in offered
    )
    return f'<div class="actions">{html}</div>'


def _message(role: str, html: str, suggestions: Sequence[str] = ()) -> Message:
    options = [{"label": suggestion, "value": suggestion} for suggestion in suggestions]
    return {"role": role, "content": html, "options": options or None}
