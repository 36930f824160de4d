"""The floors of the project: imports go down only, and each large library is spoken to in one or two files."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("app", "bot.web", "eval", "bot", "embeddings", "corpus", "prompts")
MAY_IMPORT = {
    "app": {"bot.web", "eval", "bot", "embeddings", "corpus", "prompts"},
    "bot.web": {"bot", "embeddings", "corpus", "prompts"},
    "eval": {"bot.web", "bot", "embeddings", "corpus", "prompts"},
    "bot": {"embeddings", "corpus", "prompts"},
    "embeddings": {"corpus", "prompts"},
    "corpus": set(),
    "prompts": set(),
}
SPOKEN_TO_IN = {"chromadb": 2, "tantivy": 1, "langchain_core": 2, "langchain": 2, "gradio": 2}
SPOKEN_TO_UNDER = {"fastapi": "bot/web", "uvicorn": "bot/web"}  # each router is a file of its own

DISTRIBUTIONS = {
    "ir_measures": "ir-measures",
    "langchain_chroma": "langchain-chroma",
    "langchain_classic": "langchain-classic",
    "langchain_community": "langchain-community",
    "langchain_core": "langchain-core",
    "markdown_it": "markdown-it-py",
    "sentence_transformers": "sentence-transformers",
    "sklearn": "scikit-learn",
}
# The libraries that they belong to decide their versions.
COME_ALONG = {"PIL", "httpx", "huggingface_hub", "pydantic", "safetensors", "starlette"}
# Loaded by name, as whoever asks for it names it: init_chat_model brings in the package of the provider.
BY_NAME = {"langchain-openai"}
# Required for the tests; a measurement opens the page with it as well.
OF_TESTS = {"playwright"}


def files() -> list[Path]:
    found = [ROOT / "app.py"]
    for room in ("bot", "embeddings", "corpus", "prompts", "eval"):
        found += sorted((ROOT / room).rglob("*.py"))
    return found


def imported(path: Path) -> Iterator[str]:
    """Yield the full names of the modules that a file imports anywhere, also for types only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            parts = [f"{module}.{alias.name}" for alias in node.names]
            yield from parts if module in ROOMS else [module]


def room(module: str) -> str | None:
    return next((r for r in ROOMS if module == r or module.startswith(r + ".")), None)


def third_party(path: Path) -> set[str]:
    tops = {name.split(".")[0] for name in imported(path)}
    return {top for top in tops if top not in sys.stdlib_module_names and top not in ROOMS}


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_go_down_only(path: Path) -> None:
    here = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert here is not None
    for name in imported(path):
        there = room(name)
        assert there is None or there == here or there in MAY_IMPORT[here], f"{here} may not import {name}"


@pytest.mark.parametrize("library", SPOKEN_TO_IN)
def test_a_large_library_is_spoken_to_in_one_or_two_files(library: str) -> None:
    speakers = [path.relative_to(ROOT).as_posix() for path in files() if library in third_party(path)]
    assert len(speakers) <= SPOKEN_TO_IN[library], speakers


@pytest.mark.parametrize("library", SPOKEN_TO_UNDER)
def test_a_library_of_the_doors_is_spoken_to_in_their_room(library: str) -> None:
    speakers = [path.relative_to(ROOT).as_posix() for path in files() if library in third_party(path)]
    assert all(speaker.startswith(f"{SPOKEN_TO_UNDER[library]}/") for speaker in speakers), speakers


def test_what_is_imported_is_required_and_what_is_required_is_imported() -> None:
    used = {DISTRIBUTIONS.get(top, top) for path in files() for top in third_party(path)} - COME_ALONG - OF_TESTS
    assert required("requirements-dev.txt") >= OF_TESTS
    files_of = ("requirements.txt", "requirements-train.txt", "requirements-cost.txt", "requirements-ocr.txt")
    assert used | BY_NAME == set.union(*map(required, files_of)) - {
        "rank-bm25"
    }  # which LangChain's BM25Retriever imports


def test_each_requirement_is_pinned_as_the_constraints_have_it() -> None:
    constraints = [line.lower().replace("_", "-") for line in lines("constraints.txt")]
    for name in (
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-train.txt",
        "requirements-cost.txt",
        "requirements-ocr.txt",
    ):
        for line in lines(name):
            assert re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+", line), f"{name}: {line} is not pinned"
            assert line in constraints, f"{name}: {line} is not what constraints.txt has"


def test_constraints_hold_plain_versions_only() -> None:
    for line in lines("constraints.txt"):
        assert re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9a-z.]+", line), line


def test_the_python_that_is_asked_for_is_told_in_one_place_and_the_makefile() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["requires-python"].removeprefix(">=")
    assert f"Python {version} or newer" in (ROOT / "Makefile").read_text(encoding="utf-8")


def lines(name: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith(("#", "-r"))]


def required(name: str) -> set[str]:
    return {line.split("==")[0] for line in lines(name)}
