"""The widget in a portal of another origin, in a real browser: it opens, answers, proves, and touches nothing of the portal."""

import gzip
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import esprima
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from bot.feedback import Feedback
from bot.web import embed
from bot.web.portal import portal

BUTTON = "button[aria-haspopup=dialog]"
NEWER = r"""\.(replaceAll|replaceChildren|at|flat|flatMap|finally|matchAll|toggleAttribute|showModal)\(|
\bObject\.(fromEntries|hasOwn)|\b(AbortController|structuredClone|queueMicrotask|globalThis|ResizeObserver)\b"""
NEWER_STYLES = r"[\s;{](gap|row-gap|inset|aspect-ratio|accent-color|translate)\s*:|:(has|is|where|focus-visible)\b|\b(min|max|clamp|color-mix)\(|dvh|@container|@layer"


def test_the_files_are_small() -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in embed.WIDGET.iterdir()}
    assert sizes["widget.js"] <= 15 * 1024
    style = embed.ANSWER_STYLE.read_bytes()
    page = len(gzip.compress(embed.page_html().encode()))
    assert page + sizes["embed.js"] + sizes["embed.css"] + len(gzip.compress(style)) <= 60 * 1024


@pytest.mark.parametrize("name", ["widget.js", "embed.js"])
def test_scripts_are_written_for_browsers_of_es2017(name: str) -> None:
    script = (embed.WIDGET / name).read_text(encoding="utf-8")
    parsed = esprima.parseScript(script).toDict()  # knows ES2017 and no more, but for spread in objects
    objects = [node for node in _nodes(parsed) if node.get("type") in ("ObjectExpression", "ObjectPattern")]
    assert objects
    for node in objects:
        assert all(part["type"] == "Property" for part in node["properties"])
    assert not re.search(NEWER.replace("\n", ""), script)
    with pytest.raises(esprima.Error):
        esprima.parseScript("a?.b")


@pytest.mark.parametrize("path", [embed.WIDGET / "embed.css", embed.ANSWER_STYLE], ids=lambda path: path.name)
def test_styles_are_written_for_browsers_of_2017(path: Path) -> None:
    style = re.sub(r"^[^{}]*:focus-visible[^{}]*\{[^{}]*\}", "", path.read_text(encoding="utf-8"), flags=re.M)
    assert not re.search(NEWER_STYLES, style)  # without :focus-visible, a browser shows the focus as ever


def test_nothing_of_the_page_comes_from_elsewhere() -> None:
    assert "http" not in embed.page_html() + (embed.WIDGET / "embed.css").read_text(encoding="utf-8")


@contextmanager
def shown(chat: str, options: str = "", port: int = 0) -> Iterator[str]:
    """Serve a portal that embeds the widget of ``chat``; give its address."""
    server = portal("127.0.0.1", port, chat, options)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def chat(
    chatbot: Any,
    ready: Callable[[Any], Any],
    serving: Callable[..., AbstractContextManager[str]],
    home: Path,
    free: int,
) -> Iterator[str]:
    """The address of a chat that may be embedded by a portal on the port ``free``, and by no other."""
    with serving(ready(chatbot), home=home, embed_origins=f"http://127.0.0.1:{free}") as address:
        yield address


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture(params=["desktop"])
def page(request: pytest.FixtureRequest, browser: Browser, faults: list[str]) -> Iterator[Page]:
    """A page that fails the test if anything broke a policy, was not found, or ran into an error."""
    width, height = {"desktop": (1280, 860), "phone": (360, 740)}[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    page.on("response", lambda came: came.status < 400 or faults.append(f"{came.status} {came.url}"))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: said.type not in ("error", "warning") or faults.append(said.text))
    yield page
    assert not faults
    for frame in page.frames:
        assert frame.evaluate("window.hacked") is None
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


@pytest.fixture
def at(chat: str, free: int) -> Iterator[Callable[[str], Any]]:
    """Serve the portal that may embed, with options of the tag."""
    opened = []

    def serve(options: str = "") -> str:
        opened.append(shown(chat, options, free))
        return opened[-1].__enter__()

    yield serve
    for each in opened:
        each.__exit__(None, None, None)


