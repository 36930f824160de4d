"""Let a chat model write the answer from numbered passages; a sentence is shown only once it is proven.

Nothing of the model's is trusted: what its sentences claim is looked for in the passages that they name, and the quotes
that prove it are cut from the documents. Raises ModelFault where no answer comes of it.
"""

import logging
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.answerers.citing import cite
from bot.claims import claims_of, grams
from bot.ground import Gate
from bot.inquiry import Draft, Evidence, Found, Inquiry
from bot.model.chat_model import ChatModel, Message, Usage
from bot.model.faults import ModelFault
from bot.model.reading import Reading, Said
from bot.reply import marks, named, source_line
from corpus.fold import fold
from prompts.loader import prompt

_log = logging.getLogger(__name__)
_ABOUT = 0.4  # share of the question that an answer must hold, in its quotes or in the names over them
_SAYS = 0.8  # share of a short answer's words that the sentences must hold
_LONGEST_SHORT = 120
_NOTHING = ("没有找到", "未找到", "没有相关", "未提及", "没有提到", "没有规定")
SCHEMA = {
    "type": "object",
    "properties": {
        "answer": {"type": "string"},
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "passages": {"type": "array", "items": {"type": "integer"}}},
                "required": ["text", "passages"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["answer", "sentences"],
    "additionalProperties": False,
}


@dataclass
class Writing:
    """An answer in the making: its sentences with their markers, the evidence that they count, what was left out."""

    inquiry: Inquiry
    found: Sequence[Found]
    usage: Usage
    evidence: list[Evidence] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # a break at the end of those that end a line
    short: str = ""
    dropped: int = 0
    _waiting: list[Said] = field(default_factory=list)
    _last: tuple[int, ...] = ()

    def take(self, said: Said) -> Iterator[str]:
        """Yield what may be shown of a sentence; one without a passage takes that of its neighbours."""
        numbers = tuple(n for n in said.passages if 1 <= n <= len(self.found))
        if said.passages and len(numbers) < len(said.passages):  # it names a passage that does not exist
            self.dropped += 1
        elif numbers:
            waiting, self._waiting, self._last = self._waiting, [], numbers
            for each in [*waiting, said]:
                yield from self._shown(each, numbers)
        elif self._last and self._proven(said, self._last):
            yield from self._shown(said, self._last)
        else:
            self._waiting.append(said)
        if said.ends_line:
            self.dropped += sum(not _says_nothing(each.text) for each in self._waiting)
            self._waiting = []

    def _proven(self, said: Said, numbers: Sequence[int]) -> list[Evidence] | None:
        return cite(self.inquiry, said.text, [self.found[n - 1] for n in numbers])

    def _shown(self, said: Said, numbers: Sequence[int]) -> Iterator[str]:
        evidence = self._proven(said, numbers)
        if not evidence:
            _log.info("a sentence of the model's is not proven and left out")
            self.dropped += not _says_nothing(said.text)
            return
        self.evidence += [e for e in evidence if e not in self.evidence]
        line = said.text + marks([self.evidence.index(e) + 1 for e in evidence]) + ("\n" if said.ends_line else "")
        self.lines.append(line)
        yield line


def write(
    model: ChatModel, inquiry: Inquiry, draft: Draft, found: Sequence[Found], config: Any = None
) -> Iterator[str | Writing]:
    """Yield the sentences that are proven as they come, then the writing. Raises ModelFault, also amid the sentences."""
    usage = Usage(model.name)
    while True:
        writing = Writing(inquiry, found, usage)
        try:
            yield from _written(model, writing, config)
            break
        except ModelFault as fault:
            if writing.lines or not _worth_another(fault, model, found):
                raise
            usage = writing.usage
            found = found[: len(found) // 2] if fault.kind == "long" else found
    if not writing.lines or not _answers(writing, draft):
        raise ModelFault("unproven")
    yield writing


def _worth_another(fault: ModelFault, model: ChatModel, found: Sequence[Found]) -> bool:
    """Fewer passages where they were too long, plain text where the object could not be read."""
    return (fault.kind == "long" and len(found) > 1) or (
        fault.kind == "unreadable" and model.structured and model.asks_less()
    )


def draft_of(writing: Writing, draft: Draft) -> Draft:
    """Return what was written as a draft; ``draft`` is the extractive one, whose short answer serves where the model's does not."""
    text = "".join(writing.lines).strip()
    documents = list({e.document.id: e.document for e in writing.evidence if e.role == "proof"}.values())
    text += "\n\n" + source_line(documents)
    status = "partial" if draft.status == "partial" else "answered"
    return Draft(status, _short(writing, draft), text, tuple(writing.evidence), suggestions=draft.suggestions)


def _written(model: ChatModel, writing: Writing, config: Any) -> Iterator[str]:
    reading = Reading()
    reply = model.reply(_messages(model, writing), writing.inquiry.until, SCHEMA, config)
    try:
        for piece in reply.pieces:
            for said in reading.feed(piece):
                yield from writing.take(said)
        for said in reading.end():
            yield from writing.take(said)
    finally:
        reply.pieces.close()  # type: ignore[attr-defined]  # a reply that goes round in circles is cut off
        writing.usage += reply.usage
    writing.short = reading.short


def _messages(model: ChatModel, writing: Writing) -> list[Message]:
    fence = f"####{secrets.token_hex(4)}"  # no document can have written it
    form = prompt("form_json" if model.structured else "form_marked")
    passages = "\n\n".join(_passage(n, f) for n, f in enumerate(writing.found, 1))
    question = prompt("question", fence=fence, passages=passages, question=writing.inquiry.standalone)
    return [("system", prompt("answer", fence=fence, form=form)), ("human", question)]


def _passage(number: int, f: Found) -> str:
    d = f.document
    parts = (named(d), d.region, d.issued or d.published, " > ".join(f.passage.headings))
    return prompt("passage", number=str(number), source=" ".join(part for part in parts if part), text=f.passage.text)


def _answers(writing: Writing, draft: Draft) -> bool:
    """Whether what was written is about the question: it holds its words, and a figure where the extractive way has one."""
    if claims_of(draft.answer).figures and not any(claims_of(line).figures for line in writing.lines):
        return False
    quotes = [e.span.of(e.document.text) for e in writing.evidence]
    names = [part for e in writing.evidence for part in (*e.headings, e.document.title)]
    return writing.inquiry.terms.share(*(fold(text) for text in (*writing.lines, *quotes, *names))) >= _ABOUT


def _short(writing: Writing, draft: Draft) -> str:
    """The model's short answer where its sentences hold it, else the extractive one where they do, else the first sentence."""
    for answer in (writing.short, draft.answer):
        if 0 < len(answer) <= _LONGEST_SHORT and _held(answer, writing):
            return answer
    first = claims_of(writing.lines[0])
    return writing.lines[0].split("[")[0].rstrip("。") if first else ""


def _held(answer: str, writing: Writing) -> bool:
    said = [f.quantity for line in writing.lines for f in claims_of(line).figures]
    figures = claims_of(answer).figures
    if not all(any(f.quantity.same_as(q) for q in said) for f in figures) or _says_nothing(answer):
        return False
    words = grams(fold(answer))
    texts = [*writing.lines, *(e.span.of(e.document.text) for e in writing.evidence)]
    held = frozenset[str]().union(*(grams(fold(text)) for text in texts))
    proven = not any(Gate(writing.inquiry, writing.evidence).fault(part) for part in answer.split("；"))
    return proven and len(words & held) >= _SAYS * len(words)


def _says_nothing(text: str) -> bool:
    return any(words in text for words in _NOTHING)
