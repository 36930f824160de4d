"""`python app.py eval`: a bad set or run is one line and status 2, and nothing is asked."""

import json
from pathlib import Path

import pytest

import app
from bot.settings import Settings

GOOD = '{"id": "a", "question": "深圳2015年饮用水源达标率目标"}'
WRONG_QUOTE = json.dumps({"id": "b", "question": "x", "document_ids": ["shenzhen-2010-183"], "quotes": ["没有这句话"]})
BAD = {
    "a broken line": (f'{GOOD}\n{{"id": \n', 2),
    "a duplicate id": (f"{GOOD}\n\n{GOOD}\n", 3),
    "an unknown field": (f'{GOOD}\n{{"id": "b", "question": "x", "gold": 1}}\n', 2),
    "an empty file": ("", 1),
    "a gold quote that is not in its document": (f"{GOOD}\n{WRONG_QUOTE}\n", 2),
}


@pytest.fixture
def home(settings: Settings, chatbot: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLICY_HOME", str(settings.home))
    return settings.home


@pytest.mark.parametrize("name", BAD)
def test_a_bad_set_is_named_with_its_line_and_nothing_is_asked(
    name: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, line = BAD[name]
    path = tmp_path / "set.jsonl"
    path.write_text(text, encoding="utf-8")
    runs = sorted((home / "runs").glob("*"))
    assert app.main(["eval", str(path), "--answers", str(tmp_path / "out.jsonl")]) == 2
    told = capsys.readouterr()
    assert told.err.startswith(f"{path}:{line}: ") and len(told.err.splitlines()) == 1 and told.out == ""
    assert sorted((home / "runs").glob("*")) == runs and not (tmp_path / "out.jsonl").exists()


def test_an_unknown_document_warns_and_the_set_is_asked(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(
        '{"id": "a", "question": "x", "document_ids": ["unknown"], "quotes": ["没有这句话"]}\n', encoding="utf-8"
    )
    assert app.main(["eval", str(path)]) == 0
    told = capsys.readouterr()
    assert f"{path}:1: the library does not hold unknown." in told.err and "Kept in" in told.out


def test_a_set_without_gold_is_asked_and_kept(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(GOOD + "\n", encoding="utf-8")
    assert app.main(["eval", str(path), "--report", str(tmp_path / "report")]) == 0
    out = capsys.readouterr().out
    assert "No question has a gold answer." in out and "1 questions: 1 answered" in out
    assert (tmp_path / "report" / "index.html").is_file()


@pytest.mark.parametrize("option", ["--from", "--baseline"])
def test_a_folder_that_is_no_run_is_wrong_use_and_nothing_is_asked(
    option: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(GOOD + "\n", encoding="utf-8")
    runs = sorted((home / "runs").glob("*"))
    assert app.main(["eval", str(path), option, str(tmp_path)]) == 2
    assert "is no run that ended" in capsys.readouterr().err and sorted((home / "runs").glob("*")) == runs


def test_scoring_again_asks_nothing_and_says_the_same(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(GOOD[:-1] + ', "answers": ["98%以上", "99%"]}\n', encoding="utf-8")
    assert app.main(["eval", str(path)]) == 0
    first = capsys.readouterr().out
    monkeypatch.setenv("POLICY_HOME", str(tmp_path / "nothing"))  # no library is needed to score
    assert app.main(["eval", str(path), "--from", first.splitlines()[-1].removeprefix("Kept in ")]) == 0
    assert capsys.readouterr().out == first and not (tmp_path / "nothing").exists()


def test_scoring_again_with_mended_gold_says_that_the_set_has_changed(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(GOOD[:-1] + ', "answers": ["99%"]}\n', encoding="utf-8")
    assert app.main(["eval", str(path)]) == 0
    first = capsys.readouterr().out
    assert "0/1" in first
    path.write_text(GOOD[:-1] + ', "answers": ["98%以上"]}\n', encoding="utf-8")
    assert app.main(["eval", str(path), "--from", first.splitlines()[-1].removeprefix("Kept in ")]) == 0
    told = capsys.readouterr()
    assert "1/1" in told.out and "has changed since" in told.err


def test_answers_cannot_be_written_without_asking(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(GOOD + "\n", encoding="utf-8")
    assert app.main(["eval", str(path), "--from", str(tmp_path), "--answers", str(tmp_path / "out.jsonl")]) == 2
    assert "--answers goes with asking" in capsys.readouterr().err