@pytest.mark.parametrize("page", ["desktop", "phone"], indirect=True)
def test_a_question_is_asked_answered_proven_and_followed_up(
    page: Page, at: Callable[..., str], chatbot: Any, home: Path
) -> None:
    page.goto(at())
    frame = _opened(page)
    _ask(frame, chatbot.question)
    expect(frame.locator(".reply strong")).to_have_text("98%以上")
    expect(frame.locator(".role-proof mark")).not_to_be_visible()
    frame.locator("a.marker", has_text="[1]").first.click()
    expect(frame.locator(".role-proof mark")).to_have_text(chatbot.quote)
    expect(frame.locator(".role-proof mark")).to_be_in_viewport()
    expect(frame.locator(".role-proof .paragraph")).to_contain_text("空气质量达到国家二级标准")
    expect(frame.locator(".source .identity")).to_contain_text("深府〔2010〕183号")
    frame.locator(".offered button", has_text=chatbot.refused).last.click()
    expect(frame.locator(".said").nth(1).locator(".reply")).to_contain_text("没有找到")
    assert chatbot.histories[-1][0].content == chatbot.question
    judge = frame.locator(".judge").nth(1)
    judge.get_by_text("没帮助").click()
    judge.get_by_label("出处不对").check()
    judge.locator("textarea").fill("电话13800138000")
    judge.get_by_text("提交").click()
    expect(judge).to_have_text("谢谢，您的意见已收到。")
    *_, judged = Feedback(home).all()
    assert (judged["liked"], judged["reasons"], judged["answer"]["status"]) == (False, ["source"], "not_found")
    assert "13800138000" not in judged["comment"]
    frame.locator("#new").click()
    expect(frame.locator(".said")).to_have_count(0)
    _ask(frame, chatbot.question)
    expect(frame.locator(".judge")).to_have_count(1)
    assert chatbot.histories[-1] == ()


def test_nothing_is_loaded_until_it_is_opened_and_the_conversation_stays_when_it_is_closed(
    page: Page, at: Callable[..., str], chat: str, chatbot: Any
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(at(), wait_until="networkidle")
    assert [url for url in asked if url.startswith(chat)] == [f"{chat}/widget.js"]
    frame = _opened(page)
    _ask(frame, chatbot.question)
    expect(frame.locator(".judge")).to_be_visible()
    frame.locator("#close").click()
    expect(page.locator("iframe")).not_to_be_visible()
    page.locator(BUTTON).click()
    expect(frame.locator(".reply strong")).to_have_text("98%以上")
    assert {url.partition("?")[0].removeprefix(chat) for url in asked if url.startswith(chat)} == {
        "/widget.js", "/embed", "/embed/embed.js", "/embed/embed.css", "/embed/answer.css", "/api/examples", "/api/ask/stream",
    }  # fmt: skip
    assert page.context.cookies() == []


def test_the_keyboard_alone_is_enough(page: Page, at: Callable[..., str], chatbot: Any) -> None:
    page.goto(at())
    page.locator("#ask").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    expect(frame.locator("#question")).to_be_focused()
    page.keyboard.type(chatbot.question)
    page.keyboard.press("Enter")
    expect(frame.locator(".judge")).to_be_visible()
    expect(frame.locator("#status")).to_have_text("回答：98%以上")
    _tab_until(page, frame, "a.marker")
    page.keyboard.press("Enter")
    expect(frame.locator(".role-proof")).to_be_focused()
    seen = _tab_until(page, frame, "#close")  # the focus stays inside: from the last it goes on to the first
    assert {"send", "question"} <= set(seen)
    page.keyboard.press("Shift+Tab")
    expect(frame.locator("#new")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(frame.locator("#send")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).not_to_be_visible()
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.textContent") == "政策问答"


def test_it_tells_screen_readers_what_it_is(page: Page, at: Callable[..., str]) -> None:
    page.goto(at())
    button = page.locator(BUTTON)
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("dialog", name="政策问答")).to_be_visible()
    expect(page.locator("iframe")).to_have_attribute("title", "政策问答")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("textbox", name="您的问题")).to_be_visible()
    expect(frame.get_by_role("status")).to_have_count(1)
    expect(frame.get_by_role("button", name="关闭")).to_be_visible()


def test_the_portal_opens_asks_and_hears_of_answers(page: Page, at: Callable[..., str], chatbot: Any) -> None:
    page.goto(at())
    page.evaluate(
        "heard = []; for (const n of ['open', 'close', 'ask', 'answer']) PolicyWidget.on(n, (d) => heard.push([n, d])); 0"
    )
    page.locator("#ask").click()
    expect(page.locator("#heard")).to_have_text("98%以上")
    page.evaluate("PolicyWidget.close()")
    expect(page.locator("iframe")).not_to_be_visible()
    heard = page.evaluate("heard")
    assert [name for name, _ in heard] == ["open", "ask", "answer", "close"]
    assert heard[1][1] == {"question": chatbot.question}
    answer = heard[2][1]
    assert (answer["status"], len(answer["citations"]), "html" in answer) == ("answered", 2, False)


