"""The chat in a real browser: asked, answered, proven; nothing untrusted runs and nothing leaves the origin."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.answer import Filters
from bot.web.ready import Preparation
from tests.bot.web.conftest import prepared

BOX = "#question textarea"
SIZES = {"desktop": (1280, 900), "phone": (360, 740)}
Shown = Callable[[str], Page]


@pytest.fixture(scope="module")
def shown(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open the page at a width; whatever leaves the origin, is not found or fails is collected in ``faults``."""
    contexts: dict[tuple[str, str], BrowserContext] = {}

    def show(size: str = "desktop", scheme: str = "light") -> Page:
        width, height = SIZES[size]
        if (size, scheme) not in contexts:
            contexts[size, scheme] = browser.new_context(
                viewport={"width": width, "height": height},
                locale="zh-CN",
                color_scheme=scheme,
                permissions=["clipboard-read", "clipboard-write"],
            )
        page = contexts[size, scheme].new_page()
        page.faults = []
        page.on(
            "request", lambda sent: sent.url.startswith((address, "data:", "blob:")) or page.faults.append(sent.url)
        )
        page.on("response", lambda came: came.status < 400 or page.faults.append(f"{came.status} {came.url}"))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda said: said.type != "error" or page.faults.append(said.text))
        page.goto(address)
        expect(page.locator(".example").first).to_be_visible(timeout=20_000)
        return page

    yield show
    for context in contexts.values():
        context.close()


@pytest.fixture(params=list(SIZES))
def page(request: pytest.FixtureRequest, shown: Callable[..., Page]) -> Iterator[Page]:
    """An open page, wide and narrow, that fails the test if anything left the origin, was not found, or failed."""
    yield from _held(shown(request.param))


@pytest.fixture
def wide(shown: Callable[..., Page]) -> Iterator[Page]:
    yield from _held(shown("desktop"))


def _held(page: Page) -> Iterator[Page]:
    yield page
    assert not page.faults
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.evaluate("localStorage.clear()")
    page.close()


def test_a_question_is_answered_and_a_marker_opens_its_sentence(page: Page, chatbot: Any) -> None:
    _ask(page, chatbot.question)
    expect(page.locator(".reply strong")).to_have_text("98%以上")
    expect(page.locator(BOX)).to_have_value("")
    _answer(page).locator("a.marker", has_text="[2]").click()
    sources = _sources(page)
    expect(sources.locator(".quote.shown mark")).to_have_text("到2015年")
    expect(sources.locator(".quote.shown")).to_be_in_viewport()
    expect(sources.locator(".quote.shown")).to_be_focused()
    expect(sources.locator(".role-proof mark")).to_have_text(chatbot.quote)
    expect(sources.locator(".role-proof .paragraph")).to_contain_text("空气质量达到国家二级标准")
    expect(sources.locator(".identity")).to_contain_text("深府〔2010〕183号")
    expect(sources.locator(".role-proof .heading")).to_contain_text("（四）环境质量目标")
    expect(sources.locator("a.original")).to_have_attribute("href", chatbot.url)
    page.keyboard.press("Escape")
    expect(_answer(page).locator("a.marker", has_text="[2]")).to_be_focused()


def test_a_reply_and_a_citation_can_be_copied(wide: Page, chatbot: Any) -> None:
    _ask(wide, chatbot.question)
    _answer(wide).locator(".act.copy").click()
    expect(wide.locator("#live")).to_have_text("已复制")
    copied = wide.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("98%以上[1]。")
    assert "[1] 《关于开展质量强市活动的实施意见》（深府〔2010〕183号），（四）环境质量目标：「饮用水源水质" in copied
    _sources(wide).locator(".role-scope .act.cite").click()
    expect(_sources(wide).locator(".role-scope .act.cite")).to_have_text("已复制")
    assert wide.evaluate("navigator.clipboard.readText()").endswith("：「到2015年」")


def test_the_page_says_what_the_corpus_holds_and_offers_questions(wide: Page, chatbot: Any) -> None:
    expect(wide.locator("#corpus")).to_contain_text("政策文件2份")
    wide.locator(".example", has_text=chatbot.question).click()
    expect(_answer(wide).locator("strong")).to_have_text("98%以上")


def test_a_refusal_shows_what_is_near_and_what_can_be_asked_instead(page: Page, chatbot: Any) -> None:
    _ask(page, chatbot.refused)
    expect(_answer(page)).to_contain_text("可以改问")
    _answer(page).locator("a.marker").click()
    expect(_sources(page).locator(".role-near_miss .role")).to_have_text("相近内容")
    page.locator("button.option").click()
    expect(_answer(page, 1).locator(".reply strong")).to_have_text("98%以上")


