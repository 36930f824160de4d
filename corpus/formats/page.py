"""A web page as a light tree whose elements know how much text and how many links they hold. Knows HTML, no document."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

_UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "canvas",
        "select",
        "button",
        "input",
        "textarea",
        "head",
        "video",
        "audio",
        "map",
        "nav",
        "footer",
        "aside",
    ]
)
BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_KEPT = ("class", "id", "role", "style", "hidden", "aria-hidden", "colspan", "rowspan")
_DEEPEST = 400  # elements inside each other; what lies deeper counts as beside
_RUNNING = 24  # characters, from which on a line with a comma or a stop reads like text
_STOPS = re.compile("[，。；、]|[,.;] ")


@dataclass(slots=True, eq=False)
class Element:
    """An element with what it holds, in order."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)
    characters: int = 0  # that are no blanks
    linked: int = 0  # of them, inside links
    links: int = 0
    running: int = 0  # of them, in lines that read like text

    @property
    def elements(self) -> Iterator["Element"]:
        """The elements directly inside."""
        return (child for child in self.children if isinstance(child, Element))

    def all(self, *tags: str) -> Iterator["Element"]:
        """Yield the elements inside with one of these tags (none given: every one), from the top."""
        waiting = list(self.elements)[::-1]
        while waiting:
            element = waiting.pop()
            if not tags or element.tag in tags:
                yield element
            waiting += list(element.elements)[::-1]

    def remove(self) -> None:
        """Take the element out of its parent."""
        if self.parent is not None:
            self.parent.children = [child for child in self.parent.children if child is not self]
            up: Element | None = self.parent
            while up is not None:
                up.characters, up.linked = up.characters - self.characters, up.linked - self.linked
                up.links, up.running = up.links - self.links, up.running - self.running
                up = up.parent
            self.parent = None

    def words(self) -> str:
        """Return the text inside, in one line."""
        waiting: list[Element | str] = [self]
        parts: list[str] = []
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                parts.append(item)
            else:
                if item.tag in BLOCKS:
                    parts.append(" ")
                waiting += item.children[::-1]
        return " ".join("".join(parts).split())


def read_page(source: str) -> tuple[LexborHTMLParser, Element, int]:
    """Return the parsed page, its body as a tree of what can be seen, and the characters in all."""
    parsed = LexborHTMLParser(source)
    body = Element("body", {})
    unseen = 0
    for node, parent in _walk(parsed.body, body):
        if isinstance(node, str):
            parent.children.append(node)
            continue
        unseen += len("".join(node.text().split())) if node.tag in ("nav", "footer", "aside") else 0
    _weigh(body)
    return parsed, body, body.characters + unseen


def _walk(top: LexborNode | None, body: Element) -> Iterator[tuple[LexborNode | str, Element]]:
    """Copy the tree below ``top`` into ``body`` and yield its texts, and what is left out, with what they lie in."""
    node = top.child if top is not None else None
    parent, depth = body, 0
    while node is not None:
        tag, inner = node.tag, None
        if tag == "-text":
            yield node.text_content or "", parent
        elif tag in _UNSEEN or _hidden(node):
            yield node, parent
        elif not tag.startswith(("-", "!")):
            element = Element(tag, _attributes(node), parent)
            parent.children.append(element)
            inner = node.child
        if inner is not None:
            depth += 1
            node, parent = inner, element if depth < _DEEPEST else parent
            continue
        while (following := node.next) is None:
            if not depth or node.parent is None:
                return
            node = node.parent
            if depth < _DEEPEST and parent.parent is not None:
                parent = parent.parent
            depth -= 1
        node = following


def _attributes(node: LexborNode) -> dict[str, str]:
    found = node.attributes
    return {name: found[name] or "" for name in _KEPT if name in found} if found else {}


def _hidden(node: LexborNode) -> bool:
    found = node.attributes
    style = (found.get("style") or "").replace(" ", "").lower()
    return "hidden" in found or "display:none" in style


def _weigh(body: Element) -> None:
    """Count bottom up, in one pass."""
    order = [body, *body.all()]
    for element in reversed(order):
        line: list[str] = []
        for child in element.children:
            if isinstance(child, str):
                line.append(child)
                element.characters += len("".join(child.split()))
                continue
            element.characters += child.characters
            element.linked += child.characters if child.tag == "a" else child.linked
            element.links += child.links + (child.tag == "a")
            element.running += child.running
            if child.tag in BLOCKS:
                element.running += _reads("".join(line))
                line = []
            elif not child.running:
                line.append(child.words() if child.characters < 2000 else "")
        element.running += _reads("".join(line)) if element.tag in BLOCKS else 0


def _reads(line: str) -> int:
    line = "".join(line.split())
    return len(line) if len(line) >= _RUNNING and _STOPS.search(line) else 0