def test_messages_of_anyone_else_are_not_heard(
    page: Page, at: Callable[..., str], chat: str, chatbot: Any, faults: list[str]
) -> None:
    page.goto(at())
    frame = _opened(page)
    page.evaluate("heard = 0; PolicyWidget.on('answer', () => heard++); PolicyWidget.on('close', () => heard++); 0")
    page.evaluate(
        "window.postMessage({policy: 1, type: 'answer', answer: {}}, '*'); window.postMessage({policy: 1, type: 'close'}, '*')"
    )
    asked = len(chatbot.histories)
    page.evaluate(
        """chat => { const other = document.createElement('iframe'); other.id = 'other';
        other.src = chat + '/embed?origin=' + encodeURIComponent('http://portal.example');
        other.onload = () => { other.contentWindow.postMessage({policy: 1, type: 'ask', question: 'x'}, '*'); window.sent = 1; };
        document.body.appendChild(other); }""",
        chat,
    )
    expect(page.frame_locator("#other").locator("#question")).to_be_visible()
    _ask(frame, chatbot.question)
    expect(frame.locator(".judge")).to_be_visible()
    expect(page.locator("#heard")).to_have_text("98%以上")
    assert page.evaluate("heard") == 1  # the real answer
    assert len(chatbot.histories) == asked + 1
    expect(page.frame_locator("#other").locator(".asked")).to_have_count(0)
    assert all(
        "target origin provided ('http://portal.example')" in fault for fault in faults
    )  # what it says goes nowhere
    faults.clear()


def test_a_portal_that_is_not_named_is_refused_by_the_browser(browser: Browser, chat: str) -> None:
    context = browser.new_context()
    page, said = context.new_page(), []
    page.on("console", lambda line: said.append(line.text))
    with shown(chat) as address:
        page.goto(f"{address}/frame", wait_until="networkidle")
        assert any("frame-ancestors" in line for line in said), said
        assert "embed" not in [frame.url for frame in page.frames[1:]]
        assert page.frames[1].evaluate("document.querySelector('#question')") is None
        page.goto(address)
        assert page.evaluate("window.PolicyWidget") is None  # the pinned script asks for the origin's leave as well
        reached = f"fetch('{chat}/api/documents').then(() => 'reached', () => 'refused')"
        page.goto("about:blank")
        assert page.evaluate(reached) == "refused"
    context.close()


def test_the_portals_names_and_styles_stay_as_they_were(page: Page, at: Callable[..., str], chatbot: Any) -> None:
    names = "Object.getOwnPropertyNames(window)"
    looks = """[...document.querySelectorAll('body, body *')].filter(e => !e.shadowRoot).map(e => {
        const s = getComputedStyle(e); return [e.tagName, s.font, s.color, s.display, s.position, s.margin, s.letterSpacing].join() })"""
    address = at()
    bare = page.context.new_page()
    bare.route("**/widget.js", lambda route: route.abort())
    bare.goto(address)
    before, looked = set(bare.evaluate(names)), bare.evaluate(looks)
    bare.close()
    page.goto(address)
    frame = _opened(page)
    _ask(frame, chatbot.question)
    expect(frame.locator(".judge")).to_be_visible()
    assert set(page.evaluate(names)) - before - {"0"} == {"PolicyWidget"}  # 0: every frame can be counted
    assert page.evaluate(looks) == looked
    own = page.locator(BUTTON).evaluate(
        "e => { const s = getComputedStyle(e); return [s.fontStyle, s.letterSpacing, s.textTransform] }"
    )
    assert own == ["normal", "normal", "none"]


def test_limits_of_the_portal_hold_and_are_told(page: Page, at: Callable[..., str], chatbot: Any) -> None:
    page.goto(
        at(
            'data-region="深圳市" data-year="2015" data-questions="第一问|第二问" data-position="left" data-scheme="dark"'
        )
    )
    frame = _opened(page)
    expect(frame.locator("#limits")).to_have_text("本页只查找：深圳市、2015年")
    expect(frame.locator(".offered button")).to_have_text(["第一问", "第二问"])
    frame.locator(".offered button").first.click()
    expect(frame.locator(".judge")).to_be_visible()
    assert (chatbot.filters[-1].region, chatbot.filters[-1].year) == ("深圳市", 2015)
    assert page.locator("iframe").bounding_box()["x"] < 100


def test_questions_to_begin_with_fit_the_limits_of_the_portal(page: Page, at: Callable[..., str], chatbot: Any) -> None:
    page.goto(at('data-document="shenzhen"'))
    frame = _opened(page)
    expect(frame.locator("#limits")).to_have_text("本页只查找：《关于开展质量强市活动的实施意见》")
    expect(frame.locator(".offered button")).to_have_text([chatbot.question])


