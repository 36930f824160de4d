"""Find passages by their words: BM25 in tantivy. The only file that speaks to tantivy; knows nothing of vectors."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import rjieba
import tantivy
from tqdm import tqdm

from corpus.document import Passage
from corpus.fold import fold
from embeddings.generations import Damaged
from embeddings.mirror import Mirror

_CONTEXT = 0.5  # what a term in the context line counts beside one in the text
_IDEOGRAPHS = "〇㐀-鿿豈-﫿ぁ-ヿ\U00020000-\U0003ffff"
_RUN = re.compile(rf"[a-z0-9]+(?:\.[a-z0-9]+)*%?|[{_IDEOGRAPHS}]+|[^\W_]+")
_NUMBER = re.compile(r"(?:\(\s*(\d{4})\s*年?\s*\)\s*第?|(?<!\d)(\d{4})\s*年\s*第)\s*(\d{1,5})\s*号")
_UNIT = re.compile(rf"\s?([{_IDEOGRAPHS}])")
_QUOTED = re.compile(r'"([^"\n]{2,60})"|《([^》\n]{2,60})》')
_NAME = re.compile(rf"[{_IDEOGRAPHS}\s]*\Z")
Beside = Sequence[tuple[str, float]]
_LONGEST_NAME = 6  # 国办发明电: the letters of an issuer before the year of a document number


def tokens(text: str) -> list[str]:
    """Return the terms of ``text``: characters and pairs of characters, Latin and digit runs, words, document numbers.

    A number comes alone and with the first character of its unit: 2015, 2015年.

    A word is marked with ``_`` and a document number holds a bracket, so that neither is counted as a pair.
    """
    folded = fold(text.encode("utf-8", "replace").decode())  # rjieba takes no lone surrogates
    return [*_runs(folded), *_words(folded), *_numbers(folded)]


def words(text: str) -> list[str]:
    """Return the words of ``text`` alone, marked as ``tokens`` marks them, each once."""
    return list(dict.fromkeys(_words(fold(text.encode("utf-8", "replace").decode()))))


def write(folder: Path, added: Sequence[Passage], removed: Sequence[str] = ()) -> None:
    """Bring the term index in ``folder`` level: make it if need be, drop the passages of these ids, add these."""
    folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for passage_id in removed:
        writer.delete_documents_by_term("id", passage_id)
    for passage in tqdm(added, desc="Terms", delay=2, disable=None):
        writer.add_document(
            tantivy.Document(
                id=[passage.id],
                document=[passage.document_id],
                text=[" ".join(tokens(passage.text))],
                context=[" ".join(tokens(passage.context))],
            )
        )
    writer.commit()
    writer.wait_merging_threads()


class Terms:
    """A finished term index, open for reading. Threads may share it; the folder is never written."""

    def __init__(self, folder: Path):
        self._mirror = Mirror(folder)
        try:
            index = tantivy.Index.open(str(self._mirror.folder))
            index.config_reader("manual")
            index.reload()
        except ValueError as error:
            raise Damaged(f"the term index cannot be opened ({error})") from error
        self._schema = index.schema
        self._searcher = index.searcher()

    def __len__(self) -> int:
        return self._searcher.num_docs

    def search(
        self, query: str, k: int, documents: Collection[str] | None = None, beside: Beside = ()
    ) -> list[tuple[str, float]]:
        """Return at most ``k`` (passage id, BM25), best first, equal scores by id; of ``documents`` only, if given.

        ``beside``: texts that were said before, each with what its words count beside one of ``query``.
        """
        bag = self._bag(query, beside)
        if bag is None or k < 1:
            return []
        wanted = bag if documents is None else self._among("document", documents, bag)
        return self._best(wanted, k)

    def scores(self, query: str, ids: Sequence[str], beside: Beside = ()) -> dict[str, float]:
        """Return the BM25 scores of these passages; one that shares no term with ``query`` is left out."""
        bag = self._bag(query, beside)
        return dict(self._best(self._among("id", ids, bag), len(ids))) if bag is not None and ids else {}

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """Return how many passages hold each term in their text: pairs of characters, Latin words (see ``tokens``)."""
        return {term: self._searcher.doc_freq("text", term) for term in terms}

    def _bag(self, query: str, beside: Beside = ()) -> tantivy.Query | None:
        counts: Counter[str] = Counter(tokens(query))
        for found in _QUOTED.finditer(fold(query)):
            counts.update(tokens(found[1] or found[2]))  # what is quoted counts twice
        for text, share in beside:
            for word in words(text):
                counts[word] += share
        parts = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, token), weight * count))
            for token, count in sorted(counts.items())
            for field, weight in (("text", 1.0), ("context", _CONTEXT))
        ]
        return tantivy.Query.boolean_query(parts) if parts else None

    def _term(self, field: str, token: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, token, index_option="freq")

    def _among(self, field: str, values: Collection[str], bag: tantivy.Query) -> tantivy.Query:
        allowed = tantivy.Query.term_set_query(self._schema, field, sorted(values))
        filter = tantivy.Query.const_score_query(allowed, 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, filter), (tantivy.Occur.Must, bag)])

    def _best(self, query: tantivy.Query, k: int) -> list[tuple[str, float]]:
        limit = k + 8
        hits = self._searcher.search(query, limit, count=False).hits
        while len(hits) == limit and round(hits[-1][0], 3) == round(hits[k - 1][0], 3):  # the tie goes on: see it whole
            limit *= 4
            hits = self._searcher.search(query, limit, count=False).hits
        found = [(self._searcher.doc(address)["id"][0], round(score, 3)) for score, address in hits]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("context", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _runs(folded: str) -> Iterator[str]:
    for found in _RUN.finditer(folded):
        run = found[0]
        if run.isascii():
            yield run
            if run[-1] == "%":
                yield run[:-1]
            elif run[0].isdigit() and (unit := _UNIT.match(folded, found.end())):
                yield run + unit[1]
        elif re.match(f"[{_IDEOGRAPHS}]", run):
            yield from run
            yield from (run[start : start + 2] for start in range(len(run) - 1))
        else:
            yield run


def _words(folded: str) -> Iterator[str]:
    return (f"_{word}" for word in rjieba.cut(folded) if len(word) > 1 and word.isalnum() and not word.isascii())


def _numbers(folded: str) -> Iterator[str]:
    """Yield 深府(2010)183号 for each document number; where its name begins is unknown, so once for each beginning."""
    for found in _NUMBER.finditer(folded):
        before = _NAME.search(folded, max(0, found.start() - 3 * _LONGEST_NAME), found.start())
        name = "".join(before[0].split())[-_LONGEST_NAME:] if before else ""
        rest = f"({found[1] or found[2]}){int(found[3])}号"
        yield from (name[start:] + rest for start in range(len(name) - 1))