def test_a_follow_up_carries_the_last_turns_until_a_new_chat(wide: Page, chatbot: Any) -> None:
    for n in range(7):
        _ask(wide, f"第{n}问", n + 1)
    history = chatbot.histories[-1]
    assert len(history) == 10
    assert history[-2].content == "第5问"
    assert history[-1].role == "assistant"
    wide.locator("#new-chat").click()
    expect(wide.locator(".answer")).to_have_count(0)
    _ask(wide, chatbot.question)
    assert chatbot.histories[-1] == ()


def test_filters_hold_and_are_shown_with_the_answer(page: Page, chatbot: Any) -> None:
    page.locator("#filter-region").select_option("广东省深圳市")
    page.locator("#filter-document_id").select_option("shenzhen")
    _ask(page, chatbot.question)
    assert chatbot.filters[-1] == Filters(region="广东省深圳市", document_id="shenzhen")
    expect(_answer(page).locator(".limits span")).to_have_text(["深圳市", "《关于开展质量强市活动的实施意见》"])
    offered = page.locator("#filter-document_id option")
    expect(offered).to_have_count(2)  # another place's documents are not offered
    page.locator("#filter-region").select_option("")
    expect(offered).to_have_count(3)


def test_a_comparison_is_a_table_whose_cells_open_a_chart_and_a_file(page: Page, chatbot: Any) -> None:
    _ask(page, chatbot.compared)
    answer = _answer(page)
    expect(answer.locator(".chart .bar-name")).to_have_text(["深圳", "广东省", "广州"])
    bars = [bar.bounding_box()["width"] for bar in answer.locator(".chart rect").all()]
    assert bars[0] > bars[1] > 0
    answer.locator("td a.cell", has_text="到2015年").click()
    expect(_sources(page).locator(".quote.shown mark")).to_have_text("到2015年")
    answer.locator(".chart a.cell", has_text="95%以上").click()
    expect(_sources(page).locator(".quote.shown mark")).to_have_text("饮用水源水质达标率95%以上")
    with page.expect_download() as file:
        answer.locator(".act.table").click()
    text = Path(file.value.path()).read_text(encoding="utf-8-sig")
    assert "广东省,95%以上,到2010年,饮用水源水质达标率95%以上," in text
    assert file.value.suggested_filename.endswith(".csv")


def test_a_conversation_is_exported_with_its_sources(wide: Page, chatbot: Any) -> None:
    wide.locator("#export").click()
    expect(wide.locator("#notice")).to_contain_text("没有可以导出的对话")
    _ask(wide, chatbot.question)
    with wide.expect_download() as file:
        wide.locator("#export").click()
    text = Path(file.value.path()).read_text(encoding="utf-8")
    assert "问：深圳2015年饮用水源达标率目标" in text
    assert "[1] 依据：《关于开展质量强市活动的实施意见》（深府〔2010〕183号）" in text


def test_feedback_is_kept_with_its_reasons_and_the_answer(wide: Page, feedback_of: Callable) -> None:
    _ask(wide, "请回电13800138000")
    _answer(wide).locator(".act.dislike").click()
    dialog = wide.locator("#judge")
    dialog.get_by_label("出处不对").check()
    dialog.get_by_label("其他").check()
    dialog.locator("textarea").fill("<img src=x onerror=window.hacked=1>，我的电话13900139000")
    dialog.get_by_role("button", name="提交").click()
    expect(wide.locator("#notice")).to_contain_text("谢谢")
    expect(_answer(wide).locator(".act.dislike")).to_have_attribute("aria-pressed", "true")
    judged = feedback_of()[-1]
    assert (judged["liked"], judged["reasons"]) == (False, ["source", "other"])
    assert judged["comment"] == "<img src=x onerror=window.hacked=1>，我的电话【电话】"
    assert judged["answer"]["question"] == "请回电【电话】"
    _answer(wide).locator(".act.like").click()
    expect(_answer(wide).locator(".act.like")).to_have_attribute("aria-pressed", "true")
    expect(wide.locator("#notice")).to_contain_text("谢谢")
    assert len([each for each in feedback_of() if each["answer_id"] == judged["answer_id"]]) == 1


def test_a_question_is_changed_and_asked_again(wide: Page, chatbot: Any) -> None:
    _ask(wide, "第一问")
    _ask(wide, "第二问", 2)
    wide.locator("#q0 .act.edit").click()
    expect(wide.locator(BOX)).to_have_value("第一问")
    expect(wide.locator(BOX)).to_be_focused()
    wide.locator("#cancel-edit").click()
    expect(wide.locator(BOX)).to_have_value("")
    wide.locator("#q0 .act.edit").click()
    expect(wide.locator(BOX)).to_have_value("第一问")
    wide.locator(BOX).fill(chatbot.question)
    wide.locator("#send").click()
    expect(wide.locator(".question")).to_have_text([chatbot.question])
    assert chatbot.histories[-1] == ()
    asked = len(chatbot.histories)
    _answer(wide).locator(".act.again").click()
    expect(_answer(wide).locator("strong")).to_have_text("98%以上")
    wide.wait_for_timeout(300)
    assert len(chatbot.histories) == asked + 1
    expect(wide.locator(".answer")).to_have_count(1)


