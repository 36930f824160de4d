"""Answer what a document says of its own form: whom it is sent to, what is attached to it, when what it passes on was signed."""

import re
from collections.abc import Iterator

from bot.inquiry import Draft, Evidence
from bot.reply import named
from bot.slots import line_of
from corpus.document import Document, Enclosed, Span
from corpus.fold import fold
from corpus.numerals import find_dates

PARTICULARS = {"addressees": "主送机关", "attachment": "附件"}
_LINES = 40  # lines of a document, among which the one stands that says whom it is sent to
_LONGEST = 300
_ADDRESSED = re.compile(
    r"^(?:各|省|市|县|区|国务院)[^。;!?《》]*?(?:政府|委员会|部门|单位|机构|机关|企业|公司|院校|局|厅|委|办|院|行|社|镇|街道)[^。;!?:《》]*:$"
)
_ATTACHED = re.compile(r"^附件?\d?\s*:\s*(?P<what>\S.*)$")
_PASSES_ON = re.compile(r"转发|印发|批转")


def answer_particular(field: str, document: Document) -> Draft | None:
    """Draft whom a document is sent to (``addressees``) or what is attached (``attachment``); None where no line says it."""
    spans = list(_addressed(document) if field == "addressees" else _attached(document))
    if not spans:
        return None
    values = [" ".join(span.of(document.text).split()).rstrip("：:") for span in spans]
    evidence = tuple(Evidence("proof", document, line_of(document.text, span)) for span in spans)
    said = "；".join(f"**{value}**[{n}]" for n, value in enumerate(values, 1))
    return Draft("answered", "；".join(values), f"{named(document)}的{PARTICULARS[field]}：{said}。", evidence)


def _lines(document: Document) -> Iterator[Span]:
    start = 0
    for line in document.text.splitlines(keepends=True):
        if line.strip():
            before = len(line) - len(line.lstrip())
            yield Span(start + before, start + before + len(line.strip()))
        start += len(line)


def _addressed(document: Document) -> Iterator[Span]:
    folded = fold(document.text)
    for n, line in enumerate(_lines(document)):
        if n >= _LINES:
            return
        if line.end - line.start <= _LONGEST and _ADDRESSED.match(line.of(folded)):
            yield line
            return


def _attached(document: Document) -> Iterator[Span]:
    folded = fold(document.text)
    for line in _lines(document):
        if line.end - line.start <= _LONGEST and (match := _ATTACHED.match(line.of(folded))):
            yield Span(line.start + match.start("what"), line.end)


def signed_inside(question: str, document: Document) -> Draft | None:
    """Draft when what a document passes on was signed, where the folded question names who made it; None where it does not."""
    inner = next((e for e in document.encloses if e.issued and _named(e, question)), None)
    if inner is None or inner.issued is None:
        return None
    date = next((d for d in find_dates(fold(document.text)) if d.iso == inner.issued), None)
    if date is None:
        return None
    year, month, day = (int(part) for part in inner.issued.split("-"))
    shown = f"{year}年{month}月{day}日"
    evidence = Evidence("proof", document, line_of(document.text, Span(date.start, date.end)))
    text = f"{named(document)}转发的{inner.issuer or ''}《{inner.title}》的落款日期是**{shown}**。[1]"
    return Draft("answered", shown, text, (evidence,))


def asks_outside(question: str) -> bool:
    """Tell whether a folded question asks for the document that passes on as well."""
    return _PASSES_ON.search(question) is not None


def _named(inner: Enclosed, question: str) -> bool:
    return inner.issuer is not None and fold(inner.issuer) in question
