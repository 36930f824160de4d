"""Show answers, passages and documents as plain text for a terminal. All of it is untrusted: no control characters."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.answer import Answer, Citation
from bot.inquiry import Found

ROLES = {"proof": "依据", "scope": "适用范围", "near_miss": "相近内容"}


def answer_text(answer: Answer) -> str:
    """Return the reply, then its citations, the bot's remark and what could be asked next."""
    parts = [answer.text.strip()]
    parts += [_citation(n, citation) for n, citation in enumerate(answer.citations, 1)]
    if answer.note:
        parts.append(f"注：{answer.note}")
    if answer.suggestions:
        parts.append("\n".join(["可以这样问：", *(f"    {suggestion}" for suggestion in answer.suggestions)]))
    return _clean("\n\n".join(part for part in parts if part))


def passages_text(found: Iterable[Found]) -> str:
    """Return the passages in their order, each with its score and the parts of it."""
    return _clean("\n\n".join(_passage(n, each) for n, each in enumerate(found, 1)) or "没有找到相关段落。")


def documents_text(entries: Sequence[Mapping[str, Any]]) -> str:
    """Return the entries of a catalogue as a table."""
    header = ("id", "title", "number", "issuer", "region", "date", "passages")
    dated = [{**entry, "date": entry["issued"] or entry["published"]} for entry in entries]
    rows = [[_clean(str(entry[name] or "-")).replace("\n", " ") for name in header] for entry in dated]
    return _table([list(header), *rows])


def _citation(n: int, citation: Citation) -> str:
    names = (f"《{citation.title}》", citation.number, citation.issuer, citation.issued or citation.published)
    lines = [f"[{n}] {ROLES[citation.role]}：{' '.join(name for name in names if name)}"]
    lines += _indented(" > ".join(citation.heading)) + _indented(f"“{citation.quote}”")
    return "\n".join(lines)


def _passage(n: int, found: Found) -> str:
    parts = ", ".join(f"{name} {score:.3f}" for name, score in found.parts.items())
    names = (f"《{found.document.title}》", found.document.number, found.passage.id)
    lines = [f"{n}. {found.score:.3f} ({parts})  {' '.join(name for name in names if name)}"]
    lines += _indented(" > ".join(found.passage.headings)) + _indented(found.passage.text)
    return "\n".join(lines)


def _indented(text: str) -> list[str]:
    return [f"    {line.strip()}" for line in text.splitlines() if line.strip()]


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Line up the columns on a terminal, where a Chinese character is two wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _clean(text: str) -> str:
    """Replace what could steer a terminal; a line of a Windows file ends as a line."""
    text = text.replace("\r\n", "\n")
    return "".join(char if char in "\n\t" or unicodedata.category(char) != "Cc" else "\ufffd" for char in text)