def test_a_reply_is_streamed_read_out_once_and_can_be_stopped(wide: Page, chatbot: Any) -> None:
    wide.evaluate("""() => { window.read = []; new MutationObserver(() => window.read.push(document.querySelector("#live").textContent))
        .observe(document.querySelector("#live"), { childList: true, characterData: true, subtree: true }); }""")
    wide.locator(BOX).fill(chatbot.slow)
    wide.locator(BOX).press("Enter")
    expect(wide.locator(".coming .reply")).to_contain_text("慢慢说出来的话。这是", timeout=10_000)
    expect(wide.locator("#conversation [role=log]")).to_have_attribute("aria-live", "off")
    wide.locator("#stop").click()
    expect(wide.locator(".halted")).to_contain_text("已停止")
    expect(wide.locator("#send")).to_be_visible()
    text = wide.locator(".halted .reply").inner_text()
    wide.wait_for_timeout(900)
    assert wide.locator(".halted .reply").inner_text() == text
    said = [each for each in wide.evaluate("window.read") if "慢慢说" in each]
    assert said
    assert all(each.count("慢慢说") <= 2 for each in said), said  # new sentences only, never the whole again
    _ask(wide, chatbot.question)
    expect(wide.locator("#live")).to_contain_text("回答完毕，有2条出处")
    _answer(wide).locator(".act.like").click()  # the reply after one that did not come
    expect(wide.locator("#notice")).to_contain_text("谢谢")


def test_conversations_stay_in_the_browser(wide: Page, chatbot: Any) -> None:
    _ask(wide, chatbot.question)
    wide.reload()
    expect(_answer(wide).locator("strong")).to_have_text("98%以上", timeout=20_000)
    _answer(wide).locator("a.marker").first.click()
    expect(_sources(wide).locator(".quote.shown mark")).to_have_text(chatbot.quote)
    wide.locator("#new-chat").click()
    expect(wide.locator(".answer")).to_have_count(0)
    _ask(wide, chatbot.payload)
    wide.locator("#open-history").click()
    entries = wide.locator("#history .open")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text(chatbot.payload)
    entries.last.click()
    expect(_answer(wide).locator("strong")).to_have_text("98%以上")
    _ask(wide, "那广东呢", 2)
    assert [turn.content for turn in chatbot.histories[-1] if turn.role == "user"] == [chatbot.question]
    wide.locator("#open-history").click()
    wide.locator("#history .delete").first.click()
    expect(entries).to_have_count(1)
    wide.locator("#history .delete-all").click()
    wide.locator("#history .delete-all").click()
    expect(wide.locator("#history")).to_contain_text("还没有历史对话")
    wide.keyboard.press("Escape")


def test_a_conversation_goes_on_when_the_server_was_started_anew(
    browser: Browser, chatbot: Any, serving: Callable[..., AbstractContextManager[str]]
) -> None:
    page = browser.new_page()
    with serving(prepared(chatbot)) as address:
        page.goto(address)
        expect(page.locator(".example").first).to_be_visible(timeout=20_000)
        _ask(page, chatbot.question)
    with serving(prepared(chatbot), int(address.rpartition(":")[2])):
        _ask(page, "那广东呢", 2)
        assert [turn.content for turn in chatbot.histories[-1] if turn.role == "user"] == [chatbot.question]
    page.close()


def test_what_a_browser_kept_is_shown_as_text_and_rubbish_as_nothing(wide: Page, chatbot: Any) -> None:
    _ask(wide, chatbot.question)
    kept = json.loads(wide.evaluate("localStorage['policy.conversations']"))
    answer = kept[0]["exchanges"][0]["answer"]
    answer["text"] = answer["citations"][0]["quote"] = answer["citations"][0]["title"] = chatbot.payload
    answer["citations"][0]["url"] = "javascript:window.hacked=1"
    kept[0]["exchanges"][0]["html"] = chatbot.payload
    wide.evaluate("kept => { localStorage['policy.conversations'] = kept; }", json.dumps(kept))
    wide.reload()
    expect(_answer(wide).locator(".reply")).to_have_text(chatbot.payload, timeout=20_000)
    _shows_payloads_as_text(wide)
    wide.evaluate("localStorage['policy.conversations'] = '{rubbish'")
    wide.reload()
    expect(wide.locator(".example").first).to_be_visible(timeout=20_000)


