"""eval/README.md: every command it tells is run or read by its parser, every field and metric is told."""

import re
import shlex
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

import app
from bot.settings import ROOT, Settings
from eval import cost, floors, leaks, ledger, outside, paraphrases, retrieval
from eval.outside import _row
from eval.questions import Question, read_questions
from eval.scoring import ALL

README = (ROOT / "eval" / "README.md").read_text(encoding="utf-8")
LEDGER = (ROOT / "eval" / "results" / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.M | re.S)
COMMANDS = [line for kind, block in BLOCKS if not kind for line in block.splitlines()]
WITH_ARGUMENTS = (cost, floors, leaks, ledger, outside, paraphrases, retrieval)
MODULES = {f"eval.{module.__name__.split('.')[-1]}": module for module in WITH_ARGUMENTS}
MODULES["eval.targets"] = import_module("eval.targets.__main__")


@pytest.fixture
def small(tmp_path: Path, settings: Settings, chatbot: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with the questions of the page, over a home that is level."""
    block = next(block for kind, block in BLOCKS if kind == "json")
    (tmp_path / "mine.jsonl").write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICY_HOME", str(settings.home))
    return tmp_path


def test_the_evaluation_runs_as_the_page_tells_it(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = ""
    for command in (line for line in COMMANDS if line.startswith("python app.py")):
        assert app.main([run if word == "RUN" else word for word in shlex.split(command)[2:]]) == 0
        out = capsys.readouterr().out
        assert "right" in out and ("--baseline" not in command or "McNemar" in out)
        run = out.splitlines()[-1].removeprefix("Kept in ")
    assert (small / "report" / "index.html").is_file()
    row = next(line for line in COMMANDS if line.startswith("python -m eval.ledger"))
    assert ledger.main([run if word == "RUN" else word for word in shlex.split(row)[3:]]) == 0
    assert columns(capsys.readouterr().out) == columns(head("The policies"))


def test_the_questions_of_the_page_are_answered_right(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["eval", "mine.jsonl"]) == 0
    assert re.search(r"^all +3/3", capsys.readouterr().out, re.M)
    assert len(read_questions(small / "mine.jsonl")) == 3


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith("python -m")])
def test_each_module_takes_the_arguments_that_are_told(command: str) -> None:
    module, *arguments = shlex.split(command)[2:]
    assert MODULES[module].parser().parse_args(arguments)


def test_every_command_of_the_page_is_one_of_these() -> None:
    assert all(line.startswith(("python app.py eval ", "python -m ")) for line in COMMANDS)


def test_every_field_of_a_question_is_told() -> None:
    table = README.partition("| field |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", table)) >= {field.name for field in fields(Question)}


def test_every_metric_is_told_and_no_other() -> None:
    table = README.partition("| metric |")[2].partition("\n\n")[0]
    told = {name for row in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", row.split("|")[1])}
    assert told == set(ALL)


def test_the_rows_that_are_printed_fit_the_ledger() -> None:
    assert columns(head("The policies")) == len(ledger.HEAD)
    printed = _row({"commit": None, "dirty": None}, Path("q.jsonl"), "macro ok 0.5", {"p50": 1.0, "p95": 2.0})
    assert columns(printed) == columns(head("Sets from outside"))
    assert retrieval._HEAD.splitlines()[0] == head("The search alone")


def head(section: str) -> str:
    return next(line for line in LEDGER.partition(f"## {section}")[2].splitlines() if line.startswith("|"))


def columns(row: str) -> int:
    return len(row.strip().strip("|").split(" | "))
