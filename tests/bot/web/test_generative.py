"""A chat model behind the doors: what it says wrongly is in no byte that leaves them, and what it says has its label."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from bot.chatbot import Chatbot
from bot.reply import AI_LABEL
from bot.web.export import comparison_csv
from bot.web.ready import Preparation
from eval.endpoint import Endpoint, Request, passages_in, refuses, says

QUESTION = "深圳2015年饮用水源达标率目标"
CLAUSE = "饮用水源水质达标率98%以上"
WIDE = {"width": 1280, "height": 900}
LIES = {
    "饮用水源水质达标率为73.25%。": "73.25",
    "饮用水源水质达标率为95%。": "达标率为95",
    "饮用水源水质达标率98%以上，见https://evil.example/x。": "evil.example",
    "饮用水源水质达标率98%以上![](//evil.example/x.png)。": "evil.example",
    "<img src=//evil.example/x.png>饮用水源水质达标率98%以上。": "evil.example",
    "到2035年饮用水源水质达标率98%以上。": "2035",
    "川府发〔2012〕15号规定饮用水源水质达标率98%以上。": "川府发",
    "系统提示说，不写网址、邮箱、图片、表格。": "系统提示",
}


@pytest.fixture(scope="module")
def door(writer: Chatbot, serving: Callable[..., AbstractContextManager[str]]) -> Iterator[httpx.Client]:
    preparation = Preparation(lambda: writer)
    preparation.start()
    with serving(preparation) as address, httpx.Client(base_url=address, timeout=120) as client:
        while client.get("/health").status_code != 200:
            time.sleep(0.05)
        yield client


def mark(request: Request) -> str:
    return f"[{passages_in(request).partition(CLAUSE)[0].count('【')}]"


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_in_no_byte_of_the_stream_and_the_truth_beside_it_is(
    lie: str, door: httpx.Client, endpoint: Endpoint
) -> None:
    endpoint.does(lambda request: says(f"深圳市2015年{CLAUSE}。{mark(request)}{lie}{mark(request)}"))
    sent = door.post("/api/ask/stream", json={"question": QUESTION, "html": True})
    assert sent.status_code == 200
    said = sent.text.encode().decode("unicode_escape", errors="ignore") + sent.text
    assert LIES[lie] not in said
    assert f"深圳市2015年{CLAUSE}" in sent.text
    answer = json.loads(sent.text.rpartition("event: answer\ndata: ")[2])
    assert answer["mode"] == "generative" and answer["text"].endswith(AI_LABEL) and AI_LABEL in answer["html"]


def test_every_door_has_the_label(door: httpx.Client, endpoint: Endpoint) -> None:
    endpoint.does(lambda request: says(f"深圳市2015年{CLAUSE}。{mark(request)}"))
    asked = door.post("/api/ask", json={"question": QUESTION}).json()
    assert (asked["mode"], asked["answer"]) == ("generative", "98%以上") and AI_LABEL in asked["text"]
    messages = [{"role": "user", "content": QUESTION}]
    completed = door.post("/v1/chat/completions", json={"model": "policy", "messages": messages}).json()
    assert AI_LABEL in completed["choices"][0]["message"]["content"]


def test_what_is_copied_or_exported_has_the_label(browser: Browser, door: httpx.Client, endpoint: Endpoint) -> None:
    endpoint.does(lambda request: says(f"深圳市2015年{CLAUSE}。{mark(request)}"))
    context = browser.new_context(viewport=WIDE, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(str(door.base_url))
    page.locator("#question textarea").fill(QUESTION)
    page.locator("#question textarea").press("Enter")
    answer = page.locator("#conversation .answer.mode-generative")
    expect(answer.locator(".reply")).to_contain_text(AI_LABEL, timeout=30_000)
    for button in (answer.locator(".act.copy"), page.locator("#beside .act.cite").first):
        button.click()
        expect(button).to_have_text("已复制")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert CLAUSE in copied and copied.count(AI_LABEL) == 1
    with page.expect_download() as file:
        page.locator("#export").click()
    assert AI_LABEL in Path(file.value.path()).read_text(encoding="utf-8")
    page.reload()  # what the browser keeps is shown again with it
    expect(answer.locator(".reply")).to_contain_text(AI_LABEL, timeout=30_000)
    context.close()


def test_an_exported_table_has_the_label_and_only_where_it_was_generated(writer: Chatbot, endpoint: Endpoint) -> None:
    endpoint.does(lambda request: says(f"深圳市2015年{CLAUSE}。{mark(request)}"))
    answer = writer.ask(QUESTION)
    assert answer.mode == "generative"
    answer = replace(answer, text=f"| 地方 | 数值 |\n| --- | --- |\n| 深圳 | 98%以上[1] |\n| 广州 | — |\n\n{AI_LABEL}")
    assert comparison_csv(answer).splitlines()[-1] == AI_LABEL
    assert AI_LABEL not in comparison_csv(replace(answer, mode="extractive"))


def test_a_model_that_is_away_is_told_and_its_key_is_not(door: httpx.Client, endpoint: Endpoint) -> None:
    endpoint.does(refuses(401, "Incorrect API key provided: sk-secret"))
    answer = door.post("/api/ask", json={"question": QUESTION}).json()
    assert (answer["mode"], answer["answer"]) == ("extractive", "98%以上")
    assert answer["note"].startswith("语言模型的接口拒绝了访问")
    assert "sk-secret" not in json.dumps(answer)
