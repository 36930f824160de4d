"""Answer what the documents on record say of one that is not on record, but that they cite by its number."""

import re
from collections.abc import Sequence

from bot.answerers.facts import answer_fact, facts, pool
from bot.inquiry import Draft, Evidence, Inquiry
from bot.reply import named, quoted
from corpus.cleaner import clean
from corpus.document import Document, Span
from corpus.fold import fold
from corpus.numbers import find_numbers

_SUBJECT = 3  # characters of what is asked of a document that is only cited
_SURE = 0.75  # share of a question that a sentence must hold to answer for a document that it only cites
_TITLED = re.compile(r"(?P<title>《[^《》]{4,80}》)\s*\(?$")
_RELATED = re.compile(r"关系|关联|联系|结合|配套")


def answer_cited(inquiry: Inquiry) -> Draft | None:
    """Draft what a cited document is called, or what a sentence that cites it says; None where nothing does."""
    u = inquiry.understood
    if u.field == "title":
        return _called(inquiry)
    subject = re.sub(r"通知|文件|意见|精神|内容|主要|讲|说", "", u.content.replace(" ", ""))
    if u.kind == "metadata" or len(subject) < _SUBJECT:
        return None
    numbers = set(u.numbers)
    candidates = [c for c in facts(inquiry, pool(inquiry)) if numbers & {n.number for n in find_numbers(fold(c.text))}]
    return answer_fact(inquiry, [c for c in candidates if c.share >= _SURE])


def answer_relation(inquiry: Inquiry, documents: Sequence[Document]) -> Draft | None:
    """Draft how one of ``documents`` stands to another that the question names and it cites; None where none is asked for."""
    u = inquiry.understood
    if not _RELATED.search(u.folded):
        return None
    for document in documents:
        for span, numbers in _citing(document):
            if numbers & (set(u.numbers) - {document.number}):
                quote = " ".join(span.of(document.text).split())
                return Draft(
                    "answered", quote, f"{named(document)}写道：\n\n> {quote}[1]", (Evidence("proof", document, span),)
                )
    return None


def _called(inquiry: Inquiry) -> Draft | None:
    wanted = set(inquiry.understood.numbers)
    for own in {f.document.id: f.document for f in pool(inquiry)}.values():
        folded = fold(own.text)
        for number in find_numbers(folded):
            title = _TITLED.search(folded, max(0, number.start - 90), number.start)
            span = next((span for span, _ in _citing(own) if span.start <= number.start < span.end), None)
            if number.number in wanted and title and span:  # in the text itself, not in a table of its identity
                name = own.text[title.start("title") : title.end("title")]
                text = f"**{name}**[1]\n\n没有收录它的全文，这里只有引用它的文件。\n\n{quoted(own, span.of(own.text), [1])}"
                return Draft("answered", name, text, (Evidence("proof", own, span),))
    return None


def _citing(document: Document) -> list[tuple[Span, set[str]]]:
    """The sentences of a document that cite others by number, with the numbers."""
    folded = fold(document.text)
    sentences = [Span(s.start, s.end) for s in clean(document.text) if s.kind == "body"]
    return [(s, found) for s in sentences if (found := {n.number for n in find_numbers(s.of(folded))})]
