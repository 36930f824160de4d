"""Turn a question and what was found into windows that may answer, each with the signals that the ranker reads.

Knows nothing of the ranker's trees, and nothing of the corpus but what was found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.answerers.nearness import Nearness, cosines
from bot.answerers.units import asked_families, families_in
from bot.answerers.windows import LONG, SHORT, Sentence, read_sentences
from bot.asked import FORM_NAMES, Asked
from bot.inquiry import Found
from bot.matching import Weighted, told
from corpus.document import Span
from corpus.fold import fold

_KEPT = 24  # sentences that windows are cut from
_CLAUSES, _SENTENCES = 6, 7  # of a run
_TYPES: tuple[tuple[str, str], ...] = (
    ("digit", r"\d|[一二三四五六七八九十百千万两]{1,4}[个名家人项件元次年天月日倍种类条所位]"),
    ("quantity", r"\d[\d.,]*[万亿]?\s*(?:%|[一-鿿]|[a-z℃]{1,3})|百分之"),
    ("date", r"\d+年|\d+月|\d+日|\d{1,2}:\d\d|[一二三四五六七八九十]+月|世纪|年代|\d{4}-\d|时期|年底|期间|小时|分钟"),
    ("organ", r"人民政府|部门|委员会|办公室|领导小组|机构|单位|公司|大学|学院|协会|医院|集团|[一-鿿][局厅部委院会](?![一-鿿])|指挥部"),
    ("place", r"[一-鿿](?:省|市|县|区|州|镇|乡|村|路|街|国|岛|山|河|湖|江|洋|海|洲)|位于|地处|[东南西北]部"),
    ("person", r"[一-鿿]·[一-鿿]|先生|女士|教授|院长|主席|总统|将军|[任长]?由[一-鿿]{2,4}|同志"),
    ("cause", r"因为|由于|因此|原因|为了|为|导致|所以|以便|从而|故|旨在|目的"),
    ("defines", r"是指|指的是|称为|即|又称|也叫|是一[种个]|是由|是"),
    ("duty", r"应当?|要|须|不得|必须|可以?|严禁|加强|确保|给予|实行|采取|落实|建立"),
    ("listing", r"、|分别|包括|以及|等"),
    ("order", r"^\(?[一二三四五六七八九十\d]{1,3}[)、.]|首先|其次|其[一二三]|第[一二三]|[一二三]是"),
    ("title", r"[《\"]"),
    ("asks", r"\?|什么|哪些|如何|怎么|多少|为何|吗$"),
    ("negates", r"不|无|未|没|禁|非"),
    ("link", r"http|www|电话|\d{3,4}-\d{6,8}|@"),
)  # fmt: skip
_TYPE_PATTERNS = tuple(re.compile(pattern) for _, pattern in _TYPES)
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Window:
    """A stretch that may answer: ``clauses[first:last]`` of sentences ``opens`` to ``closes``, all in one span."""

    found: int
    span: Span
    opens: int
    closes: int
    first: int
    last: int
    value: bool = False  # what stands behind 地址：


@dataclass(frozen=True)
class Reading:
    """The windows of what was found, and for each a row of ``names``."""

    sentences: tuple[Sentence, ...]
    windows: tuple[Window, ...]
    rows: Floats
    names: tuple[str, ...]

    def column(self, name: str) -> Floats:
        """Return one signal of every window."""
        return self.rows[:, self.names.index(name)]


def read_windows(asked: Asked, terms: Weighted, found: Sequence[Found]) -> Reading:
    """Return the windows of what was found with their signals; deterministic, in the order of what was found."""
    sentences = read_sentences(found)
    if not sentences or not asked.terms:
        return Reading((), (), np.zeros((0, 0), np.float32), ())
    of_sentences = _Sentences(asked, found, sentences)
    kept = of_sentences.best(_KEPT)
    clauses = [clause for s in kept for clause in sentences[s].clauses]
    first = dict(
        zip(kept, np.concatenate([[0], np.cumsum([len(sentences[s].clauses) for s in kept])]).tolist(), strict=False)
    )
    windows = [w for s in kept for w in _windows(sentences, s, first)]
    columns = _columns(asked, found, of_sentences, [c.folded for c in clauses], windows)
    columns |= _shares(terms, found, sentences, windows)
    return Reading(
        tuple(sentences), tuple(windows), np.stack(list(columns.values()), axis=1).astype(np.float32), tuple(columns)
    )


def _shares(
    terms: Weighted, found: Sequence[Found], sentences: Sequence[Sentence], windows: Sequence[Window]
) -> dict[str, Floats]:
    """How much of what is asked for stands in the sentence that each window begins in, and around it."""
    opens = sorted({w.opens for w in windows})
    around = {
        n: (fold(found[n].passage.context), fold(found[n].passage.text)) for n in {sentences[s].found for s in opens}
    }
    of = {
        s: (terms.share(sentences[s].folded), terms.share(sentences[s].folded, *around[sentences[s].found]))
        for s in opens
    }
    shares = np.array([of[w.opens] for w in windows], np.float32).reshape(len(windows), 2)
    return {"share": shares[:, 0], "share_around": shares[:, 1]}


def _windows(sentences: Sequence[Sentence], s: int, first: dict[int, int]) -> list[Window]:
    """The windows that begin in sentence ``s``: runs of its clauses, the whole, and runs of whole sentences."""
    sentence, base = sentences[s], first[s]
    clauses = sentence.clauses
    windows = []
    for i in range(len(clauses)):
        for j in range(i + 1, min(len(clauses), i + _CLAUSES) + 1):
            whole = i == 0 and j == len(clauses)
            span = sentence.span if whole else Span(clauses[i].span.start, clauses[j - 1].span.end)
            if whole or (j > i + 1 and span.end - span.start > SHORT):
                break
            windows.append(Window(sentence.found, span, s, s, base + i, base + j))
    if sentence.key and len(clauses) > 1:
        span = Span(clauses[1].span.start, sentence.span.end)
        windows.append(Window(sentence.found, span, s, s, base + 1, base + len(clauses), value=True))
    last = s
    while last in first and last - s < _SENTENCES and _together(sentence, sentences[last]):
        span = Span(sentence.span.start, sentences[last].span.end)
        if last > s and span.end - span.start > LONG:
            break
        windows.append(Window(sentence.found, span, s, last, base, first[last] + len(sentences[last].clauses)))
        last += 1
        if last == len(sentences):
            break
    return windows


def _together(a: Sentence, b: Sentence) -> bool:
    return (a.found, a.stretch) == (b.found, b.stretch)


class _Sentences:
    """Which terms stand in which sentence, passage, heading and title."""

    def __init__(self, asked: Asked, found: Sequence[Found], sentences: Sequence[Sentence]):
        self.asked, self.found, self.sentences = asked, found, sentences
        self.before = tuple(asked.before or ())
        self.before_weights = np.array([(asked.before or {})[t] for t in self.before], np.float32)
        texts = [s.folded for s in sentences]
        self.holds = _holds(asked, texts)
        self.holds_before = _holds_plainly(self.before, texts)
        self.of = np.array([s.found for s in sentences], np.intp)
        titles = [fold(f.document.title) for f in found]
        self.titles = _holds(asked, titles)
        self.contexts = _holds(asked, [fold(f.passage.context) for f in found])
        self.headings = _holds(asked, [fold(" ".join(f.passage.headings)) for f in found])
        self.titles_before = _holds_plainly(self.before, titles)
        self.said_title = np.array([len(t) > 1 and t in asked.said for t in titles], np.float32)
        self.named_title = np.array([len(t) > 1 and t in asked.text for t in titles], np.float32)
        self.passages = _any_by(self.holds, self.of, len(found))
        self.passages_before = _any_by(self.holds_before, self.of, len(found))
        ids = {id: n for n, id in enumerate(dict.fromkeys(f.document.id for f in found))}
        self.document = np.array([ids[f.document.id] for f in found], np.intp)
        self.documents = _any_by(self.passages | self.contexts, self.document, len(ids))
        neighbours = self.holds.copy()
        if len(sentences) > 1:
            same = self.of[1:] == self.of[:-1]
            neighbours[1:][same] |= self.holds[:-1][same]
            neighbours[:-1][same] |= self.holds[1:][same]
        self.neighbours = neighbours
        content = asked.weights * asked.content
        self.content = content / max(float(content.sum()), 1e-6)
        self.all = asked.weights / max(float(asked.weights.sum()), 1e-6)
        heads = asked.weights * asked.head
        self.heads = heads / max(float(heads.sum()), 1e-6)
        self.before_share = self.before_weights / max(float(self.before_weights.sum()), 1e-6)
        scores = np.array([f.score for f in found], np.float32)
        self.cosine = cosines(asked.clause, texts)
        self.cosine_all = cosines(asked.text, texts)
        families = asked_families(asked.clause)
        fits = np.array([bool(families & families_in(t)) for t in texts], np.float32)
        foremost = self.document[int(scores.argmax())] == self.document
        self.score = (
            0.5 * (self.holds @ self.content)
            + 0.3 * (self.neighbours @ self.content)
            + 0.3 * (self.passages @ self.all)[self.of]
            + 0.2 * (self.documents @ self.all)[self.document[self.of]]
            + 0.5 * scores[self.of]
            + 0.5 * (self.cosine + self.cosine_all)
            + 0.2 * foremost[self.of]
            + 0.3 * fits
            + 0.3 * (self.titles_before @ self.before_share)[self.of]
        )

    def best(self, most: int) -> list[int]:
        """The sentences that say most, and the one behind each, in their order."""
        ranked = np.argsort(-self.score, kind="stable")[:most].tolist()
        return sorted(
            {
                n
                for s in ranked
                for n in (s, s + 1)
                if n < len(self.sentences) and self.of[n] == self.of[s] and self.sentences[n].clauses
            }
        )


def _columns(
    asked: Asked, found: Sequence[Found], s: _Sentences, clauses: Sequence[str], windows: Sequence[Window]
) -> dict[str, Floats]:
    opens = np.array([w.opens for w in windows], np.intp)
    closes = np.array([w.closes for w in windows], np.intp)
    first = np.array([w.first for w in windows], np.intp)
    last = np.array([w.last for w in windows], np.intp)
    of = np.array([w.found for w in windows], np.intp)
    length = np.array([w.span.end - w.span.start for w in windows], np.float32)
    held = _holds(asked, clauses)
    inside = _runs(held, first, last)
    columns: dict[str, Floats] = {}
    columns["window"] = inside @ s.content
    columns["window_all"] = inside @ s.all
    columns["sentence"] = s.holds[opens] @ s.content
    columns["sentence_all"] = s.holds[opens] @ s.all
    columns["outside"] = (s.holds[opens] & ~inside) @ s.content
    columns["neighbours"] = s.neighbours[opens] @ s.content
    columns["previous"] = np.where((opens > 0) & (s.of[opens - 1] == of), s.holds[opens - 1] @ s.content, 0)
    columns["passage"] = s.passages[of] @ s.content
    columns["passage_all"] = s.passages[of] @ s.all
    columns["title"] = s.titles[of] @ s.all
    columns["context"] = s.contexts[of] @ s.all
    columns["headings"] = s.headings[of] @ s.content
    columns["document"] = s.documents[s.document[of]] @ s.all
    columns["with_context"] = (inside | s.titles[of] | s.headings[of]) @ s.all
    columns["rarest_missing"] = ((~s.passages[of]) * s.all).max(axis=1, initial=0)
    columns["rarest_missing_here"] = ((~s.holds[opens]) * s.content).max(axis=1, initial=0)
    columns["head_window"] = inside @ s.heads
    columns["head_sentence"] = s.holds[opens] @ s.heads
    columns["has_head"] = np.full(len(windows), float(asked.head.any()))
    columns["before_title"] = s.titles_before[of] @ s.before_share
    columns["before_passage"] = s.passages_before[of] @ s.before_share
    columns["before_sentence"] = s.holds_before[opens] @ s.before_share
    columns["said_title"] = s.said_title[of]
    columns["named_title"] = s.named_title[of]
    columns["has_before"] = np.full(len(windows), float(bool(asked.said)))
    said = {(w.span.start, w.span.end, w.found) for w in windows if asked.said and _folded(w, s, clauses) in asked.said}
    columns["said"] = np.array([(w.span.start, w.span.end, w.found) in said for w in windows], np.float32)
    columns |= _places(windows, s, opens, closes, first, last, length)
    columns |= _retrieved(found, s, of)
    columns |= _kinds(asked, clauses, first, last)
    own = np.array([told(c, asked.says) for c in clauses], np.float32).reshape(len(clauses), 2)
    sums = np.concatenate([np.zeros((1, 2), np.float32), np.cumsum(own, axis=0)])
    weight, said_of = (sums[last] - sums[first]).T
    columns["cosine_whole"] = np.maximum(s.cosine, s.cosine_all)[opens]
    columns["told"] = said_of / np.maximum(weight, 1)
    columns["density"] = inside.sum(axis=1) / np.maximum(length, 1)
    near = Nearness(asked.clause, clauses)
    columns["near"], columns["near_share"], columns["cosine"] = near.of_runs(first, last)
    start, end = _sentence_runs(s, windows)
    columns["near_sentence"], columns["near_share_sentence"], columns["cosine_sentence"] = near.of_runs(start, end)
    for name in ("window", "sentence", "sentence_all", "passage_all", "near", "cosine_sentence", "document"):
        columns[f"{name}_below_best"] = columns[name].max(initial=0) - columns[name]
    for name, is_so in zip(FORM_NAMES, asked.questions, strict=True):
        columns[f"asks_{name}"] = np.full(len(windows), float(is_so))
    columns["asked_terms"] = np.full(len(windows), float(asked.content.sum()))
    columns["asked_rarest"] = np.full(len(windows), float(asked.weights.max(initial=0)))
    return columns


def _folded(w: Window, s: _Sentences, clauses: Sequence[str]) -> str:
    return clauses[w.first] if w.last == w.first + 1 else s.sentences[w.opens].folded if w.opens == w.closes else "\0"


def _sentence_runs(s: _Sentences, windows: Sequence[Window]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The clauses of the sentence that each window begins in."""
    starts: dict[int, int] = {}
    for w in windows:
        starts[w.opens] = min(starts.get(w.opens, w.first), w.first)
    first = np.array([starts[w.opens] for w in windows], np.intp)
    return first, first + np.array([len(s.sentences[w.opens].clauses) for w in windows], np.intp)


