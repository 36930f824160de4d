"""Sentences: none is lost, none stands in two, and only what stands twice is called a repeat."""

import pytest

from corpus.cleaner import clean, shuffled
from corpus.fold import fold
from tests.corpus.texts import ALL, KEY_VALUE, OWN, REAL, RUN_IN, SHUFFLED, WRAPPED


def of(text: str, kind: str) -> list[str]:
    return [text[s.start : s.end] for s in clean(text) if s.kind == kind]


@pytest.mark.parametrize("name", ALL)
def test_every_character_lies_in_exactly_one_sentence(name: str) -> None:
    text, at = ALL[name], 0
    for sentence in clean(text):
        assert at <= sentence.start < sentence.end <= len(text)
        assert not fold(text)[at : sentence.start].strip()
        at = sentence.end
    assert not fold(text)[at:].strip()


@pytest.mark.parametrize("name", ["guangdong-2000-18", "guangdong-2005-90", "shuffled"])
def test_in_a_shuffled_document_no_sentence_is_body_twice(name: str) -> None:
    assert shuffled(clean(ALL[name]))
    bodies = ["".join(fold(s).split()) for s in of(ALL[name], "body")]
    assert len(bodies) == len(set(bodies))


@pytest.mark.parametrize("name", ["guangdong-2000-18", "guangdong-2005-90", "shuffled"])
def test_a_repeat_stands_in_the_body_too(name: str) -> None:
    bodies = {"".join(fold(s).split()) for kind in ("body", "field") for s in of(ALL[name], kind)}
    repeats = of(ALL[name], "repeat")
    assert repeats and all("".join(fold(s).split()) in bodies for s in repeats)


@pytest.mark.parametrize("name", sorted({*REAL} - {"guangdong-2000-18", "guangdong-2005-90"}))
def test_a_document_in_order_is_not_called_shuffled(name: str) -> None:
    assert not shuffled(clean(REAL[name]))


def test_cells_that_recur_in_a_table_are_no_repeats() -> None:
    table = "专业 最高 最低\n" + "\n".join(f"第{i}专业\n637 637\n683 682" for i in range(30))
    assert of(table, "repeat") == []


def test_what_follows_a_repeat_on_its_line_is_kept() -> None:
    assert "（二）服务质量。" in of(SHUFFLED, "body")


def test_lines_wrapped_in_mid_sentence_are_one_sentence_and_titles_are_not() -> None:
    bodies = [s.replace("\n", "") for s in of(WRAPPED, "body")]
    assert bodies[0] == "某市关于节约用水的若干规定"
    assert len(bodies) == 3
    assert bodies[1].endswith("不得浪费用水。")


def test_headings_that_run_in_are_cut_off() -> None:
    assert of(RUN_IN, "body")[1:] == [
        "一、指导思想以质量为本，全面提高。",
        "二、工作目标到2015年达到先进水平：",
        "（一）产品质量。",
        "合格率90%以上。",
    ]


def test_furniture_and_fields_are_told_apart() -> None:
    assert of(OWN["notice"], "furniture") == ["扫一扫在手机打开当前页"]
    assert len(of(OWN["notice"], "field")) == 4
    assert of(OWN["markdown"], "furniture") == ["#", "<!-- INFO END -->", "##"]
    assert of(KEY_VALUE, "field") == []


def test_a_full_stop_inside_brackets_ends_no_sentence() -> None:
    assert of("严格执行（不得例外。）。另一句。", "body") == ["严格执行（不得例外。）。", "另一句。"]


def test_line_breaks_lost_to_blanks_are_found_again() -> None:
    text = (
        "市财政局 市税务局 关于支持疫情防控的公告 市财政局公告2020年第9号 为支持疫情防控工作，现公告如下： "
        "一、捐赠物品免税。 二、本公告自公布之日起施行。 市财政局 市税务局 2020年2月6日 （此件公开发布）"
    )
    bodies = of(text, "body")
    assert bodies[0] == "市财政局 市税务局 关于支持疫情防控的公告"
    assert "一、捐赠物品免税。" in bodies
    assert "市财政局 市税务局 2020年2月6日" in bodies


@pytest.mark.parametrize("piece", ["深圳质量", "（", "。", "\x00", "a ", "第一条"])
def test_a_long_line_of_anything_is_cut_to_its_end(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    fold("warm")
    clean(text)
    assert clean(text)[-1].end == len(text.rstrip())