def test_payloads_are_shown_as_text(page: Page, chatbot: Any) -> None:
    payload = f"{chatbot.payload}![x](http://e.example/x)<form action=http://e.example>$$x$$[y](javascript:alert(1))"
    _ask(page, payload)
    expect(page.locator(".question")).to_have_text(payload)
    expect(_answer(page).locator(".reply")).to_contain_text(payload)
    _answer(page).locator("a.marker").click()
    expect(_sources(page).locator(".title")).to_contain_text(chatbot.payload)
    _shows_payloads_as_text(page)


def test_everything_is_done_by_keyboard_alone(wide: Page, chatbot: Any) -> None:
    keyboard = wide.keyboard
    expect(wide.locator(BOX)).to_be_focused()
    keyboard.type(chatbot.question)
    keyboard.press("Enter")
    expect(_answer(wide).locator("strong")).to_have_text("98%以上")
    _tab_to(wide, "a.marker")
    keyboard.press("Enter")
    expect(wide.locator("#beside .quote.shown")).to_be_focused()
    keyboard.press("Escape")
    _tab_to(wide, ".act.dislike")
    keyboard.press("Enter")
    _tab_to(wide, "[name=reason]")
    keyboard.press("Space")
    _tab_to(wide, "#judge .primary")
    keyboard.press("Enter")
    expect(wide.locator("#notice")).to_contain_text("谢谢")
    expect(_answer(wide).locator(".act.dislike")).to_be_focused()
    _tab_to(wide, ".option")
    keyboard.press("Enter")
    expect(wide.locator(".answer")).to_have_count(2)
    _tab_to(wide, "#filter-region")
    keyboard.press("ArrowDown")
    expect(wide.locator("#filter-region")).to_have_value("广东省")
    _tab_to(wide, BOX)


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_axe_finds_nothing_serious(shown: Callable[..., Page], chatbot: Any, size: str, scheme: str) -> None:
    page = shown(size, scheme)
    _hold_to_axe(page)
    _ask(page, chatbot.compared)
    _answer(page).locator("a.marker").first.click()
    _ask(page, chatbot.refused, 2)
    _hold_to_axe(page)
    _answer(page).locator(".act.dislike").click()
    _hold_to_axe(page)
    page.keyboard.press("Escape")
    page.locator("#open-history").click()
    _hold_to_axe(page)
    assert not page.faults
    page.close()


def test_what_cannot_be_asked_stays_in_the_box(wide: Page) -> None:
    wide.locator(BOX).fill("问" * 5000)
    wide.locator("#send").click()
    expect(wide.locator("#notice")).to_contain_text("5000个字")
    expect(wide.locator(BOX)).to_have_value("问" * 5000)
    wide.locator(BOX).fill("   ")
    wide.locator("#send").click()
    expect(wide.locator("#notice")).to_contain_text("请先输入")
    expect(wide.locator(".question")).to_have_count(0)


def test_a_failing_chatbot_is_a_kind_line(wide: Page, chatbot: Any) -> None:
    _ask(wide, chatbot.fault)
    expect(wide.locator(".status-error")).to_contain_text("抱歉")


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
        page.locator(BOX).fill(chatbot.question)
        page.locator(BOX).press("Enter")
        expect(page.locator("#conversation")).to_contain_text("正在准备")
        may_finish.set()
        expect(_answer(page).locator("strong")).to_have_text("98%以上")
        expect(page.locator("#corpus")).to_contain_text("政策文件2份")
        page.close()


def _ask(page: Page, question: str, answers: int = 1) -> None:
    page.locator(BOX).fill(question)
    page.locator(BOX).press("Enter")
    expect(page.locator("#conversation .answer")).to_have_count(answers, timeout=15_000)


def _answer(page: Page, n: int = 0) -> Any:
    return page.locator("#conversation .answer").nth(n)


def _sources(page: Page) -> Any:
    """Return where the sources stand: beside the chat, or under the reply on a phone."""
    is_wide = page.viewport_size["width"] >= 1000
    return page.locator("#beside") if is_wide else page.locator("#conversation .sources").last


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what is sought, at most once round the page."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} cannot be reached by keyboard")


def _shows_payloads_as_text(page: Page) -> None:
    assert (
        page.locator(":is(#conversation, #beside) :is(script, img, form, iframe, a[href^='javascript'])").count() == 0
    )


def _hold_to_axe(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    serious = {
        each["id"]: [node["html"][:200] for node in each["nodes"]]
        for each in found
        if each["impact"] in ("serious", "critical")
    }
    assert not serious