def _places(windows, s: _Sentences, opens, closes, first, last, length) -> dict[str, Floats]:
    counts = np.array([len(s.sentences[w.opens].clauses) for w in windows], np.float32)
    starts, _ = _sentence_runs(s, windows)
    sizes = np.array([len(f.document.text) for f in s.found], np.float32)
    begin = np.array([w.span.start for w in windows], np.float32)
    of = s.of[opens]
    return {
        "length": length,
        "clauses": (last - first).astype(np.float32),
        "sentences": (closes - opens + 1).astype(np.float32),
        "of_clauses": counts,
        "whole": ((opens == closes) & (last - first == counts)).astype(np.float32),
        "clause_place": (first - starts).astype(np.float32),
        "to_end": np.maximum(starts + counts - last, 0),
        "document_place": begin / np.maximum(sizes[of], 1),
        "opens_document": (begin < 60).astype(np.float32),
        "key": np.array([s.sentences[w.opens].key > 0 for w in windows], np.float32),
        "value": np.array([w.value for w in windows], np.float32),
        "sentence_length": np.array(
            [s.sentences[w.opens].span.end - s.sentences[w.opens].span.start for w in windows], np.float32
        ),
    }


def _retrieved(found: Sequence[Found], s: _Sentences, of) -> dict[str, Floats]:
    scores = np.array([f.score for f in found], np.float32)
    terms = np.array([f.parts.get("terms", 0.0) for f in found], np.float32)
    vectors = np.array([f.parts.get("vectors", 0.0) for f in found], np.float32)
    of_document = np.zeros(int(s.document.max(initial=0)) + 1, np.float32)
    np.maximum.at(of_document, s.document, scores)
    order = np.argsort(np.argsort(-of_document, kind="stable"), kind="stable")
    total = max(float(s.asked.weights.sum()), 1e-6)
    return {
        "score": scores[of],
        "terms": terms[of] / total,
        "best_terms": np.full(len(of), terms.max(initial=0) / total),
        "vectors": vectors[of],
        "best_vectors": np.full(len(of), vectors.max(initial=0)),
        "rank": np.argsort(np.argsort(-scores, kind="stable"), kind="stable")[of].astype(np.float32),
        "document_score": of_document[s.document[of]],
        "document_rank": order[s.document[of]].astype(np.float32),
    }


