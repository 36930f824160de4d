"""Measure what index and search cost as they grow, beside what one would write with LangChain today.

python -m eval.cost --data DIR [--passages 10000 100000]

Passages are stretches of the statutes in DIR/corpora (each number of passages in a process of its own, so that memory is
its own); where there are too few, they come again under other ids. The same vectors go to this project's index, to
Chroma alone, and to LangChain's EnsembleRetriever over BM25Retriever (cut by jieba) and Chroma. Ratios are told, because
machines and their load differ. The comparison needs requirements-cost.txt; without it its cells are empty.
"""

import argparse
import gzip
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus.document import Passage, Span
from embeddings.build import Rows, embedded
from embeddings.encoder import load_encoder
from embeddings.index import Index
from embeddings.record import Given
from eval.latency import percentile

_LENGTH = 300  # characters of a passage
_PER_DOCUMENT = 25  # passages that count as one document, so that filters have something to leave
_QUERIES = 200
_SLOW = 20  # queries asked of what takes seconds for each
_K = 10
_BATCH = 5_000
_MEGABYTE = 1 << 20
_INSTALL = "python -m pip install -c constraints.txt -r requirements-cost.txt"
_HEAD = (
    "| passages | what | passages/s | p50 ms | p95 ms | p50 / p95 in 2 % | p50 / p95 in half | right found | disk MB | memory MB |\n"
    "|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each number of passages and each way to search; 1 if there is nothing to measure."""
    given = parser().parse_args(arguments)
    if not any((given.data / "corpora").glob("*.jsonl.gz")):
        print(f"Nothing measured: {given.data / 'corpora'} holds no .jsonl.gz of statutes.", file=sys.stderr)
        return 1
    print(_HEAD, flush=True)
    context = multiprocessing.get_context("spawn")
    ways = ["index", "chroma", "langchain"]
    if missing := _missing():
        print(f"Not compared with LangChain: {missing} is missing. Install it by: {_INSTALL}", file=sys.stderr)
        ways.remove("langchain")
    for count in given.passages:
        for way in ways if count <= given.compare else ways[:1]:
            process = context.Process(target=_measured, args=(way, given.data, count))
            process.start()
            process.join()
            if process.exitcode:
                return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.cost", description="Measure the cost of index and search.")
    made.add_argument("--data", metavar="DIR", type=Path, required=True, help="the folder that holds corpora/")
    made.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000], help="how many (%(default)s)")
    made.add_argument("--compare", type=int, default=100_000, help="beyond so many, this index alone (%(default)s)")
    return made


def passages_of(data: Path, count: int) -> list[Passage]:
    """Return ``count`` passages of the statutes, some to a document."""
    made: list[Passage] = []
    while len(made) < count:
        before = len(made)
        for title, text in _stretches(data / "corpora"):
            document = f"d{len(made) // _PER_DOCUMENT}"
            made.append(Passage(f"{document}#{len(made)}", document, (Span(0, len(text)),), (), text, title))
            if len(made) == count:
                break
        if len(made) == before:
            raise ValueError(f"{data / 'corpora'} holds no text.")
    return made


