"""What a reader sees of an answer: every quote in its paragraph, nothing untrusted as anything but text."""

import html
import re
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer, Citation
from bot.web.render import answer_html, question_html, reply_html
from bot.web.sources import REACH, cited, sources_html

POLICIES = Path(__file__).parents[3] / "corpus" / "policies"
TEXT = "一、目标\n　　工业废水95%达标排放，饮用水源水质达标率98%以上，空气质量良好。\n二、措施"
QUOTE = "饮用水源水质达标率98%以上"
START = TEXT.index(QUOTE)
PROOF = Citation(
    "proof", "a", "实施意见", "深府〔2010〕183号", "深圳市人民政府", "深圳市", "2010-11-30", "2010-12-14",
    ("issued",), ("一、目标",), QUOTE, START, START + len(QUOTE),
)  # fmt: skip
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=http://e.example/x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><iframe src=javascript:alert(1)></iframe>",
    "<form action=http://e.example><input></form>",
]


def test_a_quote_is_marked_inside_its_paragraph() -> None:
    shown = sources_html([PROOF], lambda id: TEXT, "s")
    assert f"工业废水95%达标排放，<mark>{QUOTE}</mark>，空气质量良好。" in shown
    assert "二、措施" not in shown


def test_a_source_names_the_document_its_dates_and_its_heading() -> None:
    shown = sources_html([PROOF], lambda id: TEXT, "s")
    for part in (
        "实施意见",
        "深府〔2010〕183号",
        "深圳市人民政府",
        "2010年11月30日",
        "2010年12月14日",
        "一、目标",
        "依据",
    ):
        assert part in shown
    assert re.search(r"成文<span[^>]*>推定</span>", shown)
    assert shown.count("推定</span>") == 1


def test_roles_differ_in_name_and_look() -> None:
    citations = [replace(PROOF, role=role) for role in ("proof", "scope", "near_miss")]
    shown = sources_html(citations, lambda id: TEXT, "s")
    for role, name in (("proof", "依据"), ("scope", "适用范围"), ("near_miss", "相近内容")):
        assert f"role-{role}" in shown
        assert name in shown


def test_one_document_has_one_card_with_all_its_quotes() -> None:
    shown = sources_html([PROOF, replace(PROOF, document_id="b"), PROOF], lambda id: TEXT, "s")
    assert shown.count('<div class="source">') == 2
    assert [int(n) for n in re.findall(r'id="s-(\d)"', shown)] == [1, 3, 2]


