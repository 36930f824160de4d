"""A small real chatbot over the published policies: it knows one question, and finds its spans in the text at run time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Answer, Citation, Filters, Role, Turn
from corpus.document import Document

POLICIES = Path(__file__).parents[3] / "corpus" / "policies"
QUESTION = "深圳2015年饮用水源达标率目标"
REFUSED = "广州2015年饮用水源达标率目标"
QUOTE = "饮用水源水质达标率98%以上"
PAYLOAD = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"


class SmallLibrary:
    """The policies as they lie in the folder."""

    state = "1"

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = {document.id: document for document in documents}

    def documents(self) -> list[Document]:
        return list(self._documents.values())

    def document(self, id: str) -> Document | None:
        return self._documents.get(id)

    def passages(self) -> list[str]:
        return [line for document in self.documents() for line in document.text.splitlines() if line]


class SmallChatbot:
    """Answers ``QUESTION``, refuses what it does not know, repeats what it was asked so that payloads come back."""

    def __init__(self, library: SmallLibrary) -> None:
        self.library = library
        self.histories: list[Sequence[Turn | str]] = []

    def examples(self) -> tuple[str, ...]:
        return (QUESTION, REFUSED)

    def stream(
        self, question: str, history: Sequence[Turn | str] = (), filters: Filters = Filters()
    ) -> Iterator[str | Answer]:
        self.histories.append(tuple(history))
        if question == "故障":
            raise RuntimeError("a fault that only the operator may see")
        answer = self._answer(question)
        for n in range(0, len(answer.text), 8):
            yield answer.text[n : n + 8]
        yield answer

    def _answer(self, question: str) -> Answer:
        if question == QUESTION:
            citations = (self._cite("shenzhen-2010-183", QUOTE, "proof"), self._cite("shenzhen-2010-183", "到2015年", "scope"))
            text = "**98%以上**[1]。\n\n> 饮用水源水质达标率98%以上[1]\n\n目标年份为2015年[2]。"
            return Answer(question, question, "98%以上", text, "answered", citations=citations, suggestions=(REFUSED,))
        citations = (self._cite("guangdong-2005-90", "饮用水源水质达标率95%以上", "near_miss"),)
        text = f"没有找到「{question}」的规定。相近内容见[1]。"
        return Answer(
            question, question, "", text, "not_found", "region", citations=citations, suggestions=(QUESTION,)
        )

    def _cite(self, id: str, quote: str, role: Role) -> Citation:
        document = self.library.document(id)
        assert document
        start = document.text.index(quote)
        identity = (document.number, document.issuer, document.region, document.issued, document.published)
        heading = ("二、工作目标", "（四）环境质量目标")
        span = (start, start + len(quote))
        return Citation(role, id, document.title, *identity, document.derived, heading, quote, *span, document.url)


@pytest.fixture
def library() -> SmallLibrary:
    shenzhen = Document(
        "shenzhen-2010-183",
        _text("shenzhen-2010-183"),
        "深圳市人民政府关于开展质量强市活动的实施意见",
        "深府〔2010〕183号",
        "深圳市人民政府",
        "广东省深圳市",
        "2010-11-30",
        "2010-12-14",
        url="http://www.sz.gov.cn/zfgb/2010/gb723/201012/t20101214_1617666.htm",
        derived=("issued",),
    )
    guangdong = Document(
        "guangdong-2005-90",
        _text("guangdong-2005-90"),
        f"转发省质监局关于在全省开展质量兴市工作意见的通知{PAYLOAD}",
        "粤府办〔2005〕90号",
        "广东省人民政府办公厅",
        "广东省",
        "2005-12-06",
        url="javascript:window.hacked=1",
    )
    return SmallLibrary([shenzhen, guangdong])


@pytest.fixture
def chatbot(library: SmallLibrary) -> SmallChatbot:
    return SmallChatbot(library)


def _text(id: str) -> str:
    return (POLICIES / f"{id}.txt").read_text(encoding="utf-8-sig")
