"""Documents and passages as `list`, `search` and the API show them: plain values, ready for JSON."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from bot.inquiry import Found
from corpus.document import Document, Target
from corpus.library import Library


def documents_array(library: Library) -> list[dict[str, Any]]:
    """Return identity and size of each document, by id."""
    passages = {record.document_id: record.passages for record in library.records()}
    return [_document(document, passages.get(document.id, 0)) for document in library.documents()]


def documents_page(library: Library, offset: int, limit: int) -> dict[str, Any]:
    """Return the object of ``GET /api/documents``: ``limit`` documents by id, after the first ``offset``, and the total."""
    ids = library.document_ids()
    shown = ids[offset : offset + limit]
    passages = Counter(passage.document_id for passage in library.passages(shown)) if shown else Counter()
    documents = [document for id in shown if (document := library.document(id))]
    return {"documents": [_document(each, passages[each.id]) for each in documents], "total": len(ids)}


def whole_document(library: Library, id: str) -> dict[str, Any] | None:
    """Return the object of ``GET /api/documents/{id}``: identity, size and text of one document, or None."""
    document = library.document(id)
    return document and {**_document(document, len(library.passages([id]))), "text": document.text}


def targets_array(targets: Iterable[Target], document: Callable[[str], Document | None]) -> list[dict[str, Any]]:
    """Return what each target says, in the order given, with the document it stands in."""
    return [_target(each, found) for each in targets if (found := document(each.document_id))]


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


def _target(target: Target, document: Document) -> dict[str, Any]:
    return {
        "id": target.id,
        "document_id": document.id,
        "title": document.title,
        "number": document.number,
        "issuer": document.issuer,
        "region": document.region,
        "heading": list(target.headings),
        "indicator": target.indicator,
        "quantity": target.quantity,
        "comparator": target.comparator,
        "low": target.low,
        "high": target.high,
        "unit": target.unit,
        "year": target.year,
        "scope": target.scope,
        "reached": target.reached,
        "sentence": target.sentence.of(document.text),
        "start": target.sentence.start,
        "end": target.sentence.end,
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
