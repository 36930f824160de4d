"""A conversation that is taken along has its sources, and runs and loads nothing where it is opened."""

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from bot.answer import Answer, Citation
from bot.web.conversation import Exchange
from bot.web.export import conversation_markdown

CITED = Citation(
    "proof", "a", "实施意见", "深府〔2010〕183号", "深圳市人民政府", "深圳市", "2010-11-30", "2010-12-14",
    (), ("（四）环境质量目标",), "饮用水源水质达标率98%以上", 0, 14, "https://www.sz.gov.cn/a.htm",
)  # fmt: skip
ANSWER = Answer("问", "问", "98%以上", "**98%以上**[1]", "answered", citations=(CITED,))
PAYLOADS = [
    "<script>alert(1)</script>",
    "![x](http://e.example/x.png)",
    "[看](javascript:alert(1))",
    "<img src=http://e.example/x onerror=alert(1)>",
    "[a]: http://e.example",
]


def test_questions_answers_and_sources_are_in_the_file() -> None:
    exchange = Exchange("深圳的目标？", limits=("深圳市",), answer=replace(ANSWER, note="只按字词查找"))
    text = conversation_markdown([exchange], "2026-11-22 10:00")
    for part in ("问：深圳的目标？", "**98%以上**[1]", "深圳市", "只按字词查找", "2026-11-22 10:00"):
        assert part in text
    assert "[1] 依据：《实施意见》（深府〔2010〕183号），（四）环境质量目标：「饮用水源水质达标率98%以上」" in text
    assert "深圳市人民政府，2010年11月30日成文，2010年12月14日发布" in text
    assert "<https://www.sz.gov.cn/a.htm>" in text


def test_a_question_without_its_answer_is_left_out() -> None:
    assert conversation_markdown([Exchange("问")], "") == ""
    assert conversation_markdown([Exchange("甲"), Exchange("乙", answer=ANSWER)], "").count("问：") == 1


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_untrusted_is_run_or_loaded_by_what_shows_the_file(payload: str) -> None:
    fields = dict.fromkeys(("title", "number", "issuer", "quote"), payload)
    cited = replace(CITED, **fields, url=f"http://e.example/{payload}", heading=(payload,))
    answer = replace(ANSWER, text=payload, note=payload, citations=(cited,))
    shown = MarkdownIt().render(conversation_markdown([Exchange(payload, limits=(payload,), answer=answer)], "now"))
    assert not any(f"<{tag}" in shown for tag in ("script", "img", "iframe", "form"))
    assert "javascript:" not in shown.replace("javascript:alert(1))", "")
