"""Reading a model's reply as it streams."""

import pytest

from bot.model.faults import ModelFault
from bot.model.reading import Reading, Said


def read(text: str, size: int) -> tuple[str, list[tuple[str, tuple[int, ...]]]]:
    reading = Reading()
    said: list[Said] = []
    for n in range(0, len(text), size):
        said += reading.feed(text[n : n + size])
    said += reading.end()
    return reading.short, [(each.text, each.passages) for each in said]


JSON = '{"answer": "98%", "sentences": [{"text": "甲98%。", "passages": [1]}, {"text": "乙[2]", "passages": ["3"]}]}'


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "short", "sentences"),
    [
        ("简答：98%以上\n甲98%以上。[1][2]乙负责[3]。\n", "98%以上", [("甲98%以上。", (1, 2)), ("乙负责。", (3,))]),
        ("甲。【1】\n- 乙。［段落2，3］\n2. 丙", "", [("甲。", (1,)), ("乙。", (2, 3)), ("丙", ())]),
        ("<think>不知道。[9]\n</think>\n甲。[1]", "", [("甲。", (1,))]),
        ("甲说“好。”[1]乙！[2]", "", [("甲说“好。”", (1,)), ("乙！", (2,))]),
        ("**甲**的`98%`~~整~~。[1]", "", [("甲的98%整。", (1,))]),
        ("甲&#57;8%\u200b。[1]\\[乙", "", [("甲98%。", (1,)), ("[乙", ())]),
        (JSON, "98%", [("甲98%。", (1,)), ("乙", (3, 2))]),
        (f"```json\n{JSON}\n```", "98%", [("甲98%。", (1,)), ("乙", (3, 2))]),
        ("", "", []),
    ],
)
def test_reads_both_forms_whatever_the_pieces(text: str, size: int, short: str, sentences: list) -> None:
    assert read(text, size) == (short, sentences)


def test_a_sentence_is_given_before_the_reply_ends_but_not_before_its_marker() -> None:
    reading = Reading()
    assert list(reading.feed("甲98%以上。")) == []
    assert list(reading.feed("[1]")) == []
    assert [said.passages for said in reading.feed("乙")] == [(1,)]


def test_a_sentence_of_an_object_is_given_once_it_is_whole() -> None:
    reading = Reading()
    assert [s.text for s in reading.feed('{"answer": "x", "sentences": [{"text": "甲。", "passages": [1]}, {"te')] == [
        "甲。"
    ]


@pytest.mark.parametrize("text", ['{"answer": "98%", "sent', '{"ans', "{甲}"])
def test_an_object_that_is_none_is_a_fault(text: str) -> None:
    with pytest.raises(ModelFault, match="unreadable"):
        read(text, 4)


@pytest.mark.parametrize("text", ["甲乙丙丁戊。[1]" * 40, "好的好的，" * 200, "重复" * 500])
def test_going_round_in_circles_is_a_fault(text: str) -> None:
    with pytest.raises(ModelFault, match="endless"):
        read(text, 5)
