"""The words of a reply in Chinese. Everything it states comes from a document's identity or from what is quoted."""

from collections.abc import Sequence

from corpus.document import Document, Target

CITED = "[{n}]"


def named(document: Document) -> str:
    """《标题》（文号）"""
    title = document.title.replace("《", "〈").replace("》", "〉")
    return f"《{title}》" + (f"（{document.number}）" if document.number else "")


def marks(numbers: Sequence[int]) -> str:
    """[1][2]"""
    return "".join(f"[{n}]" for n in numbers)


def figure(document: Document, target: Target, numbers: Sequence[int]) -> str:
    """A target in a sentence: whose, by when, what, how much."""
    year = f"{target.year}年" if target.year and target.deadline else ""
    scope = f"（{target.scope}）" if target.scope and target.scope not in target.indicator else ""
    when = f"，{year}目标" if year and not target.reached else ""
    return f"{target.indicator}{scope}：**{target.quantity}**{when}。{marks(numbers)}\n\n依据{named(document)}。"


def quoted(document: Document, quote: str, numbers: Sequence[int]) -> str:
    """A quotation with where it stands."""
    return f"{named(document)}：\n\n> {' '.join(quote.split())}{marks(numbers)}"
