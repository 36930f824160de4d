"""The chat with the real chatbot over the real documents, in a real browser: what a person sees who asks."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture(scope="module")
def page(browser: Browser, real_address: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page.goto(real_address)
    yield page
    page.close()


def test_the_figure_is_shown_with_its_sentence_marked_then_a_refusal_with_what_comes_near(page: Page) -> None:
    answer = _ask(page, "深圳2015年饮用水源达标率目标", 1)
    expect(answer.locator(".reply strong")).to_have_text("98%以上")
    beside = page.locator("#beside")
    expect(beside.locator(".role-proof mark")).to_contain_text("工业废水95%达标排放，饮用水源水质达标率98%以上")
    expect(beside.locator(".role-scope mark").first).to_contain_text("到2015年")
    expect(beside.locator(".identity")).to_contain_text("深府〔2010〕183号")
    expect(beside.locator(".source")).to_contain_text("（四）环境质量目标")
    answer = _ask(page, "那2020年呢？", 2)
    expect(answer.locator(".reply")).to_contain_text("没有找到深圳2020年")
    expect(beside.locator(".role-near_miss mark").first).to_be_visible()


def test_a_comparison_is_drawn_and_each_of_its_cells_opens(page: Page) -> None:
    answer = _ask(page, "比较深圳和广东省的饮用水源达标率目标", 3)
    expect(answer.locator(".chart .bar-said")).to_have_text(["98%以上", "95%以上"])
    for cell, sentence in (("到2010年", "到2010年"), ("95%以上", "饮用水源水质达标率95%以上")):
        answer.locator("td a.cell", has_text=cell).click()
        expect(page.locator("#beside .quote.shown mark")).to_contain_text(sentence)


@pytest.mark.parametrize("at", range(4))
def test_each_question_that_the_page_offers_has_an_answer(page: Page, at: int) -> None:
    page.locator("#new-chat").click()
    page.locator(".example").nth(at).click()
    expect(page.locator("#conversation .status-answered")).to_have_count(1, timeout=30_000)


def _ask(page: Page, question: str, answers: int) -> Any:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    expect(page.locator("#conversation .answer")).to_have_count(answers, timeout=30_000)
    return page.locator("#conversation .answer").last
