"""Sets from outside: one command adds, asks and scores; without the data it says so in one line."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eval import outside, retrieval

SCORER = """
import json, sys
questions, answers = ([json.loads(line) for line in open(path, encoding="utf-8")] for path in sys.argv[1:])
given = {a["id"]: a for a in answers}
print("asked", len(questions), "answered", sum(q["answers"][0] in given[q["id"]]["answer"] for q in questions))
print("macro ok 0.500")
"""


def write(path: Path, *rows: dict[str, Any]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLICY_HOME", str(tmp_path / "home"))
    text = "海州市人民政府关于绿化的通知\n\n到2015年，全市森林覆盖率达到41.5%以上。\n"
    question = {"id": "q", "task": "t", "question": "海州市2015年森林覆盖率的目标是多少？", "answers": ["41.5%以上"]}
    question |= {"document_ids": ["haizhou"]}
    folder = tmp_path / "data"
    write(folder / "dev" / "documents.jsonl.gz", {"id": "haizhou", "title": "绿化的通知", "text": text})
    write(folder / "dev" / "questions.jsonl", question)
    write(folder / "dev" / "questions_history.jsonl", question | {"history": ["你好"]})
    (folder / "dev" / "score.py").write_text(SCORER, encoding="utf-8")
    passages = [{"id": "a", "text": "全市森林覆盖率达到41.5%以上。"}, {"id": "b", "text": "由市教育局负责招生工作。"}]
    write(folder / "retrieval" / "small.passages.jsonl.gz", *passages)
    write(
        folder / "retrieval" / "small.questions.jsonl.gz",
        {"id": "q", "question": "招生工作由谁负责", "document_ids": ["b"]},
    )
    return folder


def test_one_command_adds_asks_and_scores_and_finds_only_what_it_added(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outside.main(["--data", str(data)]) == 0
    out = capsys.readouterr().out
    assert "1 documents indexed" in out
    assert out.count("asked 1 answered 1") == 2 and out.count("| 0.500 |") == 2
    assert len(list((tmp_path / "home" / "outside" / "runs").iterdir())) == 2


def test_the_search_is_measured_whole_and_in_its_parts(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert retrieval.main(["--data", str(data)]) == 0
    out = capsys.readouterr().out
    rows = [line for line in out.splitlines() if line.startswith("| small")]
    assert [row.split(" | ")[3] for row in rows] == ["again", "both", "words", "vectors"]
    assert "100.0 (100.0–100.0)" in rows[0]
    assert "| t | 1 | 100.0 (100.0–100.0) | 100.0 |" in out  # the chatbot's own search over the documents of dev


def test_a_set_that_is_not_there_is_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert retrieval.main(["--data", str(data), "small", "large"]) == 1
    assert capsys.readouterr().err.endswith("does not hold large.\n")


@pytest.mark.parametrize("module", [outside, retrieval])
def test_missing_data_are_told_in_one_line(module: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert module.main(["--data", str(tmp_path / "nowhere")]) == 1
    told = capsys.readouterr()
    assert told.out == "" and len(told.err.splitlines()) == 1 and "nowhere" in told.err
