"""Read a saved web page: find its body, drop navigation and footers, keep its identity lines and its tables.

Knows pages and no particular site; the marks of a few content systems that many government sites run on are known.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from corpus.formats.extract import Extract, Tell, decoded, silent
from corpus.formats.grid import Cell, plain, table_lines
from corpus.formats.page import BLOCKS, Element, read_page
from corpus.identity import Given
from corpus.lines import FIELD_NAMES

_BODIES = frozenset(
    [
        "ucap-content",
        "pages_content",
        "zoom",
        "fontzoom",
        "trs_editor",
        "trs_editor_view",
        "trs_ueditor",
        "trs_preappend",
        "article-content",
        "article_content",
        "article-con",
        "article_con",
        "articlecon",
        "articlecontent",
        "news_content",
        "zw_content",
        "zwnr",
        "xxgk_content",
        "content_article",
        "contenttext",
        "content_body",
    ]
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navi|navbar|menu|breadcrumb|crumbs?|footer|foot|copyright|sidebar|share|bdshare\w*|toolbar"
    r"|pagination|related|recommend|friendlinks?|qrcode|ewm)(?:$|[\s_\d-])",
    re.I,
)
_IDENTITY = re.compile(rf"(?:{FIELD_NAMES})\s*[:：]")
_FIELD_LINE = re.compile(rf"(?:{FIELD_NAMES})\s*[:：].")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)\s*(https?://[^\s\"'<>]+)")
_LINKED = 0.6  # share of a block's characters inside links, above which it is a list of links
_MOST = 0.8  # share of a page's running text that its body holds
_LONGEST_TITLE = 120
_LAID_OUT = 0.6  # share of running text in a table, above which, with cells this long, it only lays text out
_LONGEST_CELL = 60  # characters, mean
_NEAR = 40  # pieces of text before a table in which the line over it is looked for


def extract(data: bytes, tell: Tell = silent) -> Extract:
    """Return the body of a page as text, its title and identity lines before it."""
    source, encoding = decoded(data)
    parsed, page, whole = read_page(source)
    _drop_furniture(page)
    body = _body(page)
    inside = list(_lines(body))
    lines = [*_head(parsed, page, frozenset(inside)), *inside]
    kept = sum(len("".join(line.split())) for line in lines)
    dropped = {"navigation and page furniture": whole - kept} if whole > kept else {}
    return Extract("\n".join(lines), "html", encoding, _given(parsed, source), dropped=dropped)


def _drop_furniture(page: Element) -> None:
    """Take out what calls itself navigation, and blocks that are nothing but links; annexes stay."""
    for element in list(page.all()):
        names = f"{element.attributes.get('class', '')} {element.attributes.get('id', '')}"
        named = element.attributes.get("role") == "navigation" or _FURNITURE.search(names)
        listed = element.tag in BLOCKS and element.links >= 3 and element.linked > _LINKED * element.characters
        if (named and not element.running) or (listed and element.characters < 20_000 and _is_list(element)):
            element.remove()


def _is_list(element: Element) -> bool:
    words = element.words()
    return "附件" not in words and not _IDENTITY.search(words)


def _body(page: Element) -> Element:
    """The element that holds the document: one that a known system marks, else the smallest that holds most of the text."""
    marked = [
        e
        for e in page.all()
        if {e.attributes.get("id", "").lower(), *e.attributes.get("class", "").lower().split()} & _BODIES
    ]
    best = max(marked, key=lambda element: element.characters, default=None)
    if best is not None and best.running > page.running / 2:
        return best
    body = found = page
    while True:
        inner = next((e for e in body.elements if page.running and e.running >= _MOST * page.running), None)
        if inner is None or inner.tag in ("p", "pre", "span", "font", "a"):
            return found
        body = inner
        if body.tag not in ("tbody", "tr"):  # a part of a table is no place of its own
            found = body


def _head(parsed: LexborHTMLParser, page: Element, inside: frozenset[str]) -> Iterator[str]:
    """The title and the identity lines that stand outside of the body."""
    title = _title(parsed, page)
    if title and not any(title in line for line in inside):
        yield title
    seen = set(inside)
    for element in page.all("table", "ul", "dl", "div", "p"):
        if element.characters < 1500 and not any(True for _ in element.all("table", "ul", "dl", "div")):
            for line in _lines(element):
                if _FIELD_LINE.match(line) and line not in seen:
                    seen.add(line)
                    yield line


def _title(parsed: LexborHTMLParser, page: Element) -> str:
    """The title that the page names or shows."""
    if named := parsed.css_first("meta[name='ArticleTitle' i]"):
        return plain(named.attributes.get("content") or "")[:_LONGEST_TITLE]
    window = plain(node.text()) if (node := parsed.css_first("title")) else ""
    for element in page.all():
        shown = plain(element.words()) if 6 <= element.characters <= _LONGEST_TITLE else ""
        if shown and (element.tag == "h1" or (shown in window and element.tag in BLOCKS)):
            return shown
    return ""


def _given(parsed: LexborHTMLParser, source: str) -> Given:
    """The address that a browser or the site has written into the page."""
    link = parsed.css_first("link[rel=canonical]")
    saved = _SAVED_FROM.search(source[:4000])
    address = saved[1] if saved else ((link.attributes.get("href") or "") if link else "")
    return Given(url=address if urlsplit(address).scheme in ("http", "https") and len(address) < 500 else None)


def _lines(element: Element) -> Iterator[str]:
    """Yield the lines of an element as a reader sees them, a table's in lines that each stand for themselves."""
    for line in _shown(element).split("\n"):
        if line := re.sub(r"[ \t\r\f\v\xa0\u3000]+", " ", line).strip(" "):
            yield line


