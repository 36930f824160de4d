"""The requests that the OpenAPI document shows for each operation; a test sends every one of them."""

from typing import Any

QUESTION = "深圳2015年饮用水源达标率目标"


def _bodies(**examples: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    shown = {name: {"summary": summary, "value": value} for name, (summary, value) in examples.items()}
    return {"requestBody": {"content": {"application/json": {"examples": shown}}}}


ASK = _bodies(
    question=("A question", {"question": QUESTION}),
    follow_up=("A follow-up", {"question": "那广东省到2010年呢？", "history": [QUESTION]}),
    filtered=("Only from one place", {"question": "饮用水源达标率目标是多少？", "filters": {"region": "深圳"}}),
)
SEARCH = _bodies(query=("A query", {"query": "饮用水源水质达标率", "k": 3}))
FEEDBACK = _bodies(
    complaint=(
        "It did not help",
        {"answer_id": "the id of an answer", "liked": False, "reasons": ["incomplete"], "comment": "少了一项"},
    )
)
CHAT = _bodies(
    chat=("A chat", {"model": "policy", "messages": [{"role": "user", "content": QUESTION}]}),
    stream=("Streamed", {"model": "policy", "messages": [{"role": "user", "content": QUESTION}], "stream": True}),
)
