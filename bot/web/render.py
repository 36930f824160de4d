"""Render questions and replies as HTML. Everything is untrusted and escaped; knows nothing of Gradio. Chat and widget share it.

The HTML is one line (line breaks are tags or character references), so that a Markdown renderer lets it pass whole.
"""

import re
from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from bot.answer import Answer, Citation
from bot.web import texts
from bot.web.comparison import chart_html, comparison_of
from bot.web.sources import TextOf, escaped, sources_html


def question_html(question: str) -> str:
    """Return a person's question as it was typed."""
    return f'<div class="question">{escaped(question)}</div>'


def line_html(line: str) -> str:
    """Return a line that the page itself says."""
    return f'<div class="line">{escaped(line)}</div>'


def reply_html(text: str, anchor: str = "", citations: Sequence[Citation] = ()) -> str:
    """Return a reply's Markdown as HTML, without images, links and raw HTML.

    The marker [n] leads to the quote ``#<anchor>-<n>`` of the n-th citation, and so does every cell of a table row that has one.
    """
    html = _markdown().render(text, {"anchor": anchor, "sources": len(citations)}).strip()
    html = re.sub(r"<tr>.*?</tr>", lambda row: _linked_cells(row[0], anchor, citations), html, flags=re.S)
    line = re.sub(r"\n(?=<)|(?<=>)\n", "", html).replace("\n", "&#10;")  # what is left stands in a code block
    return f'<div class="reply">{line}</div>'


def answer_html(
    answer: Answer, text_of: TextOf, anchor: str, limits: Sequence[str] = (), buttons: str = "", chart: str = ""
) -> str:
    """Return the whole reply: text, chart of a comparison, filters, the bot's own remark, sources, what follows.

    ``anchor`` tells this answer from the others on the page and is its id; ``limits`` are the filters that were on, in
    words; ``buttons`` is HTML of what can be done with the answer, where the page can do it: it stands after the sources, and quotes
    can be copied then; ``chart`` is HTML that stands under a comparison's chart.
    """
    parts = [reply_html(answer.text, anchor, answer.citations)]
    if compared := comparison_of(answer):
        parts.append(chart_html(compared, anchor) + chart)
    if limits:
        shown = "".join(f"<span>{escaped(limit)}</span>" for limit in limits)
        parts.append(f'<div class="limits">{texts.LIMITED}{shown}</div>')
    if answer.note:
        parts.append(f'<div class="note">{escaped(answer.note)}</div>')
    parts += [sources_html(answer.citations, text_of, anchor, bool(buttons)), buttons]
    if answer.suggestions:
        parts.append(f'<div class="next">{_lead(answer)}</div>')
    kind = f"status-{answer.status} mode-{answer.mode}"
    return f'<div class="answer {kind}" id="{escaped(anchor)}">{"".join(parts)}</div>'


def _lead(answer: Answer) -> str:
    """Return the line that leads over to the suggestions."""
    if answer.refused:
        return texts.NEXT_INSTEAD
    return texts.NEXT_CHOOSE if answer.status == "clarify" else texts.NEXT


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
        return _link("marker", env["anchor"], number, texts.MARKER, f"[{number}]")

    return re.sub(r"\[(\d{1,3})\]", marker, escape(tokens[index].content))


def _link(name: str, anchor: str, number: int, title: str, html: str) -> str:
    return f'<a class="{name}" href="#{escaped(anchor)}-{number}" title="{title.format(number=number)}">{html}</a>'


def _linked_cells(row: str, anchor: str, citations: Sequence[Citation]) -> str:
    """Return a table's row in which each cell leads to the sentence that proves it, or else the row's first."""
    numbers = [int(n) for n in re.findall(r'<a class="marker" href="#[^"]*-(\d+)"', row)]
    if not numbers:
        return row

    def cell(match: re.Match[str]) -> str:
        html, _, markers = match[2].partition('<a class="marker"')
        plain = re.sub(r"<[^>]*>", "", html)
        if not plain.strip(" —-"):
            return match[0]
        own = re.search(r'-(\d+)"', markers)
        number = int(own[1]) if own else _proving(plain, numbers, citations)
        rest = f'<a class="marker"{markers}' if markers else ""
        return f"{match[1]}{_link('cell', anchor, number, texts.CELL, html)}{rest}</td>"

    return re.sub(r"(<td[^>]*>)(.*?)</td>", cell, row, flags=re.S)


def _proving(plain: str, numbers: Sequence[int], citations: Sequence[Citation]) -> int:
    """Return the number of the quote that says what a cell says: its words, or a year of it."""
    said = [plain.strip(), *re.findall(r"(?:19|20)\d\d", plain)]
    return next((n for n in numbers if any(words in citations[n - 1].quote for words in said)), numbers[0])
