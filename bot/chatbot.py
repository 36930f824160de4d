"""The path of a question, as one LangChain chain: stand alone → draft (understand → search → answer) → ground.

A chatbot keeps no conversation, the history comes in with the question, so threads and doors may share one.
"""

import logging
import math
import os
import re
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from bot.answer import MAX_QUESTION, Answer, Filters, Turn
from bot.answerers.extractive import answer
from bot.answerers.places import called_by_year, named_documents, places_of
from bot.asked import beside, read
from bot.ground import ground
from bot.inquiry import Draft, Found, Inquiry
from bot.matching import official, weigh
from bot.reply import BY_WORDS, FAULT
from bot.retriever import rerank, retrieve
from bot.slots import allowed, covers, left
from bot.snapshot import Snapshot, Snapshots
from bot.standalone import stand_alone
from bot.suggestions import examples
from bot.topic import spoken_of
from bot.understand import understand
from corpus.library import Library
from embeddings.index import Index
from embeddings.reranker import Reranker

if TYPE_CHECKING:
    from bot.generation import Generation

_log = logging.getLogger(__name__)
_WIDE = 16  # passages from the whole corpus
_OF_ONE = 8  # of them from one document
_DOCUMENTS, _AROUND = 4, 30  # documents that come first, passages more of them
_NARROW = 10  # passages from the documents of a place, year or number that the question names
_WIDENED = 0.4  # what official words for a question's everyday words count beside its own
_MAX_TURNS = 20
_TURNS = threading.Semaphore(max(2, os.cpu_count() or 2))


