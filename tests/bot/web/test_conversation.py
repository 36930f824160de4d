"""What a browser kept comes back as the same conversation, and as nothing else."""

import json
from typing import Any

import pytest

from bot.answer import Answer, Citation, Filters
from bot.web.conversation import MOST, Exchange, as_kept, from_kept, turns

CITED = Citation("proof", "a", "意见", None, None, None, None, None, ("title",), ("一",), "原句", 1, 3)
ANSWER = Answer(
    "问", "问", "98%", "98%[1]", "answered", citations=(CITED,), suggestions=("再问",), id="i", latency_ms=1.5
)
EXCHANGE = Exchange("问", Filters(region="深圳市", year=2010), ("深圳市", "2010年"), ANSWER)


def test_a_conversation_survives_the_browser() -> None:
    kept = json.loads(json.dumps([as_kept(EXCHANGE), as_kept(Exchange("没有答完"))]))
    assert from_kept(kept) == (EXCHANGE,)


@pytest.mark.parametrize(
    "change",
    [
        {"answer": None},
        {"answer": {"text": "x"}},
        {"question": ""},
        {"question": "长" * 3000},
        {"question": 1},
        {"filters": {"year": "x"}},
        {"answer": {**ANSWER.as_dict(), "status": "<script>"}},
        {"answer": {**ANSWER.as_dict(), "citations": [{"role": "proof"}]}},
    ],
)
def test_what_is_no_exchange_is_left_out(change: dict[str, Any]) -> None:
    kept = as_kept(EXCHANGE)
    assert from_kept([kept, {**kept, **change}]) == (EXCHANGE,)


@pytest.mark.parametrize("kept", [None, 1, "x", {}, [None], [[]], [{"html": "<script>"}]])
def test_rubbish_is_no_conversation(kept: object) -> None:
    assert from_kept(kept) == ()


def test_the_html_that_a_browser_sends_is_not_taken() -> None:
    kept = as_kept(EXCHANGE)
    (exchange,) = from_kept([{**kept, "html": "<script>", "streamed": "<script>"}])
    assert exchange.html == exchange.streamed == ""


def test_a_conversation_does_not_grow_without_end() -> None:
    assert len(from_kept([as_kept(EXCHANGE)] * (MOST + 5))) == MOST


def test_only_the_last_turns_go_in_with_a_question() -> None:
    said = turns([Exchange(f"第{n}问", answer=ANSWER) for n in range(9)])
    assert [turn.content for turn in said if turn.role == "user"] == [f"第{n}问" for n in range(4, 9)]
    assert len(said) == 10