def _kinds(asked: Asked, clauses: Sequence[str], first, last) -> dict[str, Floats]:
    """What kind of words stand in each window, and whether they are of the kind that is asked for."""
    marks = np.array([_marks(c) for c in clauses], np.float32).reshape(len(clauses), -1)
    counts = np.concatenate([np.zeros((1, marks.shape[1]), np.float32), np.cumsum(marks, axis=0)])
    inside = counts[last] - counts[first]
    columns = {f"has_{name}": inside[:, n] for n, (name, _) in enumerate(_TYPES)}
    if asked.unit:
        unit = re.compile(rf"[\d一二三四五六七八九十百千万亿两]\s*[多余]?[万亿]?\s*{re.escape(asked.unit[:1])}")
        held = np.array([bool(unit.search(c)) for c in clauses], np.float32)
    else:
        held = np.zeros(len(clauses), np.float32)
    sums = np.concatenate([[0], np.cumsum(held)]).astype(np.float32)
    columns["unit"] = sums[last] - sums[first]
    columns["has_unit"] = np.full(len(first), float(bool(asked.unit)))
    families = asked_families(asked.clause)
    fits = np.concatenate([[0], np.cumsum([bool(families & families_in(c)) for c in clauses])]).astype(np.float32)
    columns["fits_figure"] = fits[last] - fits[first]
    columns["asks_kind"] = np.full(len(first), float(bool(families)))
    return columns