def _shown(top: Element) -> str:
    """The text of an element, blocks on lines of their own."""
    parts: list[str] = []
    waiting: list[Element | str] = [top]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            parts.append(item if item == "\n" else re.sub(r"\s+", " ", item))
        elif item.tag == "table" and _is_data(item):
            parts += ["\n", "\n".join(table_lines(list(_cells(item)), _last_line(parts))), "\n"]
        elif item.tag in ("td", "th"):
            waiting += [" ", *item.children[::-1]]
        elif item.tag in BLOCKS:
            parts.append("\n")
            waiting += ["\n", *item.children[::-1]]
        else:
            waiting += item.children[::-1]
    return "".join(parts)


def _last_line(parts: Sequence[str]) -> str:
    """The last line that was written, of what stood directly before."""
    return "".join(parts[-_NEAR:]).rstrip().rpartition("\n")[2].strip()


def _is_data(table: Element) -> bool:
    """Whether a table holds data: none inside it, rows of several cells, and cells that are not pages of their own."""
    if any(True for _ in table.all("table")):
        return False
    rows = [list(_row_cells(row)) for row in table.all("tr")]
    wide, cells = sum(len(row) > 1 for row in rows), sum(map(len, rows))
    if table.running > _LAID_OUT * table.characters and table.characters > _LONGEST_CELL * cells:
        return False
    blocks = sum(1 for _ in table.all("p", "div", "h1", "h2", "h3", "li"))
    return wide >= 1 and wide >= 0.4 * len(rows) and blocks <= 4 * cells


def _row_cells(row: Element) -> Iterator[Element]:
    return (cell for cell in row.elements if cell.tag in ("td", "th"))


def _cells(table: Element) -> Iterator[Cell]:
    """Yield the cells of a table at their places, as rowspan and colspan set them."""
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(table.all("tr")):
        x = 0
        for cell in _row_cells(row):
            while (y, x) in taken:
                x += 1
            columns, rows = _count(cell, "colspan"), _count(cell, "rowspan")
            taken.update((y + dy, x + dx) for dy in range(rows) for dx in range(columns))
            yield Cell(y, x, cell.words(), rows, columns, cell.tag == "th")
            x += columns


def _count(cell: Element, name: str) -> int:
    value = cell.attributes.get(name, "1")
    return min(max(int(value), 1), 200) if value.isdecimal() and len(value) < 6 else 1
