"""Measure rankings with ir-measures: hit@k, MRR, nDCG@10 of each question. A question that finds nothing scores 0."""

from collections.abc import Collection, Mapping, Sequence

from corpus.document import Span
from eval.gold import Case, Place
from eval.metrics import is_absent

DEPTH = 10
NAMES = {"Success@1": "hit@1", "Success@5": "hit@5", "Success@10": "hit@10", "RR@10": "mrr@10", "nDCG@10": "ndcg@10"}
_NOTHING = "\x00"  # stands for what no ranking holds, so that a question without a passage to find is kept


def measure(
    rankings: Mapping[str, Sequence[str]], relevant: Mapping[str, Collection[str]]
) -> dict[str, dict[str, float]]:
    """Return the measures of each question in ``relevant``; a ranking holds ids, best first."""
    import ir_measures
    from ir_measures import RR, Success, nDCG

    measures = [Success @ 1, Success @ 5, Success @ 10, RR @ 10, nDCG @ 10]
    wanted = {id: dict.fromkeys(ids or [_NOTHING], 1) for id, ids in relevant.items()}
    run = {id: {found: -float(rank) for rank, found in enumerate(rankings.get(id, ()))} for id in wanted}
    measured = {id: dict.fromkeys(NAMES.values(), 0.0) for id in wanted}
    for metric in ir_measures.iter_calc(measures, wanted, run):
        measured[metric.query_id][NAMES[str(metric.measure)]] = metric.value
    return measured


def retrieval(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Return the measures of the questions that have gold to find.

    What is to be found are the passages that hold at least half of a gold quote; where a set names documents only, the
    documents.
    """
    asked = {
        c.question.id: c for c in cases if (c.question.quotes or c.question.document_ids) and not is_absent(c.question)
    }
    if not asked:
        return {}
    relevant = {id: relevant_ids(case) for id, case in asked.items()}
    return measure({id: _ranking(case) for id, case in asked.items()}, relevant)


def relevant_ids(case: Case) -> frozenset[str]:
    """Return the ids, of passages or of documents, that the search should give for a case."""
    if not case.question.quotes:
        return frozenset(case.question.document_ids)
    sources = (case.sources or {}).values()
    own = {source.id: source.passages for source in sources}
    return frozenset(id for place in case.gold for id, spans in own[place.document_id].items() if _holds(spans, place))


def _ranking(case: Case) -> list[str]:
    ids = [passage.id if case.question.quotes else passage.document_id for passage in case.ranked]
    return list(dict.fromkeys(ids))[:DEPTH]


def _holds(spans: Sequence[Span], place: Place) -> bool:
    quote = place.quote
    common = sum(max(0, min(s.end, quote.end) - max(s.start, quote.start)) for s in spans)
    return 2 * common >= quote.end - quote.start
