"""Ground over every target of the real documents: what is true passes however it is put, what is not never does.

The sentences are made by templates that ground was not built with.
"""

import re
from collections.abc import Iterator

import pytest

from bot.answer import Filters
from bot.answerers.figures import quote_of
from bot.chatbot import Chatbot
from bot.ground import Gate
from bot.inquiry import Evidence, Inquiry
from bot.reply import place_of
from bot.slots import year_evidence
from corpus.document import Document, Target
from corpus.regions import find_regions

WIDE = str.maketrans("0123456789%.", "０１２３４５６７８９％．")


@pytest.fixture(scope="module")
def inquiry(chatbot: Chatbot) -> Inquiry:
    return Inquiry("问", (), Filters(), chatbot.find("问").snapshot, standalone="问")


@pytest.fixture(scope="module")
def targets(inquiry: Inquiry) -> list[tuple[Document, Target]]:
    documents = {d.id: d for d in inquiry.snapshot.documents}
    # An indicator that names another sub-region than the one its figure is limited to was read wrongly.
    return [
        (documents[t.document_id], t)
        for t in inquiry.snapshot.targets(list(documents))
        if not (t.scope and find_regions(t.indicator))
    ]


def gate(inquiry: Inquiry, document: Document, target: Target) -> Gate:
    """A gate whose [1] proves the target and whose [2] proves its year."""
    proof = Evidence("proof", document, quote_of(target), target.headings)
    return Gate(inquiry, [proof, year_evidence(target, document) or proof])


def true_sentences(document: Document, t: Target) -> Iterator[str]:
    year, part, place = f"{t.year}年" if t.year else "", t.scope or "", place_of(document)
    yield f"{place}{year}{part}{t.indicator}为{t.quantity}。[1][2]"
    yield f"按照{document.issuer}的部署，{f'到{year}，' if year else ''}{part}{t.indicator}要实现{t.quantity}。[1][2]"
    yield f"{t.indicator}（{part or place}）：{t.quantity}[1][2]"
    yield f"文件对{part}{t.indicator}的要求是{t.quantity.translate(WIDE)}{f'，完成时间为{year}' if year else ''}。[1][2]"
    yield f"就{place}而言，{part}{t.indicator}定在{t.quantity}{f'（{year}）' if year else ''}。[1][2]"


def false_sentences(document: Document, t: Target, others: list[tuple[Document, Target]]) -> Iterator[str]:
    part, place = t.scope or "", place_of(document)
    subject, year = f"{place}{part}{t.indicator}", f"{t.year}年" if t.year else ""
    if digits := re.search(r"\d+(?:\.\d+)?", t.quantity):
        for value in (float(digits[0]) + 1, float(digits[0]) * 10, float(digits[0]) / 2):
            yield f"{subject}为{t.quantity.replace(digits[0], f'{value:g}', 1)}。[1][2]"
    for _, o in others:
        same_sentence = (o.document_id, o.sentence) == (t.document_id, t.sentence)
        if same_sentence and o.indicator != t.indicator and (o.low, o.high, o.unit) != (t.low, t.high, t.unit):
            yield f"{place}{year}{part}{t.indicator}为{o.quantity}。[1][2]"
    if t.year:
        yield f"到{t.year + 5}年，{subject}为{t.quantity}。[1][2]"
        yield f"{subject}为{t.quantity}，{t.year - 3}年完成。[1][2]"
    yield f"成都市{t.indicator}为{t.quantity}。[1][2]"
    yield f"{place}森林覆盖率为{t.quantity}。[1][2]"
    yield f"{subject}为{t.quantity}（川府发〔2012〕15号）。[1][2]"
    yield f"《四川省质量提升条例》规定{subject}为{t.quantity}。[1][2]"
    yield f"{subject}为{t.quantity}，见https://evil.example.com/a。[1][2]"
    yield f"{subject}为{t.quantity}![x](//e.cn/x.png)[1][2]"
    yield f"{subject}为{t.quantity}，2016年3月4日发布。[1][2]"
    yield f"{subject}为{t.quantity}，原文是「{t.indicator}应当力争超额完成任务」。[1][2]"
    yield f"{subject}为{t.quantity}。[7]"


def test_true_sentences_pass_however_they_are_put(inquiry: Inquiry, targets: list[tuple[Document, Target]]) -> None:
    gates = [(gate(inquiry, d, t), d, t) for d, t in targets]
    said = [(g, sentence) for g, d, t in gates for sentence in true_sentences(d, t)]
    removed = [(sentence, why) for g, sentence in said if (why := g.fault(sentence))]
    assert len(said) > 300
    assert len(removed) <= 0.03 * len(said), removed


def test_no_false_sentence_passes(inquiry: Inquiry, targets: list[tuple[Document, Target]]) -> None:
    gates = [(gate(inquiry, d, t), d, t) for d, t in targets]
    said = [(g, sentence) for g, d, t in gates for sentence in false_sentences(d, t, targets)]
    assert len(said) > 1000
    assert [sentence for g, sentence in said if not g.fault(sentence)] == []


def test_a_figure_of_another_document_is_in_nothing_that_is_cited(
    inquiry: Inquiry, targets: list[tuple[Document, Target]]
) -> None:
    for document, t in targets:
        others = [(d, o) for d, o in targets if d.id != document.id and "率" in o.indicator]
        for d, o in others[:1]:
            sentence = f"{place_of(d)}{o.year}年{o.scope or ''}{o.indicator}为{o.quantity}。[1]"
            assert gate(inquiry, document, t).fault(sentence), sentence
