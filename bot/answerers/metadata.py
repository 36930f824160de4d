"""Answer what a document says of itself: its number, its dates, who issued it, what it passes on; and which documents there are."""

import re
from collections.abc import Sequence

from bot.answerers.particulars import PARTICULARS, answer_particular, asks_outside, signed_inside
from bot.answerers.places import places_of
from bot.inquiry import Draft, Evidence, Inquiry
from bot.reply import marks, named
from bot.slots import covers, document_years, line_of
from corpus.cleaner import clean
from corpus.document import Document, Span
from corpus.fold import fold

IDENTITY = {
    "number": "文号", "issued": "成文日期", "published": "发布日期", "issuer": "发文机关",
    "title": "标题", "validity": "有效性", **PARTICULARS,
}  # fmt: skip
_MOST = 12
_OPENING = 12  # sentences, among which a document says what it rests on
_CODE = re.compile(r"(?<![a-z0-9])(?=[a-z0-9/-]*[a-z/-])(?=(?:[a-z/-]*\d){5})[a-z0-9][a-z0-9/-]{6,}")
_SEVERAL = re.compile(r"和|与|及|、|,|各|分别|还有")
_WHICH = re.compile(r"哪(?:一?[份个])?(?:文件|政策|文|意见|通知)|什么文件")
_BASIS = re.compile(
    r"(?:根据|依据|按照|遵照|贯彻|落实|实施|和|、)[^。;《》]{0,16}(?P<name>《[^》]{4,80}》(?:\s*\([^()]{2,12}\(\d{4}\)\s*\d+号\))?)"
)


def answer_metadata(inquiry: Inquiry, document: Document) -> Draft | None:
    """Draft the answer to a question for identity fields of ``document``; None where the document does not have the first."""
    u = inquiry.understood
    lines = _labelled(u.folded, document)
    several = _SEVERAL.search(u.folded) is not None
    drafts = [_from_lines(document, lines)] if lines and u.field != "encloses" else []
    fields = [f for f in u.fields if f != "label"] if several or not drafts else []
    drafts += [d for f in fields[: None if several else 1] if (d := _of_field(u.folded, f, document))]
    drafts += [d for d in [_coded(u.folded, document)] if d]
    return together(drafts) if drafts else None


def _of_field(question: str, field: str, document: Document) -> Draft | None:
    if field == "encloses":
        return _enclosed(document, re.search(r"谁|哪(?:个|家)?(?:单位|部门|机关|机构|局|委)", question) is not None)
    if field in PARTICULARS:
        return answer_particular(field, document)
    inside = signed_inside(question, document) if field == "issued" else None
    if inside and not asks_outside(question):
        return inside
    value, span = getattr(document, field, None), document.evidence.get(field)
    if not value or span is None:
        return None
    shown = _date(value) if field in ("issued", "published") else value
    derived = "（推定）" if field in document.derived else ""
    evidence = Evidence("proof", document, line_of(document.text, span))
    own = Draft("answered", shown, f"{named(document)}的{IDENTITY[field]}是**{shown}**{derived}。[1]", (evidence,))
    return together([inside, own]) if inside else own


def together(drafts: Sequence[Draft]) -> Draft:
    """Return one draft that says what several say; what the same lines prove is said once."""
    evidence: list[Evidence] = []
    answers, texts = [], []
    for draft in drafts:
        if all(e in evidence for e in draft.evidence):
            continue
        numbers = {str(n): str(len(evidence) + n) for n in range(1, len(draft.evidence) + 1)}
        texts.append(re.sub(r"\[(\d+)\]", lambda m, numbers=numbers: f"[{numbers[m[1]]}]", draft.text))
        evidence += draft.evidence
        answers.append(draft.answer)
    return Draft("answered", "；".join(answers), "\n\n".join(texts), tuple(evidence))


def _coded(question: str, document: Document) -> Draft | None:
    """The registration code of a document of which the question says how it begins: ABCD开头的编号."""
    begins = re.search(r"(?P<head>[a-z]{2,})(?:开头|打头|那个?编?号)", question)
    folded = fold(document.text)
    code = next((m for m in _CODE.finditer(folded) if begins and m[0].startswith(begins["head"])), None)
    if code is None:
        return None
    shown = document.text[code.start() : code.end()]
    proof = Evidence("proof", document, line_of(document.text, Span(*code.span())))
    return Draft("answered", shown, f"{named(document)}上的编号是**{shown}**。[1]", (proof,))


