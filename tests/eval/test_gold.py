"""Gold that the library cannot show: a wrong quote stops the set, an unknown document only warns."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.chatbot import Chatbot
from eval.gold import check_quotes, places
from eval.kept import Source
from eval.questions import BrokenSet

GOOD = {"id": "a", "question": "x", "document_ids": ["shenzhen-2010-183"], "quotes": ["饮用水源水质达标率98%以上"]}


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_gold_that_stands_in_its_documents_says_nothing(chatbot: Chatbot, tmp_path: Path) -> None:
    two = GOOD | {"id": "b", "document_ids": ["guangdong-2005-90", "shenzhen-2010-183"]}
    assert check_quotes(write(tmp_path / "s.jsonl", GOOD, two), chatbot.library) == []


def test_a_quote_that_is_not_in_its_document_is_named_with_file_and_line(chatbot: Chatbot, tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", GOOD, GOOD | {"id": "b", "quotes": ["饮用水源水质达标率99%以上"]})
    with pytest.raises(BrokenSet) as error:
        check_quotes(path, chatbot.library)
    assert str(error.value) == f"{path}:2: quote 「饮用水源水质达标率99%以上」 does not stand in shenzhen-2010-183."


def test_a_quote_of_another_document_is_wrong(chatbot: Chatbot, tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", GOOD | {"document_ids": ["guangdong-2005-90"]})
    with pytest.raises(BrokenSet, match=r"s\.jsonl:1: quote .* does not stand in guangdong-2005-90"):
        check_quotes(path, chatbot.library)


def test_a_document_that_the_library_lacks_is_only_a_warning(chatbot: Chatbot, tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", GOOD | {"document_ids": ["unknown"], "quotes": ["不在这里"]})
    assert check_quotes(path, chatbot.library) == [f"{path}:1: the library does not hold unknown."]


def test_a_quote_is_found_wherever_a_document_repeats_it_with_its_sentence() -> None:
    source = Source("d", "一是绿化。二是治水，达标率98%；三是治气。二是治水，达标率98%", {})
    first, second = places("达标率98%", [source])
    assert first.sentence.of(source.text) == "二是治水，达标率98%；三是治气"
    assert second.sentence.of(source.text) == "二是治水，达标率98%"
