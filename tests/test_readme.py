"""The README says what is there: every setting, every command, every file."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import app
from bot.settings import ROOT, Settings, variable
from eval.questions import Question

README = (ROOT / "README.md").read_text(encoding="utf-8")
ROOMS = ("bot", "corpus", "embeddings", "eval", "prompts")


def commands(start: str) -> list[str]:
    """Return what the README tells to type, from ``start`` to the end of the code."""
    return [match.strip() for match in re.findall(rf"(?:^|`|=\S+ )({start}[^`\n#]*)", README, re.M)]


def test_the_table_of_settings_is_what_the_settings_are() -> None:
    rows = re.findall(r"^\| `(POLICY_\w+)` \| `?([^|]*?)`? \| (.*) \|$", README, re.M)
    written = [(variable(f.name), _shown(f.default), f.metadata["help"]) for f in fields(Settings)]
    assert rows == written


def test_no_setting_is_told_that_is_none() -> None:
    known = {variable(f.name) for f in fields(Settings)}
    assert set(re.findall(r"POLICY_[A-Z_]+", README)) <= known


@pytest.mark.parametrize("command", commands("python app.py"))
def test_each_command_can_be_called_as_written(command: str) -> None:
    arguments = app._parser().parse_args(shlex.split(command.replace("...", ""))[2:])
    assert arguments.command


def test_each_command_is_told() -> None:
    names = {words.split()[2] for words in commands("python app.py") if len(words.split()) > 2}
    usage = app._parser().format_help()
    assert names == set(re.findall(r"^    (\w+)  ", usage, re.M))


def test_each_option_that_is_told_exists() -> None:
    for name, row in re.findall(r"^\| `python app\.py ?(\w*)[^`]*` \| (.*) \|$", README, re.M):
        with pytest.raises(SystemExit):
            app._parser().parse_args([name, "--help"] if name else ["--help"])
        options = set(re.findall(r"--[a-z]+", row))
        assert options <= _options(name), name


@pytest.mark.parametrize("module", sorted(set(re.findall(r"python -m ([\w.]+)", README))))
def test_each_module_that_is_run_exists(module: str) -> None:
    assert (ROOT / module.replace(".", "/")).with_suffix(".py").is_file()


def test_each_verb_of_make_is_told_and_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.M)[0].split())
    assert set(re.findall(r"\bmake ([a-z]+)", README)) & verbs == verbs
    assert set(re.findall(r"(?:`|^|\S=\S+ )make ([a-z]+)", README, re.M)) <= verbs


def test_each_field_of_a_question_is_told() -> None:
    section = README.partition("## Question sets")[2].partition("\n## ")[0]
    assert {f.name for f in fields(Question)} <= set(re.findall(r"[`\"](\w+)[`\"]", section))


def test_the_tree_shows_each_file_and_no_other() -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path.name != "__init__.py"]
    there = {path.relative_to(ROOT).as_posix() for path in files} | {"app.py"}
    shown = _tree()
    assert {path for path in shown if path.endswith(".py")} == there
    for path in shown:
        assert (ROOT / path).exists(), path


def _tree() -> set[str]:
    """Return the paths that the tree in the README shows."""
    block = README.partition("## Tree")[2].split("```")[1].strip("\n")
    paths: set[str] = set()
    folders: list[str] = []
    for line in block.splitlines():
        depth = (len(line) - len(line.lstrip())) // 4
        name = line.split()[0]
        folders = [*folders[:depth], name.rstrip("/")]
        paths.add("/".join(folders))
    return paths


def _options(name: str) -> set[str]:
    parser = app._parser()
    if name:
        parser = next(a for a in parser._actions if a.choices and name in a.choices).choices[name]
    return {option for action in parser._actions for option in action.option_strings}


def _shown(default: object) -> str:
    return default.relative_to(ROOT).as_posix() if isinstance(default, Path) else str(default)


def test_the_first_screen_shows_what_the_bot_really_says(tmp_path: Path) -> None:
    shown = re.search(r"\$ python app\.py (.+)\n((?:.*\n)+?)```", README)
    assert shown
    environment = {**os.environ, "POLICY_HOME": str(tmp_path)}
    command = [sys.executable, "app.py", *shlex.split(shown[1])]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert said.strip() == shown[2].strip()
