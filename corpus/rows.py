"""Turn documents, passages and targets into rows of the library and back. Knows columns; knows nothing of SQLite."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from corpus.document import Document, Enclosed, Passage, Span, Target
from corpus.report import Measures

_SPANS = ("span", "clause", "sentence", "deadline", "scope_span")  # the fields of a target that are spans


def identity_row(document: Document) -> str:
    """Return what a document knows about itself, without id and text, as JSON."""
    known = {field.name: getattr(document, field.name) for field in fields(Document)}
    del known["id"], known["text"]
    known["evidence"] = {name: _pair(span) for name, span in document.evidence.items()}
    known["encloses"] = [{**asdict(each), "span": _pair(each.span)} for each in document.encloses]
    return _json(known)


def document(id: str, text: str, identity: str) -> Document:
    """Return the document of a row; a field that this code does not know, of another version, is left out."""
    known = _known(Document, json.loads(identity))
    known["evidence"] = {name: Span(*pair) for name, pair in known.get("evidence", {}).items()}
    known["derived"] = tuple(known.get("derived", ()))
    enclosed = [_known(Enclosed, each) for each in known.get("encloses", ())]
    known["encloses"] = tuple(Enclosed(**{**each, "span": _span(each.get("span"))}) for each in enclosed)
    return Document(id, text, **known)


def passage_row(passage: Passage, position: int) -> tuple[Any, ...]:
    """Return the columns of ``passages``."""
    spans = _json([_pair(span) for span in passage.spans])
    headings = _json(passage.headings)
    flag = int(passage.derived_headings)
    return (passage.id, passage.document_id, position, spans, headings, passage.text, passage.context, flag)


def passage(row: Sequence[Any]) -> Passage:
    """Return the passage of a row: the columns of ``passage_row`` without the position."""
    id, document_id, spans, headings, text, context, flag = row
    stretches = tuple(Span(*pair) for pair in json.loads(spans))
    return Passage(id, document_id, stretches, tuple(json.loads(headings)), text, context, bool(flag))


def target_row(target: Target, position: int) -> tuple[Any, ...]:
    """Return the columns of ``targets``."""
    known = asdict(target)
    for name in _SPANS:
        known[name] = _pair(getattr(target, name))
    return (known.pop("id"), known.pop("document_id"), position, _json(known))


def target(id: str, document_id: str, body: str) -> Target:
    """Return the target of a row."""
    known = _known(Target, json.loads(body))
    for name in _SPANS:
        known[name] = _span(known[name])
    known["headings"] = tuple(known["headings"])
    return Target(id, document_id, **known)


def measures_row(measures: Measures) -> str:
    """Return the column of what was measured."""
    return _json(asdict(measures))


def measures(column: str) -> Measures:
    """Return what was measured; of a document of an earlier version nothing is known."""
    known = _known(Measures, json.loads(column))
    return Measures(**{**known, "notes": tuple(known.get("notes", ()))})


def _known(kind: type, values: dict[str, Any]) -> dict[str, Any]:
    return {field.name: values[field.name] for field in fields(kind) if field.name in values}


def _span(pair: Sequence[int] | None) -> Span | None:
    return Span(*pair) if pair else None


def _pair(span: Span | None) -> tuple[int, int] | None:
    return (span.start, span.end) if span else None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
