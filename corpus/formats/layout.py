"""Put the lines of pages together again: running heads and page numbers out, lines that were wrapped joined. Knows no format."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.fold import fold
from corpus.lines import kind_of
from corpus.markers import marker_at
from corpus.numbers import find_numbers

_EDGE = 2  # lines at the top and the foot of a page that may be its running head or number
_OFTEN = 0.6  # share of the pages that a running head stands on
_LONGEST_HEAD = 30  # characters
_FEWEST = 3  # pages, from which on something can recur
_ENDS = "。!?;:…\"')》」』"
_FULL = 0.82  # share of the page's width that a line fills which goes on: the first of a paragraph is indented
_NARROWEST = 24  # columns of a page whose lines are wrapped
_NUMBER = re.compile(  # OCR reads the dashes around it as 一
    r"[\W一]*(?:第?\s*\d{1,4}\s*页?(?:\s*[/,，共]\s*共?\s*\d{1,4}\s*页?)?|[ivxlc]{1,6})[\W一]*", re.I
)


class Table(str):
    """A line that was a row of a table: it is never joined with its neighbours."""

    __slots__ = ()


def join_pages(pages: Sequence[Sequence[str]]) -> tuple[str, int]:
    """Return the text of pages, given as lines, and how many characters of running heads and numbers were left out."""
    heads = _recurring(pages)
    kept: list[str] = []
    dropped = 0
    for page in pages:
        body = [line for line in page if line.strip()]
        for i, line in enumerate(body):
            at_edge = i < _EDGE or i >= len(body) - _EDGE
            if at_edge and not isinstance(line, Table) and (_key(line) in heads or _is_number(line, len(pages))):
                dropped += len("".join(line.split()))
            else:
                kept.append(line)
    return "\n".join(_unwrapped(kept)), dropped


def _key(line: str) -> str:
    """What makes a running head the same on every page; "" of what reads like text, or is only a number."""
    reads = len(line.strip()) > _LONGEST_HEAD or re.search("[，。；]", line)
    return "" if reads else re.sub(r"[\d\W_]+", "", line)


def _recurring(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    if len(pages) < _FEWEST:
        return frozenset()
    met: Counter[str] = Counter()
    for page in pages:
        body = [line for line in page if line.strip()]
        met.update({key for line in (*body[:_EDGE], *body[-_EDGE:]) if (key := _key(line))})
    return frozenset(key for key, count in met.items() if count >= max(_FEWEST, _OFTEN * len(pages)))


def _is_number(line: str, pages: int) -> bool:
    """A page number on a line of its own; a lone figure of a single page may be anything."""
    return _NUMBER.fullmatch(line) is not None and (pages > 1 or not line.strip().isdecimal())


def _unwrapped(lines: Sequence[str]) -> Iterator[str]:
    """Join what was wrapped, between tables."""
    run: list[str] = []
    for line in [*lines, Table("")]:
        if not isinstance(line, Table):
            run.append(line)
            continue
        if run:
            yield from _paragraphs("\n".join(run))
            run = []
        if line:
            yield line


def _paragraphs(text: str) -> Iterator[str]:
    """Join the lines that a page's width has parted; on a page, unlike in a text file, every line is cut there."""
    lines = [line.strip(" \t\u3000") for line in text.split("\n")]
    folded = [fold(line) for line in lines]
    widths = sorted(map(_columns, folded))
    width = widths[len(widths) * 9 // 10]
    held = ""
    for i, line in enumerate(lines):
        held = f"{held}{_glue(held, line)}{line}"
        if i + 1 == len(lines) or not _goes_on(folded[i], folded[i + 1], width):
            yield held
            held = ""


def _goes_on(line: str, following: str, width: int) -> bool:
    if not line or not following or line[-1] in _ENDS or _columns(line) < _FULL * width or width < _NARROWEST:
        return False
    if marker_at(following, 0) or "  " in line or kind_of(following) != "plain" or kind_of(line) != "plain":
        return False
    return not find_numbers(following[:40]) or find_numbers(following[:40])[0].start > 0


def _columns(line: str) -> int:
    return len(line) + sum(char >= "\u2e80" for char in line)


def _glue(before: str, after: str) -> str:
    """A blank between words of Latin letters, nothing between Chinese characters."""
    return " " if before and after and before[-1].isascii() and after[0].isascii() and before[-1] != "-" else ""
