"""Leaks: a measured question or a right article among the pairs is found; what only resembles it is not."""

import gzip
import json
from pathlib import Path

import pytest

from embeddings.pairs import Pair
from eval import leaks

ARTICLE = "业主应当按照约定向物业服务人支付物业费，不得以未接受或者无需接受相关物业服务为由拒绝支付物业费。"
OTHER = "用人单位应当自用工之日起一个月内与劳动者订立书面劳动合同，并且向劳动者支付双倍的工资。"


def test_a_measured_question_is_found_in_any_spelling() -> None:
    asked = {leaks.plain("业主可以不交物业费吗？")}
    assert list(leaks.leaked_questions([Pair("業主可以 不交物業費嗎", OTHER, "question")], asked))
    assert not list(leaks.leaked_questions([Pair("业主可以不交停车费吗", OTHER, "question")], asked))


@pytest.mark.parametrize("text", [ARTICLE, f"第一条 {OTHER}{ARTICLE[3:40]}", ARTICLE.replace("，", "\n")])
def test_a_right_article_is_found_on_either_side_of_a_pair(text: str) -> None:
    assert list(leaks.leaked_articles([Pair("问", text, "sentence")], [ARTICLE]))
    assert list(leaks.leaked_articles([Pair(text, OTHER, "sentence")], [ARTICLE]))


def test_what_shares_a_few_words_is_no_leak() -> None:
    assert not list(leaks.leaked_articles([Pair(ARTICLE[:15], OTHER + ARTICLE[-12:], "heading")], [ARTICLE]))


def test_questions_and_right_articles_are_read_from_the_sets(tmp_path: Path) -> None:
    folder = tmp_path / "retrieval"
    folder.mkdir()
    rows = {
        "stard_test.questions": [{"id": "q", "question": "可以不交物业费吗", "document_ids": ["a"]}],
        "stard_test.passages": [{"id": "a", "text": f"某法\n{ARTICLE}"}, {"id": "b", "text": f"某法\n{OTHER}"}],
    }
    for name, lines in rows.items():
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    assert leaks.right_articles(tmp_path) == [ARTICLE]
    assert "可以不交物业费吗" in leaks.measured_questions(tmp_path)


def test_missing_data_are_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert leaks.main(["--data", str(tmp_path)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