@lru_cache(maxsize=50_000)
def _marks(clause: str) -> tuple[bool, ...]:
    """Which of the types of words stand in a clause; clauses come again and again."""
    return tuple(bool(pattern.search(clause)) for pattern in _TYPE_PATTERNS)


def _holds(asked: Asked, texts: Sequence[str]) -> NDArray[np.bool_]:
    """Return which text holds which term, or an official word for it; shape (texts, terms)."""
    words = [(term, *asked.forms.get(term, ())) for term in asked.terms]
    held = [[any(word in text for word in ways) for ways in words] for text in texts]
    return np.array(held, bool).reshape(len(texts), len(words))


def _holds_plainly(terms: Sequence[str], texts: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([[term in text for term in terms] for text in texts], bool).reshape(len(texts), len(terms))


def _any_by(holds: NDArray[np.bool_], of: NDArray[np.intp], groups: int) -> NDArray[np.bool_]:
    together = np.zeros((groups, holds.shape[1]), bool)
    np.logical_or.at(together, of, holds)
    return together


def _runs(held: NDArray[np.bool_], first: NDArray[np.intp], last: NDArray[np.intp]) -> NDArray[np.bool_]:
    counts = np.concatenate([np.zeros((1, held.shape[1]), np.int32), np.cumsum(held, axis=0, dtype=np.int32)])
    return counts[last] > counts[first]