def queries_of(passages: Sequence[Passage]) -> list[tuple[str, str]]:
    """Return questions as (stretch of a passage with every third character left out, id of the passage)."""
    asked = []
    for number in range(_QUERIES):
        passage = passages[len(passages) * number // _QUERIES]
        middle = passage.text[len(passage.text) // 3 :][:30]
        asked.append(("".join(char for place, char in enumerate(middle) if place % 3 < 2), passage.id))
    return asked


def _measured(way: str, data: Path, count: int) -> None:
    """Index and search in one way, and print the row."""
    passages = passages_of(data, count)
    encoder = load_encoder()
    began = time.perf_counter()
    rows = np.concatenate(
        [encoder.encode_passages([embedded(p) for p in passages[i : i + _BATCH]]) for i in range(0, count, _BATCH)]
    )
    encoding = time.perf_counter() - began
    asked = queries_of(passages)
    with tempfile.TemporaryDirectory() as place:
        before = _memory()
        began = time.perf_counter()
        search, encodes = _WAYS[way](Path(place), passages, rows, encoder)
        seconds = time.perf_counter() - began + (0 if encodes else encoding)
        disk = sum(path.stat().st_size for path in Path(place).rglob("*") if path.is_file())
        cells = _searched(search, asked if way == "index" else asked[:: _QUERIES // _SLOW], passages)
        memory = _memory() - before
    row = (f"{count:,}", way, f"{count / seconds:.0f}", *cells, f"{disk / _MEGABYTE:.0f}", f"{memory:.0f}")
    print(f"| {' | '.join(row)} |", flush=True)


Search = Callable[[str, Sequence[str] | None], list[str]]


def _searched(search: Search, asked: Sequence[tuple[str, str]], passages: Sequence[Passage]) -> list[str]:
    """Return the cells of time, in all and with a narrow and a wide filter, and of the share that is found."""
    documents = list(dict.fromkeys(passage.document_id for passage in passages))
    narrow, wide = frozenset(documents[::50]), frozenset(documents[::2])
    search(asked[0][0], None)
    times, found = _times(lambda query: search(query, None), asked)
    cells = [f"{percentile(times, 50):.1f}", f"{percentile(times, 95):.1f}"]
    for among in (narrow, wide):
        search(asked[0][0], among)
        filtered, _ = _times(lambda query, among=among: search(query, among), asked[:: max(1, len(asked) // 50)])
        cells.append(f"{percentile(filtered, 50):.1f} / {percentile(filtered, 95):.1f}")
    return [*cells, f"{100 * found / len(asked):.1f}"]


def _times(search: Callable[[str], list[str]], asked: Sequence[tuple[str, str]]) -> tuple[list[float], int]:
    times, found = [], 0
    for query, right in asked:
        began = time.perf_counter()
        ids = search(query)
        times.append(1000 * (time.perf_counter() - began))
        found += right in ids
    return times, found


def _index(place: Path, passages: Sequence[Passage], rows: Rows, encoder: Any) -> tuple[Search, bool]:
    """This project's index, whole: it encodes, writes terms and vectors, verifies and publishes."""
    index = Index(place, encoder)
    index.bring_level("cost", Given(passages))
    view = index.view()
    return lambda query, among: [hit.passage_id for hit in view.search(query, _K, among)], True


def _chroma(place: Path, passages: Sequence[Passage], rows: Rows, encoder: Any) -> tuple[Search, bool]:
    """Chroma alone over the same vectors, with its own settings."""
    import chromadb

    client = chromadb.PersistentClient(str(place), chromadb.config.Settings(anonymized_telemetry=False))
    collection = client.create_collection("passages", configuration={"hnsw": {"space": "cosine"}})
    for start in range(0, len(passages), _BATCH):
        part = passages[start : start + _BATCH]
        documents = [{"document": p.document_id} for p in part]
        collection.add(ids=[p.id for p in part], embeddings=rows[start : start + _BATCH], metadatas=documents)

    def search(query: str, among: Sequence[str] | None) -> list[str]:
        where = {"document": {"$in": list(among)}} if among else None
        vector = encoder.encode_question(query)
        return collection.query(query_embeddings=[vector], n_results=_K, where=where, include=[])["ids"][0]

    return search, False


def _langchain(place: Path, passages: Sequence[Passage], rows: Rows, encoder: Any) -> tuple[Search, bool]:
    """LangChain's EnsembleRetriever over BM25Retriever (words by jieba) and Chroma, as its documentation has it."""
    import jieba
    from langchain_chroma import Chroma
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever

    class Encoder:
        """What LangChain calls an embedding."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return encoder.encode_passages(texts).tolist()

        def embed_query(self, text: str) -> list[float]:
            return encoder.encode_question(text).tolist()

    texts = [f"{p.context}\n{p.text}" for p in passages]
    metadatas = [{"id": p.id, "document": p.document_id} for p in passages]
    words = BM25Retriever.from_texts(texts, metadatas, preprocess_func=jieba.lcut, k=_K)
    store = Chroma("passages", Encoder(), str(place), collection_configuration={"hnsw": {"space": "cosine"}})
    for start in range(0, len(texts), _BATCH):
        store.add_texts(texts[start : start + _BATCH], metadatas[start : start + _BATCH])

    def search(query: str, among: Sequence[str] | None) -> list[str]:
        how: dict[str, Any] = {"k": _K, "filter": {"document": {"$in": list(among)}}} if among else {"k": _K}
        both = EnsembleRetriever(retrievers=[words, store.as_retriever(search_kwargs=how)], weights=[0.5, 0.5])
        return [found.metadata["id"] for found in both.invoke(query)][:_K]

    return search, True


_WAYS: dict[str, Callable[..., tuple[Search, bool]]] = {"index": _index, "chroma": _chroma, "langchain": _langchain}


def _missing() -> str:
    """Return the first of the packages of the comparison that is not installed, "" for none."""
    from importlib.util import find_spec

    wanted = ("jieba", "langchain_chroma", "langchain_classic", "langchain_community", "rank_bm25")
    return next((name for name in wanted if find_spec(name) is None), "")


def _stretches(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                document = json.loads(line)
                text = "".join(document["text"].split())
                for start in range(0, len(text) - _LENGTH // 2, _LENGTH):
                    yield document["title"], text[start : start + _LENGTH]


def _memory() -> float:
    """Return the most memory that this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
