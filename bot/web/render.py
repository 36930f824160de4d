"""Render questions, replies and their sources as HTML. Everything is untrusted and escaped; knows nothing of Gradio.

The HTML is one line (line breaks are tags or character references), so that a Markdown renderer lets it pass whole.
"""

import re
from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from bot.answer import Answer, Citation
from bot.web import texts

REACH = 160  # characters of the paragraph shown on either side of a quote
OPEN = 3  # cards of documents that are unfolded at once

TextOf = Callable[[str], str | None]  # document id -> its text, None when it is no longer there


def question_html(question: str) -> str:
    """Return a person's question as it was typed."""
    return f'<div class="question">{_escape(question)}</div>'


def line_html(line: str) -> str:
    """Return a line that the page itself says."""
    return f'<div class="line">{_escape(line)}</div>'


def reply_html(text: str, anchor: str = "", sources: int = 0) -> str:
    """Return a reply's Markdown as HTML, without images, links and raw HTML.

    The markers [1] to [``sources``] lead to ``#<anchor>-1`` and so on.
    """
    html = _markdown().render(text, {"anchor": anchor, "sources": sources}).strip()
    line = re.sub(r"\n(?=<)|(?<=>)\n", "", html).replace("\n", "&#10;")  # what is left stands in a code block
    return f'<div class="reply">{line}</div>'


def answer_html(answer: Answer, text_of: TextOf, anchor: str) -> str:
    """Return the whole reply: text, the bot's own remark, sources, and a line that leads over to its suggestions.

    ``anchor`` tells this answer from the others on the page.
    """
    reply = reply_html(answer.text, anchor, len(answer.citations))
    note = f'<div class="note">{_escape(answer.note)}</div>' if answer.note else ""
    sources = sources_html(answer.citations, text_of, anchor)
    following = f'<div class="next">{texts.NEXT}</div>' if answer.suggestions else ""
    return f'<div class="answer status-{answer.status}">{reply}{note}{sources}{following}</div>'


def sources_html(citations: Sequence[Citation], text_of: TextOf, anchor: str) -> str:
    """Return a card for each cited document, its quotes marked in their paragraphs; empty without citations."""
    if not citations:
        return ""
    cards: dict[str, list[tuple[int, Citation]]] = {}
    for number, citation in enumerate(citations, 1):
        cards.setdefault(citation.document_id, []).append((number, citation))
    html = "".join(_card(cited, text_of(id), anchor, n < OPEN) for n, (id, cited) in enumerate(cards.items()))
    return f'<div class="sources"><div class="sources-title">{texts.SOURCES}</div>{html}</div>'


def _card(cited: Sequence[tuple[int, Citation]], text: str | None, anchor: str, unfolded: bool) -> str:
    first = cited[0][1]
    title = f'<span class="title">{_escape(first.title)}{_mark_derived(first, "title")}</span>'
    validity = f'<span class="validity">{_escape(first.validity)}</span>' if first.validity else ""
    quotes = "".join(_quote(number, citation, text, anchor) for number, citation in cited)
    fold = " open" if unfolded else ""
    return (
        f'<details class="source"{fold}><summary>{title}{validity}</summary>'
        f"{_identity(first)}{quotes}{_original(first.url)}</details>"
    )


def _identity(citation: Citation) -> str:
    fields = {
        "number": citation.number,
        "issuer": citation.issuer,
        "issued": texts.ISSUED.format(date=day(citation.issued)) if citation.issued else None,
        "published": texts.PUBLISHED.format(date=day(citation.published)) if citation.published else None,
    }
    parts = [
        f'<span class="{name}">{_escape(value)}{_mark_derived(citation, name)}</span>'
        for name, value in fields.items()
        if value
    ]
    return f'<div class="identity">{"".join(parts)}</div>' if parts else ""


def _quote(number: int, citation: Citation, text: str | None, anchor: str) -> str:
    heading = "".join(f"<span>{_escape(part)}</span>" for part in citation.heading)
    path = f'<div class="heading">{heading}{_mark_derived(citation, "heading")}</div>' if heading else ""
    before, after = _around(text, citation)
    return (
        f'<div class="quote role-{citation.role}" id="{_escape(anchor)}-{number}">'
        f'<div class="label"><span class="number">{number}</span>'
        f'<span class="role">{texts.ROLES[citation.role]}</span></div>{path}'
        f'<div class="paragraph">{_escape(before)}<mark>{_escape(citation.quote)}</mark>{_escape(after)}</div></div>'
    )


def _around(text: str | None, citation: Citation) -> tuple[str, str]:
    """Return what stands before and after the quote in its lines, cut at a sentence where it is long."""
    start, end = citation.start, citation.end
    if text is None or text[start:end] != citation.quote:
        return "", ""
    newline = text.find("\n", end)
    before = text[text.rfind("\n", 0, start) + 1 : start].lstrip()
    after = text[end : newline if newline >= 0 else len(text)].rstrip()
    if len(before) > REACH:
        near = before[-REACH:]
        before = texts.CUT + (re.sub(r"^[^。；！？]*[。；！？]", "", near) or near)
    if len(after) > REACH:
        near = after[:REACH]
        after = (re.sub(r"(?<=[。；！？])[^。；！？]*$", "", near) or near) + texts.CUT
    return before, after


def _original(url: str | None) -> str:
    if not url or not is_web(url):
        return ""
    return f'<a class="original" href="{_escape(url)}" target="_blank" rel="noopener noreferrer">{texts.ORIGINAL}</a>'


def is_web(url: str) -> bool:
    """Tell whether an address leads to a page of the web, and not to a script."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _mark_derived(citation: Citation, field: str) -> str:
    if field not in citation.derived:
        return ""
    return f'<span class="derived" title="{texts.DERIVED_HINT}">{texts.DERIVED}</span>'


def day(date: str) -> str:
    """Return an ISO date as it is written in Chinese: 2010-11-30 → 2010年11月30日; other texts as they are."""
    parts = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", date)
    return f"{parts[1]}年{int(parts[2])}月{int(parts[3])}日" if parts else date


def _escape(text: str) -> str:
    return escape(text).replace("\r", "").replace("\n", "<br>")


def _markdown() -> MarkdownIt:
    off = ["image", "link", "autolink", "reference", "code", "lheading", "hr"]
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable(off)
    markdown.add_render_rule("text", _text)
    return markdown


def _text(self: RendererHTML, tokens: Sequence[Token], index: int, options: object, env: dict) -> str:
    def marker(match: re.Match[str]) -> str:
        number = int(match[1])
        if not 1 <= number <= env["sources"]:
            return match[0]
        label = texts.MARKER.format(number=number)
        return f'<a class="marker" href="#{_escape(env["anchor"])}-{number}" title="{label}">[{number}]</a>'

    return re.sub(r"\[(\d{1,3})\]", marker, escape(tokens[index].content))