@pytest.mark.parametrize("path", sorted(POLICIES.glob("*.txt")), ids=lambda path: path.stem)
def test_every_paragraph_shown_is_bounded_and_literal(path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    for start in range(0, len(text) - 30, 97):
        quote = text[start : start + 30].strip()
        at = text.index(quote, start)
        citation = replace(PROOF, quote=quote, start=at, end=at + len(quote))
        shown = sources_html([citation], lambda id: text, "s")
        paragraph = re.search(r'<div class="paragraph">(.*)</div></div></div></details>', shown)
        assert paragraph
        plain = html.unescape(re.sub("<[^>]*>", "", paragraph[1].replace("<br>", "\n"))).strip("…")
        assert plain in text.replace("\r", "")
        assert quote.replace("\r", "") in plain
        assert len(plain) <= len(quote) + 2 * REACH


@pytest.mark.parametrize("text", [None, "", "一份后来改过的文件，原来的句子已不在原处。"])
def test_a_quote_that_no_longer_stands_there_is_shown_alone(text: str | None) -> None:
    assert f'<div class="paragraph"><mark>{QUOTE}</mark></div>' in sources_html([PROOF], lambda id: text, "s")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_is_untrusted_is_shown_as_text(payload: str) -> None:
    identity = dict.fromkeys(("title", "number", "issuer", "issued", "published", "validity", "quote"), payload)
    cited = replace(PROOF, **identity, heading=(payload,), url=f"http://e.example/{payload}", start=0, end=len(payload))
    answer = Answer(payload, payload, payload, payload, "answered", note=payload, citations=(cited,))
    shown = answer_html(answer, lambda id: payload * 3, "s", (payload,), "<b></b>") + question_html(payload)
    tags = set(re.findall(r"<(\w+)", shown))
    assert tags <= {"div", "span", "p", "details", "summary", "mark", "a", "b", "button"}
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', shown))


@pytest.mark.parametrize(
    "text",
    [
        "![x](http://e.example/x.png)",
        "[看](javascript:alert(1))",
        "<http://e.example>",
        "<b>粗</b>",
        "[a]: http://e.example",
    ],
)
def test_markdown_loads_nothing_and_leads_nowhere(text: str) -> None:
    shown = reply_html(text)
    assert set(re.findall(r"<(\w+)", shown)) <= {"div", "p"}
    assert text in html.unescape(shown)


def test_markdown_of_a_reply_is_rendered() -> None:
    shown = reply_html("**98%以上**\n\n- 一\n- 二\n\n| 地区 | 目标 |\n|---|---|\n| 深圳 | 98% |")
    for tag in ("<strong>98%以上</strong>", "<li>一</li>", "<td>深圳</td>"):
        assert tag in shown


def test_markers_lead_to_the_sources_that_exist() -> None:
    shown = reply_html("甲[1]乙[2]丙[3]丁[0]", "s", [PROOF, PROOF])
    assert re.findall(r'href="(#[^"]*)"', shown) == ["#s-1", "#s-2"]
    assert "[3]" in shown
    assert "[0]" in shown


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//e.example", "file:///etc/passwd", "http:", ""]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert "<a" not in sources_html([replace(PROOF, url=url)], lambda id: TEXT, "s")
    assert 'href="https://e.example/"' in sources_html([replace(PROOF, url="https://e.example/")], lambda id: TEXT, "s")


def test_everything_is_one_line() -> None:
    text = "甲\r\n\r\n乙\n```\n丙\n\n丁\n```\n- 戊\n\n\n己"
    answer = Answer(text, text, "", text, "answered", note=text, citations=(replace(PROOF, quote=text, title=text),))
    assert not re.search(r"[\r\n]", answer_html(answer, lambda id: text, "s") + question_html(text))


def test_a_citation_is_copied_as_official_texts_write_it() -> None:
    assert cited(PROOF) == f"《实施意见》（深府〔2010〕183号），一、目标：「{QUOTE}」"
    bare = replace(PROOF, number=None, heading=(), title="关于《办法》的通知", quote="甲\r\n　　乙丙丁")
    assert cited(bare) == "《关于〈办法〉的通知》：「甲 乙丙丁」"


def test_sources_can_be_copied_only_where_the_page_can_do_it() -> None:
    answer = Answer("问", "问", "98%", "98%[1]", "answered", citations=(PROOF,))
    assert "<button" not in answer_html(answer, lambda id: TEXT, "s")
    assert escape(cited(PROOF)) in answer_html(answer, lambda id: TEXT, "s", buttons="<b></b>")


def test_near_misses_are_said_to_be_no_answer() -> None:
    near = replace(PROOF, role="near_miss")
    assert "不能当作答案" in sources_html([near], lambda id: TEXT, "s")
    assert "</summary>" in (mixed := sources_html([PROOF, near], lambda id: TEXT, "s"))
    assert "不能当作答案" not in mixed.partition("</summary>")[0]


def test_the_filters_that_were_on_are_shown_with_the_answer() -> None:
    answer = Answer("问", "问", "98%", "98%[1]", "answered", citations=(PROOF,))
    assert "<span>深圳市</span><span>2010年</span>" in answer_html(answer, lambda id: TEXT, "s", ("深圳市", "2010年"))
    assert "limits" not in answer_html(answer, lambda id: TEXT, "s")


@pytest.mark.parametrize(
    ("status", "lead"), [("answered", "您还可以问"), ("not_found", "可以改问"), ("clarify", "您可以点选")]
)
def test_suggestions_are_led_over_to_as_they_are_meant(status: Any, lead: str) -> None:
    assert lead in answer_html(Answer("问", "问", "", "答", status, suggestions=("问？",)), lambda id: TEXT, "s")