def test_payloads_are_shown_as_text(page: Page, at: Callable[..., str], chat: str, chatbot: Any) -> None:
    payload = f"{chatbot.payload}![x](http://e.example/x)<form action=http://e.example>"
    page.goto(at())
    frame = _opened(page)
    _ask(frame, payload)
    expect(frame.locator(".asked")).to_have_text(payload)
    expect(frame.locator(".reply")).to_contain_text(payload)
    expect(frame.locator(".source .title")).to_contain_text(chatbot.payload)
    assert frame.locator("#conversation :is(script, img, form, iframe, a[href^='javascript'])").count() == 0
    query = "&".join(
        f"{name}={payload.replace('&', '').replace('#', '')}"
        for name in ("title", "greeting", "q", "region", "color", "origin")
    )
    page.goto(f"{chat}/embed?{query}")
    expect(page.locator("#limits")).to_contain_text("<script>")
    assert page.locator("body :is(img, form, iframe)").count() == 0


def test_generated_text_is_labelled(page: Page, at: Callable[..., str], chatbot: Any) -> None:
    page.goto(at())
    frame = _opened(page)
    _ask(frame, chatbot.generated)
    expect(frame.locator(".said")).to_contain_text("由人工智能生成")
    expect(frame.locator(".said").get_by_text("由人工智能生成")).to_have_count(1)


def test_a_reply_can_be_stopped_and_the_next_question_is_answered(
    page: Page, at: Callable[..., str], chatbot: Any
) -> None:
    page.goto(at())
    frame = _opened(page)
    _ask(frame, chatbot.endless)
    expect(frame.locator(".reply")).to_contain_text("一直说下去")
    frame.locator("#stop").click()
    expect(frame.locator(".said")).to_contain_text("已停止")
    _ask(frame, chatbot.question)
    expect(frame.locator(".said").nth(1).locator("strong")).to_have_text("98%以上")
    expect(frame.locator("#send")).to_be_visible()


def test_what_cannot_be_asked_is_told(page: Page, at: Callable[..., str], chatbot: Any) -> None:
    page.goto(at())
    frame = _opened(page)
    _ask(frame, " ")
    expect(frame.locator("#notice")).to_have_text("请先输入您的问题。")
    _ask(frame, "问" * 2001)
    expect(frame.locator("#notice")).to_contain_text("2001个字")
    _ask(frame, chatbot.fault)
    expect(frame.locator(".status-error")).to_contain_text("抱歉")
    expect(frame.locator(".judge")).to_have_count(0)


def test_it_stands_inline_and_in_a_plain_frame(page: Page, at: Callable[..., str], chatbot: Any) -> None:
    address = at()
    for path in ("inline", "frame"):
        page.goto(f"{address}/{path}")
        frame = page.frame_locator("iframe")
        expect(frame.locator("#close")).not_to_be_visible()
        _ask(frame, chatbot.question)
        expect(frame.locator(".reply strong")).to_have_text("98%以上")
        assert page.locator(BUTTON).count() == 0


def test_a_question_before_the_chatbot_is_made_is_answered_when_it_is(
    browser: Browser,
    chatbot: Any,
    making: Callable[[Callable[[], Any]], Any],
    serving: Callable[..., AbstractContextManager[str]],
) -> None:
    may_finish = threading.Event()

    def make() -> Any:
        may_finish.wait()
        return chatbot

    with serving(making(make)) as address:
        page = browser.new_page()
        page.goto(f"{address}/embed")
        page.locator("#question").fill(chatbot.question)
        page.locator("#question").press("Enter")
        expect(page.locator(".said")).to_contain_text("正在准备")
        may_finish.set()
        expect(page.locator(".reply strong")).to_have_text("98%以上")
        page.close()


def _opened(page: Page) -> FrameLocator:
    page.locator(BUTTON).click()
    frame = page.frame_locator("iframe[title]")
    expect(frame.locator("#question")).to_be_visible()
    return frame


def _ask(frame: FrameLocator, question: str) -> None:
    frame.locator("#question").fill(question)
    frame.locator("#question").press("Enter")


def _tab_until(page: Page, frame: FrameLocator, selector: str) -> list[str]:
    """Press Tab until what ``selector`` names has the focus; return the ids that had it before."""
    seen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        focused = frame.locator("body").evaluate(
            "(b, s) => [document.activeElement.matches(s), document.activeElement.id]", selector
        )
        if focused[0]:
            return seen
        seen.append(focused[1])
    raise AssertionError(f"{selector} is not reached: {seen}")


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _nodes(each)
