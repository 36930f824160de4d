"""The chat with the real chatbot over the real documents, in a real browser: what a person sees who asks."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from bot.settings import Settings
from bot.start import start
from bot.web.ready import Preparation

CHROMIUM = Path("/usr/bin/chromium")
POLICIES = Path(__file__).parents[3] / "corpus" / "policies"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def page(
    tmp_path_factory: pytest.TempPathFactory, serving: Callable[[Preparation], AbstractContextManager[str]]
) -> Iterator[Page]:
    if not CHROMIUM.exists():
        missing = f"{CHROMIUM} is missing: apt-get install chromium fonts-noto-cjk"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    settings = Settings(home=tmp_path_factory.mktemp("home"), corpus=POLICIES)
    preparation = Preparation(lambda: start(settings))
    preparation.start()
    with serving(preparation) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="zh-CN")
        page.goto(address)
        yield page
        browser.close()


def test_the_figure_is_shown_with_its_sentence_marked_then_a_refusal_with_what_comes_near(page: Page) -> None:
    _ask(page, "深圳2015年饮用水源达标率目标")
    reply = page.locator(".reply").last
    expect(reply.locator("strong")).to_have_text("98%以上", timeout=30_000)
    expect(page.locator(".role-proof mark").last).to_contain_text("工业废水95%达标排放，饮用水源水质达标率98%以上")
    expect(page.locator(".role-scope mark").first).to_contain_text("到2015年")
    expect(page.locator(".source .identity").last).to_contain_text("深府〔2010〕183号")
    expect(page.locator(".source").last).to_contain_text("（四）环境质量目标")
    _ask(page, "那2020年呢？")
    expect(page.locator(".reply").last).to_contain_text("没有找到深圳2020年", timeout=30_000)
    expect(page.locator(".role-near_miss mark").last).to_be_visible()


def _ask(page: Page, question: str) -> None:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