def answer_basis(inquiry: Inquiry, document: Document) -> Draft | None:
    """Draft what a document rests on: the titles that its opening says it follows; None where it says none."""
    folded, u = fold(document.text), inquiry.understood
    for sentence in [s for s in clean(document.text) if s.kind == "body"][:_OPENING]:
        cited = [Span(m.start("name"), m.end("name")) for m in _BASIS.finditer(folded, sentence.start, sentence.end)]
        if not cited:
            continue
        wanted = [c for c in cited if _by_whom(u.folded, folded[max(sentence.start, c.start - 16) : c.end])]
        names = [c.of(document.text) for c in (wanted or cited)]
        evidence = Evidence("proof", document, sentence.span)
        said = "、".join(f"**{name}**" for name in names)
        return Draft("answered", "；".join(names), f"{named(document)}依据的是{said}。[1]", (evidence,))
    return None


def _by_whom(question: str, words: str) -> bool:
    asked = re.search(r"国务院|中央|国家|省", question)
    return asked is not None and asked[0] in words


def _labelled(question: str, document: Document) -> list[Span]:
    """The lines of a document's own table, 索引号：…, whose names the question says and that are not empty."""
    folded = fold(document.text)
    lines = [Span(s.start, s.end) for s in clean(document.text) if s.kind == "field"]
    parted = [(line, *line.of(folded).split(":", 1)) for line in lines if ":" in line.of(folded)]
    return [line for line, name, value in parted if value.strip() and re.sub(r"\s", "", name) in question]


def _from_lines(document: Document, lines: Sequence[Span]) -> Draft:
    values = [re.split(r"[:：]", line.of(document.text), maxsplit=1) for line in lines]
    said = "；".join(f"{''.join(name.split())}：**{value.strip()}**[{n}]" for n, (name, value) in enumerate(values, 1))
    answer = "；".join(value.strip() for _, value in values)
    evidence = tuple(Evidence("proof", document, line_of(document.text, line)) for line in lines)
    return Draft("answered", answer, f"{named(document)}的{said}。", evidence)


def _enclosed(document: Document, whose: bool) -> Draft | None:
    if not document.encloses or document.encloses[0].span is None:
        return None
    inner = document.encloses[0]
    by = f"{inner.issuer}" if inner.issuer else ""
    text = f"{named(document)}转发的是{by}**《{inner.title}》**。[1]"
    answer = f"{by if whose else ''}《{inner.title}》"
    return Draft("answered", answer, text, (Evidence("proof", document, line_of(document.text, inner.span)),))


def _date(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{int(year)}年{int(month)}月{int(day)}日"


def answer_source(proof: Evidence) -> Draft:
    """Draft the answer to 「这是哪个文件规定的」: the document that the proof stands in."""
    document = proof.document
    quote = " ".join(proof.span.of(document.text).split())
    text = f"出自{named(document)}：\n\n> {quote}[1]"
    return Draft("answered", named(document), text, (proof,))


def answer_documents(inquiry: Inquiry, documents: Sequence[Document]) -> Draft | None:
    """Draft the list of the documents on record that fit the place and year asked for; None if none does."""
    u = inquiry.understood
    places = places_of(u)
    issued = [d for d in documents if d.issuer and fold(d.issuer) in u.folded]  # by whom the question names
    fits = [
        d
        for d in documents
        if (not places or any(covers(place, d) for place in places))
        and (not u.years or set(u.years) & document_years(d))
        and (not u.content or inquiry.terms.share(d.title.lower()) > 0.3 or places or d in issued)
        and (d in issued or not issued)
    ]
    shown = [(d, e) for d in fits if (e := identity_evidence(d))][:_MOST]
    if not shown:
        return None
    lines = [f"- {named(d)}{marks([n])}" for n, (d, _) in enumerate(shown, 1)]
    more = f"\n\n另有 {len(fits) - len(shown)} 份未列出。" if len(fits) > len(shown) else ""
    text = f"所收录的文件中有 {len(fits)} 份符合：\n\n" + "\n".join(lines) + more
    return Draft("answered", "；".join(named(d) for d, _ in shown), text, tuple(e for _, e in shown))


def answer_code(inquiry: Inquiry, documents: Sequence[Document]) -> Draft | None:
    """Draft which document a registration code stands on: CZCR-2010-00011 是哪份文件的编号; None where none is asked for."""
    u = inquiry.understood
    for code in _CODE.findall(u.folded) if _WHICH.search(u.folded) else ():
        for document in documents:
            at = fold(document.text).find(code)
            if at >= 0:
                proof = Evidence("proof", document, line_of(document.text, Span(at, at + len(code))))
                return Draft("answered", named(document), f"这是{named(document)}上的编号。[1]", (proof,))
    return None


def identity_evidence(document: Document) -> Evidence | None:
    """Return what proves that a document is what it is called: its title's, number's or issuer's own words."""
    for name in ("title", "number", "issuer"):
        if span := document.evidence.get(name):
            return Evidence("proof", document, line_of(document.text, span))
    return None
