"""Passages hold every sentence once, literally, whole, and with what their own words leave out."""

import re
from collections import Counter

import pytest

from corpus.cleaner import clean
from corpus.derive import derive
from corpus.fold import fold
from corpus.splitter import HARDEST, LONGEST
from tests.corpus.texts import ALL, KEY_VALUE, OWN, REAL, derived


@pytest.mark.parametrize("name", ALL)
def test_every_body_sentence_and_field_lies_in_exactly_one_passage(name: str) -> None:
    text = ALL[name]
    held = Counter(i for p in derived(name).passages for span in p.spans for i in range(span.start, span.end))
    for sentence in clean(text):
        times = {held[i] for i in range(sentence.start, sentence.end) if not fold(text[i]).isspace()}
        assert times == ({1} if sentence.kind in ("body", "field") else {0}), sentence.span.of(text)


@pytest.mark.parametrize("name", ALL)
def test_spans_stand_in_order_in_the_text_and_make_the_passage(name: str) -> None:
    text = ALL[name]
    for passage in derived(name).passages:
        assert passage.text == "\n".join(span.of(text) for span in passage.spans)
        assert all(a.end <= b.start for a, b in zip(passage.spans, passage.spans[1:], strict=False))
        assert all(span.of(text).strip() for span in passage.spans)
    ids = [p.id for p in derived(name).passages]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ALL)
def test_no_passage_ends_inside_a_clause(name: str) -> None:
    text = ALL[name]
    ends = {s.end for s in clean(text)}
    for passage in derived(name).passages:
        for span in passage.spans:
            hard = span.end - span.start >= HARDEST
            assert hard or span.end in ends or re.search(r"[,;\s]$", fold(span.of(text))), span.of(text)[-20:]


@pytest.mark.parametrize("name", REAL)
def test_passages_of_real_documents_are_neither_crumbs_nor_endless(name: str) -> None:
    lengths = [len(p.text) for p in derived(name).passages]
    assert max(lengths) <= LONGEST
    assert sum(lengths) / len(lengths) > 80


def test_a_line_of_key_and_value_stays_whole() -> None:
    long = KEY_VALUE + "简介：" + "".join(f"第{i}厅陈列着许多文物。" for i in range(30)) + "\n"
    texts = [p.text for p in derive("id", long).passages]
    for line in filter(None, long.split("\n")):
        assert any(line in text for text in texts), line


def test_the_items_of_a_list_stay_with_their_article() -> None:
    (passage,) = [p for p in derived("statute").passages if "下列情形" in p.text]
    assert "浪费用水" in passage.text and "拒不改正" in passage.text
    assert passage.headings[-1] == "第二条"


def test_the_context_names_issuer_region_headings_and_the_year_that_governs() -> None:
    (passage,) = [p for p in derived("shenzhen-2010-183").passages if "饮用水源水质达标率98%以上" in p.text]
    assert passage.headings == ("（四）环境质量目标",)
    for part in ("广东省", "深圳市人民政府", "深府〔2010〕183号", "环境质量目标", "2015年"):
        assert part in passage.context
    (second,) = [p for p in derived("shenzhen-2010-183").passages if "贯彻实施省有关部门加强" in p.text]
    assert "2015年" not in second.context


def test_headings_of_a_shuffled_document_are_marked() -> None:
    assert any(p.derived_headings for p in derived("guangdong-2005-90").passages)
    assert not any(p.derived_headings for p in derived("shenzhen-2010-183").passages)


def test_a_table_of_contents_is_one_passage_and_the_first_chapter_keeps_its_own() -> None:
    text = "某法\n目录\n第一章 总则\n第二章 监督\n第三章 附则\n第一章 总则\n第一条 制定本法。\n第二章 监督\n第二条 加强监督。"
    passages = derive("id", text).passages
    assert any("第一章 总则\n第二章 监督\n第三章 附则" in p.text for p in passages)
    (second,) = [p for p in passages if "加强监督" in p.text]
    assert second.headings == ("第二章 监督", "第二条")


def test_texts_without_words_have_no_passages() -> None:
    assert all(derived(name).passages == () for name in ("empty", "blank", "nul"))
    assert OWN["empty"] == ""
