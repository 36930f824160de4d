"""Documents and passages as `list`, `search` and the API show them: plain values, ready for JSON."""

from collections.abc import Iterable
from typing import Any

from bot.inquiry import Found
from corpus.document import Document
from corpus.library import Library


def documents_array(library: Library) -> list[dict[str, Any]]:
    """Return identity and size of each document, by id."""
    passages = {record.document_id: record.passages for record in library.records()}
    return [_document(document, passages.get(document.id, 0)) for document in library.documents()]


def passages_object(found: Iterable[Found]) -> dict[str, Any]:
    """Return the object of ``POST /api/search``: the passages in their order, with the parts of their scores."""
    return {"passages": [_passage(each) for each in found]}


def _document(document: Document, passages: int) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "number": document.number,
        "issuer": document.issuer,
        "region": document.region,
        "issued": document.issued,
        "published": document.published,
        "validity": document.validity,
        "url": document.url,
        "encloses": [enclosed.title for enclosed in document.encloses],
        "derived": list(document.derived),
        "characters": len(document.text),
        "passages": passages,
    }


def _passage(found: Found) -> dict[str, Any]:
    passage, document = found.passage, found.document
    return {
        "id": passage.id,
        "document_id": document.id,
        "title": document.title,
        "number": document.number,
        "issuer": document.issuer,
        "region": document.region,
        "heading": list(passage.headings),
        "text": passage.text,
        "spans": [[span.start, span.end] for span in passage.spans],
        "score": found.score,
        "parts": dict(found.parts),
    }
