"""Find passages for an inquiry, as a LangChain retriever. LangChain's own Document stays in this file."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as Retrieved
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from bot.answer import Filters
from bot.inquiry import Found
from bot.matching import official
from bot.repeats import distinct
from bot.slots import allowed
from bot.snapshot import Snapshot
from embeddings.fusion import refine
from embeddings.late import nearness

_SPARE = 12  # passages found beyond those wanted, in the place of repeats
_FIRST = 32  # passages that are read again: a large reranker takes a tenth of a second for each on a CPU
_log = logging.getLogger(__name__)


class PassageRetriever(BaseRetriever):
    """Passages of the library, nearest to a query by words and by meaning; ``documents`` limits where they may come from."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    snapshot: Any
    k: int = 10
    documents: frozenset[str] | None = None
    beside: tuple[tuple[str, float], ...] = ()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Retrieved]:
        hits = self.snapshot.index.search(query, k=self.k, documents=self.documents, beside=self.beside)
        found = ((hit, self.snapshot.passage(hit.passage_id)) for hit in hits)
        return [
            Retrieved(
                id=p.id, page_content=p.text, metadata={"score": hit.score, "parts": dict(hit.parts), "passage": p}
            )
            for hit, p in found
            if p is not None
        ]


def retrieve(
    snapshot: Snapshot,
    query: str,
    k: int,
    documents: Collection[str] | None = None,
    beside: Sequence[tuple[str, float]] = (),
    per_document: int | None = None,
) -> list[Found]:
    """Return the ``k`` passages nearest to ``query``, best first, each with its document, without repeats.

    ``documents``: those they may come from; ``beside``: see ``View.search``; ``per_document``: how many of one at most.
    """
    limit = None if documents is None else frozenset(documents)
    retriever = PassageRetriever(snapshot=snapshot, k=k + _SPARE, documents=limit, beside=tuple(beside))
    return distinct(_unwrap(retriever.invoke(query), snapshot), per_document)[:k]


def rerank(
    snapshot: Snapshot, query: str, found: Sequence[Found], beside: Sequence[tuple[str, float]] = ()
) -> list[Found]:
    """Return ``found`` in a better order: by how near its words come to those of the question, then by the reranker.

    Official words for a question's everyday ones count as the question's; ``beside``: see ``View.search``. Only the
    first passages are read again.
    """
    return _reread(snapshot, query, _nearer(f"{query} {official(query)}", found, beside))


def _nearer(query: str, found: Sequence[Found], beside: Sequence[tuple[str, float]]) -> list[Found]:
    near = nearness(query, [_read(f) for f in found[:_FIRST]], beside).tolist()
    near += [min(near, default=0.0)] * (len(found) - len(near))
    scores = refine([f.score for f in found], near)
    better = [
        replace(f, score=score, parts={**f.parts, "nearness": round(n, 6)})
        for f, score, n in zip(found, scores, near, strict=True)
    ]
    return sorted(better, key=lambda f: (-f.score, f.passage.id))


def _reread(snapshot: Snapshot, query: str, found: list[Found]) -> list[Found]:
    """Return the first passages in the order of the reranker, if there is one; its score is among the parts.

    The scores of the search stay where they were, so that what reads them finds them as it knows them. A reranker
    that fails leaves the order as it was.
    """
    if snapshot.reranker is None or not found:
        return found
    first = found[:_FIRST]
    try:
        given = snapshot.reranker.scores(query, [_read(f) for f in first])
    except (RuntimeError, ValueError, IndexError) as error:
        _log.warning("The reranker %s failed (%s); the order of the search stands.", snapshot.reranker.name, error)
        return found
    read = [replace(f, parts={**f.parts, "reranker": score}) for f, score in zip(first, given, strict=True)]
    read.sort(key=lambda f: (-f.parts["reranker"], f.passage.id))
    return [*(replace(f, score=place.score) for f, place in zip(read, first, strict=True)), *found[_FIRST:]]


def _read(found: Found) -> str:
    return f"{found.passage.context}\n{found.passage.text}"


def search(snapshot: Snapshot, query: str, k: int, filters: Filters = Filters()) -> list[Found]:
    """Return the ``k`` passages nearest to ``query`` that the filters leave: what `search` and the API show."""
    return rerank(snapshot, query, retrieve(snapshot, query, max(k, _FIRST), allowed(snapshot, filters)))[:k]


def _unwrap(retrieved: Sequence[Retrieved], snapshot: Snapshot) -> list[Found]:
    found = []
    for r in retrieved:
        document = snapshot.document(r.metadata["passage"].document_id)
        if document is not None:
            found.append(Found(r.metadata["passage"], document, r.metadata["score"], r.metadata["parts"]))
    return found
