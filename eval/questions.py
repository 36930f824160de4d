"""Read question sets: a JSON object a line, held to what a set may hold. Knows nothing of answers or scores."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args

from bot.answer import Filters, Reason, Status, Turn


class BrokenSet(ValueError):
    """A question set that cannot be used; the message reads ``FILE:LINE: what is wrong``."""


@dataclass(frozen=True)
class Question:
    """A question of a set and its gold, as far as it has one."""

    id: str
    question: str
    history: tuple[Turn, ...] = ()
    filters: Filters = Filters()
    answers: tuple[str, ...] = ()  # any one is right
    answerable: bool = True
    status: Status | None = None
    reason: Reason | None = None
    document_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    near_miss: tuple[str, ...] = ()  # quotes of what the documents have instead
    must: tuple[str, ...] = ()  # regular expressions that the reply has to match
    must_not: tuple[str, ...] = ()
    task: str | None = None
    kind: str | None = None


def read_questions(path: Path) -> tuple[Question, ...]:
    """Return the questions of a set, in order. Raises BrokenSet at the first thing wrong, OSError for no such file."""
    return tuple(question for _, question in numbered_questions(path))


def numbered_questions(path: Path) -> tuple[tuple[int, Question], ...]:
    """Return the questions of a set, each with the number of its line; raises as ``read_questions`` does."""
    questions: list[tuple[int, Question]] = []
    seen: dict[str, int] = {}
    for number, line in _lines(path):
        try:
            question = _question(line)
            if question.id in seen:
                raise ValueError(f"'id' {question.id!r} was used in line {seen[question.id]}.")
        except ValueError as error:
            raise BrokenSet(f"{path}:{number}: {error}") from error
        seen[question.id] = number
        questions.append((number, question))
    if not questions:
        raise BrokenSet(f"{path}:1: the set is empty; a question a line was expected.")
    return tuple(questions)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank with their numbers; cut at line feeds only, as JSON lines are."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def _question(line: bytes) -> Question:
    row = _row(line)
    for name in ("id", "question"):
        if name not in row:
            raise ValueError(f"'{name}' is missing.")
    for name in row:
        if name not in _READERS:
            raise ValueError(f"unknown field '{name}'. Known: {', '.join(_READERS)}.")
    return Question(**{name: _READERS[name](name, value) for name, value in row.items()})


def _row(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8"), object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start + 1} of the line).") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"broken JSON: {error.msg} (column {error.colno}).") from error
    except RecursionError as error:
        raise ValueError("broken JSON: nested too deeply.") from error
    if not isinstance(row, dict):
        raise ValueError(f"expected a JSON object, found {_kind(row)}.")
    return row


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"field '{next(n for n in names if names.count(n) > 1)}' stands twice.")
    return row


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"'{name}' must be a string, found {_kind(value)}.")
    if not value.strip():
        raise ValueError(f"'{name}' is blank.")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError(f"'{name}' holds half a character (a lone surrogate).")
    return value


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"'{name}' must be true or false, found {_kind(value)}.")
    return value


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"'{name}' must be an array, found {_kind(value)}.")
    return value


def _texts(name: str, value: Any) -> tuple[str, ...]:
    return tuple(_text(f"{name}[{n}]", item) for n, item in enumerate(_list(name, value)))


def _patterns(name: str, value: Any) -> tuple[str, ...]:
    for n, pattern in enumerate(_texts(name, value)):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"'{name}[{n}]' is no regular expression: {error}.") from error
    return tuple(value)


def _word(name: str, value: Any) -> Any:
    words = {"status": get_args(Status), "reason": get_args(Reason)}[name]
    if _text(name, value) not in words:
        raise ValueError(f"'{name}' must be one of {', '.join(words)}, found {value!r}.")
    return value


def _history(name: str, value: Any) -> tuple[Turn, ...]:
    return tuple(_turn(f"{name}[{n}]", item) for n, item in enumerate(_list(name, value)))


def _turn(name: str, value: Any) -> Turn:
    if isinstance(value, str):
        return Turn("user", _text(name, value))
    if not isinstance(value, dict) or set(value) != {"role", "content"}:
        raise ValueError(f"'{name}' must be a string or an object of 'role' and 'content'.")
    if value["role"] not in ("user", "assistant"):
        raise ValueError(f"'{name}.role' must be 'user' or 'assistant', found {value['role']!r}.")
    return Turn(value["role"], _text(f"{name}.content", value["content"]))


def _filters(name: str, value: Any) -> Filters:
    if not isinstance(value, dict):
        raise ValueError(f"'{name}' must be an object, found {_kind(value)}.")
    known = [f.name for f in fields(Filters)]
    for key, item in value.items():
        if key not in known:
            raise ValueError(f"unknown filter '{key}'. Known: {', '.join(known)}.")
        if key == "year" and item is not None and (isinstance(item, bool) or not isinstance(item, int)):
            raise ValueError(f"'{name}.year' must be a whole number, found {_kind(item)}.")
        if key != "year" and item is not None:
            _text(f"{name}.{key}", item)
    return Filters(**value)


def _kind(value: Any) -> str:
    names: Mapping[type, str] = {dict: "an object", list: "an array", str: "a string", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")


_READERS = {
    "id": _text,
    "question": _text,
    "history": _history,
    "filters": _filters,
    "answers": _texts,
    "answerable": _flag,
    "status": _word,
    "reason": _word,
    "document_ids": _texts,
    "quotes": _texts,
    "near_miss": _texts,
    "must": _patterns,
    "must_not": _patterns,
    "task": _text,
    "kind": _text,
}
