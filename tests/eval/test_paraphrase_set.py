"""The paraphrase set: each question names one clause by its offsets, and no text of a statute stands in the file."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from corpus.reader import read

ROOT = Path(__file__).parents[2]
TYPES = {
    "id": str,
    "corpus": str,
    "document_id": str,
    "start": int,
    "end": int,
    "question": str,
    "kind": str,
    "split": str,
}

Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    text = (ROOT / "eval" / "paraphrase" / "questions.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def policies() -> dict[str, str]:
    return {path.stem: read(path).text for path in (ROOT / "corpus" / "policies").glob("*.txt")}


def test_each_line_holds_these_fields_and_no_other(rows: list[Row]) -> None:
    for row in rows:
        assert {name: type(value) for name, value in row.items()} == TYPES, row["id"]
        assert row["kind"] in ("paraphrase", "direct"), row["id"]
        assert row["split"] in ("tune", "report"), row["id"]
        assert 0 <= row["start"] < row["end"], row["id"]


def test_no_id_and_no_question_stands_twice(rows: list[Row]) -> None:
    for name in ("id", "question"):
        assert max(Counter(row[name] for row in rows).values()) == 1


def test_all_questions_of_a_document_are_in_one_split(rows: list[Row]) -> None:
    splits = defaultdict(set)
    for row in rows:
        splits[row["corpus"], row["document_id"]].add(row["split"])
    assert all(len(found) == 1 for found in splits.values())
    documents = Counter((corpus, *splits[corpus, id]) for corpus, id in splits)
    expected = {("policies", "tune"): 2, ("policies", "report"): 3, ("cn_laws", "tune"): 7, ("cn_laws", "report"): 13}
    assert documents == expected


def test_there_are_as_many_as_the_figures_need(rows: list[Row]) -> None:
    number = Counter((row["kind"], row["corpus"]) for row in rows)
    assert number["paraphrase", "policies"] >= 60
    assert number["paraphrase", "cn_laws"] >= 140
    assert number["direct", "policies"] + number["direct", "cn_laws"] >= 100
    each = Counter(row["document_id"] for row in rows if row["kind"] == "paraphrase")
    assert min(each.values()) >= 7


def test_a_clause_of_a_policy_lies_in_one_sentence(rows: list[Row], policies: dict[str, str]) -> None:
    for row in of_policies(rows):
        text = policies[row["document_id"]]
        clause = text[row["start"] : row["end"]]
        assert row["end"] <= len(text), row["id"]
        assert clause == clause.strip() and len(clause) >= 6, row["id"]
        assert not re.search(r"[。\n].", clause), f"{row['id']}: {clause}"
        assert text.count(clause) == 1, f"{row['id']}: {clause}"


def test_a_paraphrase_shares_few_words_with_its_clause(rows: list[Row], policies: dict[str, str]) -> None:
    shares = defaultdict(list)
    for row in of_policies(rows):
        clause = policies[row["document_id"]][row["start"] : row["end"]]
        asked = bigrams(row["question"])
        shares[row["kind"]].append(sum(pair in bigrams(clause) for pair in asked) / len(asked))
    assert mean(shares["paraphrase"]) < 0.1
    assert mean(shares["direct"]) > 0.5


def test_no_text_of_a_statute_stands_in_it(rows: list[Row]) -> None:
    for row in rows:
        assert len(row["question"]) <= 40 and "\n" not in row["question"], row["id"]
        if row["corpus"] == "cn_laws":
            assert re.fullmatch(r"cn_laws-\d{6}", row["document_id"]), row["id"]
            assert re.fullmatch(r"law-\d{6}-[pd]\d\d", row["id"]), row["id"]


def of_policies(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["corpus"] == "policies"]


def bigrams(text: str) -> list[str]:
    plain = re.sub(r"\W", "", text)
    return [plain[place : place + 2] for place in range(len(plain) - 1)]


def mean(values: list[float]) -> float:
    return sum(values) / len(values)
