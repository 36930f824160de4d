"""Find passages for an inquiry, as a LangChain retriever. LangChain's own Document stays in this file."""

from collections.abc import Collection, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as Retrieved
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from bot.answer import Filters
from bot.inquiry import Found
from bot.slots import admitted
from bot.snapshot import Snapshot


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
) -> list[Found]:
    """Return the ``k`` passages nearest to ``query``, best first, each with its document; ``beside``: see ``View.search``."""
    limit = None if documents is None else frozenset(documents)
    retriever = PassageRetriever(snapshot=snapshot, k=k, documents=limit, beside=tuple(beside))
    return _unwrap(retriever.invoke(query), snapshot)


def search(snapshot: Snapshot, query: str, k: int, filters: Filters = Filters()) -> list[Found]:
    """Return the ``k`` passages nearest to ``query`` that the filters leave: what `search` and the API show."""
    return retrieve(snapshot, query, k, admitted(snapshot.documents, filters))


def _unwrap(retrieved: Sequence[Retrieved], snapshot: Snapshot) -> list[Found]:
    found = []
    for r in retrieved:
        document = snapshot.document(r.metadata["passage"].document_id)
        if document is not None:
            found.append(Found(r.metadata["passage"], document, r.metadata["score"], r.metadata["parts"]))
    return found
