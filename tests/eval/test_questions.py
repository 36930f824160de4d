"""Question sets: what a good line gives, and that every broken line is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Filters, Turn
from eval.questions import BrokenSet, read_questions

GOOD = {"id": "a", "question": "深圳2015年饮用水源达标率目标"}


def write(path: Path, *rows: Any) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_line_needs_an_id_and_a_question_only(tmp_path: Path) -> None:
    (question,) = read_questions(write(tmp_path / "s.jsonl", GOOD))
    assert (question.id, question.question) == ("a", GOOD["question"])
    assert question.answerable and question.history == () and question.filters == Filters() and question.status is None


def test_every_field_comes_through(tmp_path: Path) -> None:
    row = GOOD | {
        "history": ["深圳有哪些环境目标？", {"role": "assistant", "content": "有六项。"}],
        "filters": {"region": "深圳", "year": 2015, "issuer": None},
        "answers": ["98%以上", "98%"],
        "answerable": True,
        "status": "answered",
        "document_ids": ["shenzhen-2010-183"],
        "quotes": ["饮用水源水质达标率98%以上"],
        "must": ["98[%％]"],
        "must_not": ["95[%％]"],
        "near_miss": [],
        "task": "t",
        "kind": "look-up",
    }
    (question,) = read_questions(write(tmp_path / "s.jsonl", row))
    assert question.history == (Turn("user", "深圳有哪些环境目标？"), Turn("assistant", "有六项。"))
    assert question.filters == Filters(region="深圳", year=2015)
    assert question.answers == ("98%以上", "98%") and question.must == ("98[%％]",)
    assert (question.status, question.kind, question.task) == ("answered", "look-up", "t")


def test_order_is_kept_and_blank_lines_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", GOOD, "", GOOD | {"id": "b"}, "  ")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert [q.id for q in read_questions(path)] == ["a", "b"]


def test_a_line_separator_inside_a_string_does_not_cut_the_line(tmp_path: Path) -> None:
    (question,) = read_questions(write(tmp_path / "s.jsonl", GOOD | {"question": "一\u2028二"}))
    assert question.question == "一\u2028二"


BROKEN = {
    "broken JSON": '{"id": "b", "question"',
    "broken JSON: nested too deeply": '{"id":' + "[" * 100_000,
    "expected a JSON object, found an array": "[1]",
    "'id' is missing": {"question": "x"},
    "'question' is missing": {"id": "b"},
    "'id' is blank": {"id": " ", "question": "x"},
    "'question' is blank": {"id": "b", "question": "\n"},
    "'question' must be a string, found null": {"id": "b", "question": None},
    "'id' 'a' was used in line 1": GOOD,
    "unknown field 'answer'": {"id": "b", "question": "x", "answer": "y"},
    "field 'question' stands twice": '{"id": "b", "question": "x", "question": "y"}',
    "'question' holds half a character": '{"id": "b", "question": "\\ud800"}',
    "'answerable' must be true or false": {"id": "b", "question": "x", "answerable": 1},
    "'answers' must be an array": {"id": "b", "question": "x", "answers": "y"},
    "'answers[1]' must be a string": {"id": "b", "question": "x", "answers": ["y", 2]},
    "'must[0]' is no regular expression": {"id": "b", "question": "x", "must": ["("]},
    "'status' must be one of": {"id": "b", "question": "x", "status": "fine"},
    "'reason' must be one of": {"id": "b", "question": "x", "reason": "why"},
    "'history[0]' must be a string or an object": {"id": "b", "question": "x", "history": [1]},
    "'history[0].role' must be": {"id": "b", "question": "x", "history": [{"role": "system", "content": "y"}]},
    "'history[0].content' must be a string": {"id": "b", "question": "x", "history": [{"role": "user", "content": 1}]},
    "'filters' must be an object": {"id": "b", "question": "x", "filters": ["深圳"]},
    "unknown filter 'place'": {"id": "b", "question": "x", "filters": {"place": "深圳"}},
    "'filters.year' must be a whole number": {"id": "b", "question": "x", "filters": {"year": "2015"}},
    "'filters.region' must be a string": {"id": "b", "question": "x", "filters": {"region": 1}},
}


@pytest.mark.parametrize("wrong", BROKEN)
def test_a_broken_line_is_named_with_what_is_wrong(wrong: str, tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", GOOD, BROKEN[wrong])
    with pytest.raises(BrokenSet) as error:
        read_questions(path)
    assert str(error.value).startswith(f"{path}:2: {wrong}")
    assert "\n" not in str(error.value)


def test_an_empty_set_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text("\n")
    with pytest.raises(BrokenSet, match=r"s\.jsonl:1: the set is empty"):
        read_questions(path)


def test_a_line_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b'\n{"id": "b", "question": "' + "深圳".encode("gb18030") + b'"}\n')
    with pytest.raises(BrokenSet, match=r"s\.jsonl:2: not UTF-8"):
        read_questions(path)


def test_every_set_of_the_project_can_be_read() -> None:
    for path in sorted(Path("eval/sets").glob("*.jsonl")):
        assert read_questions(path), path
