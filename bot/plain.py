"""Show answers, passages and documents as plain text for a terminal. Everything shown is untrusted: no control characters."""

import unicodedata
from collections.abc import Iterable, Sequence

from bot.answer import Answer, Citation

ROLES = {"proof": "依据", "scope": "适用范围", "near_miss": "相近内容"}


def answer_text(answer: Answer) -> str:
    """Return the reply, then its citations, the bot's remark and what could be asked next."""
    parts = [answer.text.strip()]
    parts += [_citation(n, citation) for n, citation in enumerate(answer.citations, 1)]
    if answer.note:
        parts.append(f"注：{answer.note}")
    if answer.suggestions:
        parts.append("\n".join(["可以这样问：", *(f"  {suggestion}" for suggestion in answer.suggestions)]))
    return clean("\n\n".join(part for part in parts if part))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows in columns that line up on a terminal, where a Chinese character is two columns wide."""
    cells = [list(header), *([clean(cell).replace("\n", " ") for cell in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)


def clean(text: str) -> str:
    """Return ``text`` with what could steer a terminal replaced.

    >>> clean("a\\x1b[2Jb")
    'a\ufffd[2Jb'
    """
    return "".join(c if c in "\n\t" or unicodedata.category(c) != "Cc" else "\ufffd" for c in text.replace("\r\n", "\n"))


def indented(text: str, by: str = "    ") -> str:
    """Return the lines of ``text`` moved to the right."""
    return "\n".join(by + line.strip() for line in text.splitlines() if line.strip())


def _citation(n: int, citation: Citation) -> str:
    names = [f"《{citation.title}》", citation.number, citation.issuer, citation.issued or citation.published]
    lines = [f"[{n}] {ROLES[citation.role]}：{' '.join(name for name in names if name)}"]
    if citation.heading:
        lines.append(indented(" > ".join(citation.heading)))
    lines.append(indented(f"“{citation.quote}”"))
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
