"""A small real chatbot over the published policies: it knows a few questions, and finds its spans at run time; a browser."""

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, expect, sync_playwright

from bot.answer import Answer, Citation, Filters, Role, Turn
from bot.chatbot import Chatbot
from bot.feedback import Feedback
from bot.settings import Settings
from bot.web.application import create_app
from bot.web.ready import Preparation
from corpus.ingest import add
from corpus.library import Library

POLICIES = Path(__file__).parents[3] / "corpus" / "policies"
CHROMIUM = Path("/usr/bin/chromium")
QUIET = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync"""
TABLE = """| 地方 | 数值 | 期限 |
| --- | --- | --- |
| 深圳 | **98%以上**[1][2] | 到2015年 |
| 广东省 | **95%以上**[3] | 到2010年 |
| 广州 | 没有找到 | — |"""


class SmallChatbot:
    """Answers two questions, one of them slowly on request, fails at another, refuses the rest and repeats it as payloads are."""

    question = "深圳2015年饮用水源达标率目标"
    refused = "广州2015年饮用水源达标率目标"
    compared = "比较深圳、广东省和广州的饮用水源水质达标率"
    slow = "慢慢说"
    fault = "故障"
    generated = "请概括"
    endless = "一直说"
    quote = "饮用水源水质达标率98%以上"
    url = "http://www.sz.gov.cn/zfgb/2010/gb723/201012/t20101214_1617666.htm"
    payload = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"

    def __init__(self, library: Library) -> None:
        self.library = library
        self.histories: list[tuple[Turn | str, ...]] = []
        self.filters: list[Filters] = []

    def examples(self, filters: Filters = Filters()) -> tuple[str, ...]:
        """Return questions to begin with; one where they are limited."""
        return (self.question, self.refused) if filters == Filters() else (self.question,)

    def stream(
        self, question: str, history: Sequence[Turn | str] = (), filters: Filters = Filters()
    ) -> Iterator[str | Answer]:
        """Yield the reply in small pieces, then the answer."""
        self.histories.append(tuple(history))
        self.filters.append(filters)
        if question == self.fault:
            raise RuntimeError("a fault that only the operator may see")
        while question == self.endless:
            yield "一直说下去。"
            time.sleep(0.05)
        answer = replace(self._answer(question), id=f"answer-{len(self.histories)}")
        for n in range(0, len(answer.text), 8):
            time.sleep(0.4 if question == self.slow else 0)
            yield answer.text[n : n + 8]
        yield answer

    def _answer(self, question: str) -> Answer:
        if question == self.question:
            cited = (self._cite("shenzhen", self.quote, "proof"), self._cite("shenzhen", "到2015年", "scope"))
            text = f"**98%以上**[1]。\n\n> {self.quote}[1]\n\n目标年份为2015年[2]。"
            return Answer(question, question, "98%以上", text, "answered", citations=cited, suggestions=(self.refused,))
        if question == self.compared:
            cited = (
                self._cite("shenzhen", self.quote, "proof"),
                self._cite("shenzhen", "到2015年", "scope"),
                self._cite("guangdong", "饮用水源水质达标率95%以上", "proof"),
            )
            return Answer(question, question, "深圳98%以上；广东省95%以上", TABLE, "partial", citations=cited)
        if question == self.slow:
            return Answer(question, question, "", "这是一句慢慢说出来的话。" * 12, "answered")
        if question == self.generated:
            cited = (self._cite("shenzhen", self.quote, "proof"),)
            return Answer(
                question, question, "98%以上", "概括：98%以上[1]。", "answered", mode="generative", citations=cited
            )
        near = (self._cite("guangdong", "饮用水源水质达标率95%以上", "near_miss"),)
        text = f"没有找到「{question}」的规定，相近内容见[1]。"
        return Answer(question, question, "", text, "not_found", "region", citations=near, suggestions=(self.question,))

    def _cite(self, id: str, quote: str, role: Role) -> Citation:
        document = self.library.document(id)
        assert document
        start = document.text.index(quote)
        identity = (document.title, document.number, document.issuer, document.region)
        dates = (document.issued, document.published, document.derived)
        heading = ("二、工作目标", "（四）环境质量目标")
        return Citation(role, id, *identity, *dates, heading, quote, start, start + len(quote), document.url)


@pytest.fixture(scope="session")
def browser_program() -> str:
    if not CHROMIUM.exists():
        missing = f"{CHROMIUM} is missing: apt-get install chromium fonts-noto-cjk"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    return str(CHROMIUM)


@pytest.fixture(scope="module")  # while it stands, no test of its module can run a loop of its own
def browser(browser_program: str) -> Iterator[Browser]:
    expect.set_options(timeout=20_000)  # a machine that runs tests may have more to do
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program, args=QUIET.split())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("library")
    shenzhen = {"id": "shenzhen", "text": _text("shenzhen-2010-183"), "url": SmallChatbot.url}
    guangdong = {"id": "guangdong", "text": _text("guangdong-2005-90"), "url": "javascript:window.hacked=1"}
    lines = [
        shenzhen | {"title": "关于开展质量强市活动的实施意见"},
        guangdong | {"title": f"质量兴市{SmallChatbot.payload}"},
    ]
    file = folder / "documents.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    library = Library(folder / "library.sqlite")
    assert not add(library, [file]).failed
    yield library
    library.close()


@pytest.fixture(scope="session")
def chatbot(library: Library) -> SmallChatbot:
    return SmallChatbot(library)


@pytest.fixture(scope="session")
def serving(served_home: Path) -> Callable[..., AbstractContextManager[str]]:
    """Serve the application of a preparation on a free port of this machine; gives its address. Settings can be given."""

    @contextmanager
    def serve(preparation: Preparation, port: int = 0, **turned: Any) -> Iterator[str]:
        bound = socket.create_server(("127.0.0.1", port))
        app = create_app(preparation, Settings(**{"home": served_home, "rate_limit": 0, **turned}))
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, proxy_headers=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()

    return serve


@pytest.fixture(scope="session")
def address(chatbot: SmallChatbot, serving: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    with serving(prepared(chatbot)) as address:
        yield address


@pytest.fixture(scope="session")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture
def feedback_of(served_home: Path) -> Callable[[], list[dict[str, Any]]]:
    """Return what the served homes hold of feedback by now."""
    return lambda: list(Feedback(served_home).all())


@pytest.fixture(scope="session")
def real_address(real_chatbot: Chatbot, serving: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """The address of a server with the real chatbot over the real documents."""
    with serving(prepared(real_chatbot)) as address:
        yield address


@pytest.fixture(scope="session")
def ready() -> Callable[[Any], Preparation]:
    """Return a preparation that is done."""
    return prepared


@pytest.fixture(scope="session")
def making() -> Callable[[Callable[[], Any]], Preparation]:
    """Return a preparation that has begun."""
    return begun


@pytest.fixture(scope="module")
def free() -> int:
    """A port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def begun(make: Callable[[], Any]) -> Preparation:
    preparation = Preparation(make)
    preparation.start()
    return preparation


def prepared(chatbot: Any) -> Preparation:
    preparation = begun(lambda: chatbot)
    while not preparation.ready:
        time.sleep(0.01)
    return preparation


def _text(name: str) -> str:
    return (POLICIES / f"{name}.txt").read_text(encoding="utf-8-sig")
