"""Find models of a folder or of the hub, and what they want said before a text. Knows no vectors and no scores."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Model = TypeVar("Model")

_SEARCH = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "
# What the cards of model families ask for and their configuration leaves out: pattern of the name, for questions, for passages.
_PROMPTS = (
    (r"\bbge-(?:small|base|large)-zh\b", "为这个句子生成表示以用于检索相关文章：", ""),
    (r"\bbge-(?:small|base|large)-en\b", "Represent this sentence for searching relevant passages: ", ""),
    (r"\be5-.*instruct\b|\be5-mistral\b|\bqwen3-embedding\b|\bgte-qwen2-", _SEARCH, ""),
    (r"\be5-(?:small|base|large)\b", "query: ", "passage: "),
)


class ModelError(Exception):
    """A model that cannot be had; the message is one line and says what to set."""


def load(kind: str, setting: str, model: str, make: Callable[..., Model]) -> Model:
    """Return what ``make(model, local_files_only=…)`` gives; raises ModelError that names ``kind`` and ``setting``."""
    is_here = Path(model).is_dir()
    try:
        return make(model, local_files_only=is_here or not _is_on_hub(model))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, ImportError) as error:
        what = " ".join(str(error).split())[:160] if is_here else "no folder, not in the local cache, hub not reached"
        raise ModelError(
            f"The {kind} {model!r} cannot be loaded ({what}). "
            f"Set {setting} to a folder or to a model that can be reached, or leave it out."
        ) from error


def prompts(model: str, own: dict[str, str]) -> tuple[str, str]:
    """Return what is said before a question and before a passage: ``own`` are the prompts of the model's configuration.

    >>> prompts("BAAI/bge-large-zh-v1.5", {})
    ('为这个句子生成表示以用于检索相关文章：', '')
    >>> prompts("intfloat/e5-base", {"query": "q: ", "document": "d: "})
    ('q: ', 'd: ')
    """
    question = _first(own, "query", "s2p_query")
    passage = _first(own, "document", "passage", "corpus")
    if question or passage:
        return question, passage
    name = Path(model).name.lower()
    return next(((asked, held) for pattern, asked, held in _PROMPTS if re.search(pattern, name)), ("", ""))


def _first(own: dict[str, str], *names: str) -> str:
    return next((own[name] for name in names if own.get(name)), "")


def _is_on_hub(model: str) -> bool:
    """Ask the hub once: loading would try for minutes, and say so in many lines, where there is no network."""
    from httpx import HTTPError
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(model, timeout=5)
    except (OSError, ValueError, HTTPError):
        return False
    return True
