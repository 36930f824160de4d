"""Headings stand over what is theirs, and over nothing where order proves nothing."""

from corpus.cleaner import clean
from corpus.outline import outline
from tests.corpus.texts import NOTICE, OWN, REAL, SHUFFLED, STATUTE


def path(text: str, words: str) -> list[str]:
    placed = [p for p in outline(text, clean(text)) if words in p.sentence.span.of(text)]
    assert placed, words
    return [title.of(text) for title in placed[-1].section.titles]


def test_a_statute_has_its_tree() -> None:
    assert path(STATUTE, "浪费用水的") == ["第一编 总则", "第一章　一般规定", "第一节　目的", "第二条"]
    assert path(STATUTE, "三十日内") == ["第一编 总则", "第二章　法律责任", "第三条"]


def test_a_notice_has_its_tree() -> None:
    assert path(NOTICE, "1.2万家次") == ["二、主要任务", "（一）强化监管"]


def test_markdown_hashes_are_no_part_of_a_heading() -> None:
    assert path(OWN["markdown"], "养犬应当登记") == ["第一章 总则", "第一条"]


def test_a_list_that_begins_again_is_not_under_what_led_in_to_the_first() -> None:
    text = REAL["shenzhen-2010-183"]
    assert path(text, "饮用水源水质达标率98%以上") == ["（四）环境质量目标"]
    assert path(text, "加强勘察、设计") == ["（一）大力提升四大质量夯实深圳质量的基础", "3．大力提升工程质量"]


def test_in_a_shuffled_document_headings_are_marked_derived() -> None:
    placed = outline(SHUFFLED, clean(SHUFFLED))
    assert any(p.section.titles for p in placed)
    assert all(p.section.derived for p in placed if p.section.titles)
    assert path(SHUFFLED, "满意度达到80") == ["（二）服务质量"]


def test_an_item_that_says_what_shall_be_is_no_heading() -> None:
    text = "一、扣押货物应当制作裁定书。裁定书应当载明货物名称。\n二、本规定自公布之日起施行。以前的规定废止。"
    assert path(text, "载明货物") == path(text, "以前的规定") == []


def test_the_last_item_of_a_list_without_headings_is_none() -> None:
    text = "第一条 下列是职责：\n一、拟定计划。\n二、其他事项。\n前项计划应报备。"
    assert path(text, "前项计划") == ["第一条"]