class Chatbot:
    """Answers questions from an index and the record of the library that each of its generations holds."""

    def __init__(self, index: Index, reranker: Reranker | None = None, generation: "Generation | None" = None):
        self.index = index
        self._snapshots = Snapshots(index, reranker)
        self._generation = generation
        self._chain: Runnable[Inquiry, str | Answer] = (
            RunnableLambda(self._stand_alone, name="stand_alone")
            | RunnableLambda(self._drafted, name="draft")
            | RunnableLambda(self._ground, name="ground")
        )
        self._drafting: Runnable[Inquiry, tuple[Inquiry, Draft]] = (
            RunnableLambda(self._understand, name="understand")
            | RunnableLambda(self._search, name="search")
            | RunnableLambda(_answer, name="answer")
        )

    @property
    def library(self) -> Library:
        """The library that questions are answered from just now; only to be read."""
        return self.snapshot().library

    def snapshot(self) -> Snapshot:
        """Return the world as a question would see it just now; only to be read."""
        return self._snapshots.now()

    def ask(self, question: str, history: Sequence[Turn | str] = (), filters: Filters = Filters()) -> Answer:
        """Return the answer: the last item of ``stream``."""
        *_, last = self.stream(question, history, filters)
        assert isinstance(last, Answer)
        return last

    def stream(
        self, question: str, history: Sequence[Turn | str] = (), filters: Filters = Filters()
    ) -> Iterator[str | Answer]:
        """Yield pieces of the reply, then the answer, whose text replaces them.

        ``history`` holds earlier turns, oldest first; a string is something the person said. No input raises: what
        cannot be asked, or fails, ends in an answer of status ``clarify`` or ``error``.
        """
        started = time.perf_counter()
        if refusal := _unaskable(question):
            yield _finished(refusal, started)
            return
        turns = tuple(Turn("user", turn) if isinstance(turn, str) else turn for turn in history)[-_MAX_TURNS:]
        for item in self._replies(question.strip(), turns, filters):
            yield _finished(item, started) if isinstance(item, Answer) else item

    def _replies(self, question: str, turns: tuple[Turn, ...], filters: Filters) -> Iterator[str | Answer]:
        """Run the chain; the one place where a fault becomes an answer. The operator's log has what happened."""
        try:
            snapshot = self._snapshots.now()
            by_words = snapshot.index.words_only
            until = time.monotonic() + self._generation.timeout if self._generation else math.inf
            for item in self._chain.stream(Inquiry(question, turns, filters, snapshot, until=until)):
                if isinstance(item, Answer) and (by_words or snapshot.index.words_only):
                    item = replace(item, note=BY_WORDS + (item.note or ""))
                yield item
        except Exception:
            _log.exception("A question could not be answered.")
            yield Answer(question, question, "", FAULT, "error")

    def find(self, question: str, history: Sequence[Turn] = (), filters: Filters = Filters()) -> Inquiry:
        """Return the inquiry as the answerers see it: understood, with what was found."""
        inquiry = Inquiry(question.strip(), tuple(history)[-_MAX_TURNS:], filters, self._snapshots.now())
        return self._search(self._understand(_standing(inquiry)))

    def examples(self, filters: Filters = Filters()) -> tuple[str, ...]:
        """Return questions that the corpus can answer, from the documents that the filters leave."""
        snapshot = self._snapshots.now()
        return examples(left(snapshot, filters), snapshot.library.targets(allowed(snapshot, filters)))

    def _stand_alone(self, inquiry: Inquiry, config: RunnableConfig) -> Inquiry:
        inquiry = _standing(inquiry)
        return self._generation.standalone(inquiry, config) if self._generation else inquiry

    def _drafted(self, inquiry: Inquiry, config: RunnableConfig) -> tuple[Inquiry, Draft]:
        """Understand, search, answer: as many questions at once as there are processors, more would only hinder each other.

        On two busy cores a third of a hundred at once were not answered within 120 s; in turn each is within 11 s
        (eval/results/README.md). Who waits for a chat model waits outside.
        """
        with _TURNS:
            return self._drafting.invoke(inquiry, config)

    def _understand(self, inquiry: Inquiry) -> Inquiry:
        understood = understand(inquiry.standalone)
        return replace(
            inquiry,
            understood=understood,
            terms=weigh(understood.content, inquiry.snapshot.index.frequencies, understood.aside),
            asked=read(inquiry.question, inquiry.history, inquiry.snapshot.index.frequencies),
        )

    def _search(self, inquiry: Inquiry) -> Inquiry:
        u = inquiry.understood
        snapshot = inquiry.snapshot
        if u.kind in ("greeting", "off_topic"):
            return inquiry
        documents = snapshot.documents
        among = allowed(snapshot, inquiry.filters)
        words = official(u.text)
        find = partial(retrieve, snapshot, beside=(*beside(inquiry.history), *([(words, _WIDENED)] if words else [])))
        found = {f.passage.id: f for f in find(u.text, _WIDE, among, per_document=_OF_ONE)}
        narrow = [{d.id for d in named_documents(u, documents)}, {d.id for d in called_by_year(u, documents)}]
        narrow += [{d.id for d in documents if covers(place, d)} for place in places_of(u)]
        topics = spoken_of(inquiry.question, inquiry.history, snapshot.titles)
        narrow += [{topics[0].id}] if topics else []
        for ids in narrow:
            ids = ids if among is None else ids & among
            for f in find(u.content or u.text, _NARROW, ids) if ids else ():
                found.setdefault(f.passage.id, f)
        ranked = rerank(snapshot, u.text, _ranked(found), beside(inquiry.history))
        first = list(dict.fromkeys(f.document.id for f in ranked))[:_DOCUMENTS]
        around = find(u.text, _AROUND, set(first)) if first else []
        topics = [d for d in topics if among is None or d.id in among]
        around = tuple(f for f in around if f.passage.id not in found)
        return replace(inquiry, found=tuple(ranked), around=around, topics=tuple(topics))

    def _ground(self, made: tuple[Inquiry, Draft], config: RunnableConfig) -> Iterator[str | Answer]:
        inquiry, draft = made
        streamed = False
        items = self._generation.answer(inquiry, draft, config) if self._generation else [ground(inquiry, draft)]
        for item in items:
            if isinstance(item, Answer) and not streamed:
                yield from _pieces(item)
            streamed = True
            yield item


def _pieces(reply: Answer) -> Iterator[str]:
    """A reply in the pieces that it is streamed in."""
    yield from re.findall(r"[^。！？\n]*[。！？\n]+(?:\[\d+\])*|[^。！？\n]+$", reply.text)


def _standing(inquiry: Inquiry) -> Inquiry:
    return replace(inquiry, standalone=stand_alone(inquiry.question, inquiry.history))


def _answer(inquiry: Inquiry) -> tuple[Inquiry, Draft]:
    return inquiry, answer(inquiry)


def _ranked(found: Mapping[str, Found]) -> list[Found]:
    return sorted(found.values(), key=lambda f: (-f.score, f.passage.id))


def _unaskable(question: str) -> Answer | None:
    if not question.strip():
        return Answer(question, "", "", "请输入一个问题，例如：某市2015年的饮用水源达标率目标是多少？", "clarify")
    if len(question) > MAX_QUESTION:
        text = f"问题太长了（{len(question)} 个字），请缩短到 {MAX_QUESTION} 个字以内。"
        return Answer(question[:MAX_QUESTION], "", "", text, "clarify")
    return None


def _finished(reply: Answer, started: float) -> Answer:
    return replace(reply, id=uuid.uuid4().hex, latency_ms=round((time.perf_counter() - started) * 1000, 1))
