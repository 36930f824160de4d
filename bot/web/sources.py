"""Render citations as HTML: a card for each document, every quote marked in its paragraph. All of it is untrusted and escaped."""

import re
from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import urlsplit

from bot.answer import Citation
from bot.web import texts

REACH = 160  # characters of the paragraph shown on either side of a quote

TextOf = Callable[[str], str | None]  # document id -> its text, None when it is no longer there


def sources_html(citations: Sequence[Citation], text_of: TextOf, anchor: str, may_copy: bool = False) -> str:
    """Return a card for each cited document, its quotes marked in their paragraphs; empty without citations.

    Each quote has the id ``<anchor>-<number>``, and with ``may_copy`` a button to copy it as a citation. The whole can be folded: beside the chat on a wide page, under it on a phone.
    """
    if not citations:
        return ""
    cards: dict[str, list[tuple[int, Citation]]] = {}
    for number, citation in enumerate(citations, 1):
        cards.setdefault(citation.document_id, []).append((number, citation))
    html = "".join(_card(quoted, text_of(id), anchor, may_copy) for id, quoted in cards.items())
    is_near = all(citation.role == "near_miss" for citation in citations)
    count = (texts.NEAR_COUNT if is_near else texts.SOURCES_COUNT).format(count=len(citations))
    return f'<details class="sources"><summary class="sources-title">{count}</summary>{html}</details>'


def cited(citation: Citation) -> str:
    """Return a citation as official texts write it: 《标题》（文号）小标题：「原句」."""
    title = citation.title.replace("《", "〈").replace("》", "〉")
    number = f"（{citation.number}）" if citation.number else ""
    where = f"，{citation.heading[-1].strip()}" if citation.heading else ""
    return f"《{title}》{number}{where}：「{' '.join(citation.quote.split())}」"


def day(date: str) -> str:
    """Return an ISO date as it is written in Chinese: 2010-11-30 → 2010年11月30日; other texts as they are."""
    parts = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", date)
    return f"{parts[1]}年{int(parts[2])}月{int(parts[3])}日" if parts else date


def escaped(text: str) -> str:
    """Return text that stands as it is in HTML of one line."""
    return escape(text).replace("\r", "").replace("\n", "<br>")


def is_web(url: str) -> bool:
    """Tell whether an address leads to a page of the web, and nowhere else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _card(quoted: Sequence[tuple[int, Citation]], text: str | None, anchor: str, may_copy: bool) -> str:
    first = quoted[0][1]
    title = f'<span class="title">{escaped(first.title)}{_mark_derived(first, "title")}</span>'
    validity = f'<span class="validity">{escaped(first.validity)}</span>' if first.validity else ""
    quotes = "".join(_quote(number, citation, text, anchor, may_copy) for number, citation in quoted)
    return (
        f'<div class="source"><div class="document">{title}{validity}</div>'
        f"{_identity(first)}{_original(first.url)}{quotes}</div>"
    )


def _identity(citation: Citation) -> str:
    fields = {
        "number": citation.number,
        "issuer": citation.issuer,
        "issued": texts.ISSUED.format(date=day(citation.issued)) if citation.issued else None,
        "published": texts.PUBLISHED.format(date=day(citation.published)) if citation.published else None,
    }
    parts = [
        f'<span class="{name}">{escaped(value)}{_mark_derived(citation, name)}</span>'
        for name, value in fields.items()
        if value
    ]
    return f'<div class="identity">{"".join(parts)}</div>' if parts else ""


def _quote(number: int, citation: Citation, text: str | None, anchor: str, may_copy: bool) -> str:
    heading = "".join(f"<span>{escaped(part)}</span>" for part in citation.heading)
    path = f'<div class="heading">{heading}{_mark_derived(citation, "heading")}</div>' if heading else ""
    before, after = _around(text, citation)
    role = citation.role
    return (
        f'<div class="quote role-{role}" id="{escaped(anchor)}-{number}" tabindex="-1">'
        f'<div class="label"><span class="number">{number}</span>'
        f'<span class="role" title="{texts.ROLE_HINTS[role]}">{texts.ROLES[role]}</span>'
        f"{_copy(citation) if may_copy else ''}</div>{path}"
        f'<div class="paragraph">{escaped(before)}<mark>{escaped(citation.quote)}</mark>{escaped(after)}</div></div>'
    )


def _copy(citation: Citation) -> str:
    as_cited = f'<span class="as-cited" hidden>{escaped(cited(citation))}</span>'
    return f'<button type="button" class="act cite">{texts.COPY_CITATION}</button>{as_cited}'


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
    return f'<a class="original" href="{escaped(url)}" target="_blank" rel="noopener noreferrer">{texts.ORIGINAL}</a>'


def _mark_derived(citation: Citation, field: str) -> str:
    if field not in citation.derived:
        return ""
    return f'<span class="derived" title="{texts.DERIVED_HINT}">{texts.DERIVED}</span>'
