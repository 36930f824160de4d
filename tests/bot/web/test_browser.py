"""The chat in a real browser: asked, answered, proven; nothing untrusted runs and nothing leaves the origin."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.web.ready import Preparation

CHROMIUM = Path("/usr/bin/chromium")
QUIET = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync"""
BOX = "#question textarea"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing = f"{CHROMIUM} is missing: apt-get install chromium fonts-noto-cjk"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield browser
        browser.close()


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """An open page that fails the test if anything left the origin, was not found, or ran into an error."""
    width, height = {"desktop": (1280, 900), "phone": (360, 740)}[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page, faults = context.new_page(), []
    page.on("request", lambda sent: sent.url.startswith((address, "data:")) or faults.append(sent.url))
    page.on("response", lambda came: came.status < 400 or faults.append(f"{came.status} {came.url}"))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: said.type != "error" or faults.append(said.text))
    page.goto(address)
    yield page
    assert not faults
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(context.pages) == 1
    context.close()


def test_a_question_is_answered_with_the_marked_sentence(page: Page, chatbot: Any) -> None:
    _ask(page, chatbot.question)
    expect(page.locator(".reply strong")).to_have_text("98%以上")
    expect(page.locator(".role-proof mark")).to_have_text(chatbot.quote)
    expect(page.locator(".role-proof .paragraph")).to_contain_text("空气质量达到国家二级标准")
    expect(page.locator(".source .identity")).to_contain_text("深府〔2010〕183号")
    expect(page.locator(".source a.original")).to_have_attribute("href", chatbot.url)
    expect(page.locator(".role-scope mark")).to_have_text("到2015年")
    expect(page.locator(BOX)).to_have_value("")


def test_a_marker_opens_its_source_on_the_page(page: Page, chatbot: Any) -> None:
    _ask(page, chatbot.question)
    page.locator("a.marker", has_text="[2]").click()
    expect(page.locator(".role-scope")).to_be_in_viewport()
    expect(page.locator(".quote:target mark")).to_have_text("到2015年")


def test_the_page_says_what_the_corpus_holds_and_offers_questions(page: Page, chatbot: Any) -> None:
    expect(page.locator("#corpus")).to_contain_text("政策文件2份")
    expect(page.locator("#corpus")).to_contain_text("年")
    page.get_by_text(chatbot.question).click()
    expect(page.locator(".role-proof mark")).to_be_visible()


def test_a_refusal_shows_what_is_near_and_what_can_be_asked(page: Page, chatbot: Any) -> None:
    _ask(page, chatbot.refused)
    expect(page.locator(".role-near_miss .role")).to_have_text("相近内容")
    page.locator("button.option").click()
    expect(page.locator(".role-proof mark")).to_have_text(chatbot.quote)


def test_payloads_are_shown_as_text(page: Page, chatbot: Any) -> None:
    payload = f"{chatbot.payload}![x](http://e.example/x)<form action=http://e.example>$$x$$"
    _ask(page, payload)
    expect(page.locator(".question")).to_have_text(payload)
    expect(page.locator(".reply")).to_contain_text(payload)
    expect(page.locator(".source .title")).to_contain_text(chatbot.payload)
    assert page.locator("#conversation :is(script, img, form, iframe, a[href^='javascript'])").count() == 0


def test_a_follow_up_carries_the_last_turns_until_a_new_chat(page: Page, chatbot: Any) -> None:
    for n in range(7):
        _ask(page, f"第{n}问")
        expect(page.locator(".answer")).to_have_count(n + 1)
    history = chatbot.histories[-1]
    assert len(history) == 10
    assert history[-2].content == "第5问"
    assert history[-1].role == "assistant"
    page.locator("#new-chat").click()
    expect(page.locator(".answer")).to_have_count(0)
    _ask(page, chatbot.question)
    expect(page.locator(".answer")).to_have_count(1)
    assert chatbot.histories[-1] == ()


def test_what_cannot_be_asked_stays_in_the_box(page: Page) -> None:
    _ask(page, "问" * 5000)
    expect(page.locator("#notice")).to_contain_text("5000个字")
    expect(page.locator(BOX)).to_have_value("问" * 5000)
    _ask(page, "   ")
    expect(page.locator("#notice")).to_contain_text("请先输入")
    expect(page.locator(".question")).to_have_count(0)


def test_a_failing_chatbot_is_a_kind_line(page: Page, chatbot: Any) -> None:
    _ask(page, chatbot.fault)
    expect(page.locator(".status-error")).to_contain_text("抱歉")


def test_a_question_before_the_chatbot_is_made_is_answered_when_it_is(
    browser: Browser, chatbot: Any, serving: Callable[[Preparation], AbstractContextManager[str]]
) -> None:
    may_finish = threading.Event()

    def make() -> Any:
        may_finish.wait()
        return chatbot

    preparation = Preparation(make)
    preparation.start()
    with serving(preparation) as address:
        page = browser.new_page()
        page.goto(address)
        _ask(page, chatbot.question)
        expect(page.locator("#conversation")).to_contain_text("正在准备")
        may_finish.set()
        expect(page.locator(".role-proof mark")).to_have_text(chatbot.quote)
        expect(page.locator("#corpus")).to_contain_text("政策文件2份")
        page.close()


def _ask(page: Page, question: str) -> None:
    page.locator(BOX).fill(question)
    page.locator(BOX).press("Enter")
