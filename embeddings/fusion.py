"""Weigh what terms and vectors say of the same passages into one ranking. Knows nothing of how they found them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TERMS = 0.7  # the share of BM25; measured: equal shares and reciprocal ranks both lose to it

_NEAR = (
    0.3  # the share of late interaction beside both, chosen on eval/paraphrase (tune) and held-out training questions
)


@dataclass(frozen=True)
class Hit:
    """A found passage. ``score`` (0..1) ranks within one search; ``parts`` holds the raw scores that it is made of."""

    passage_id: str
    score: float
    parts: Mapping[str, float]  # "terms": BM25, 0 where no term is shared; "vectors": cosine


def fuse(terms: Mapping[str, float], vectors: Mapping[str, float]) -> list[Hit]:
    """Return a hit for every passage of either, best first, equal scores by id.

    Each side is stretched over its own candidates: BM25 from 0 (no shared term), cosine from the lowest one.
    """
    of_terms = _stretched(terms, 0.0)
    of_vectors = _stretched(vectors, min(vectors.values(), default=0.0))
    hits = [
        Hit(
            passage_id,
            round(_TERMS * of_terms.get(passage_id, 0.0) + (1 - _TERMS) * of_vectors.get(passage_id, 0.0), 6),
            {"terms": terms.get(passage_id, 0.0), "vectors": vectors.get(passage_id, 0.0)},
        )
        for passage_id in {*terms, *vectors}
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))


def refine(scores: Sequence[float], near: Sequence[float]) -> list[float]:
    """Return the scores of one search, 0 to 1, with how near each passage comes (see ``late``) weighed in."""
    low, high = min(near, default=0.0), max(near, default=0.0)
    width = high - low or 1.0
    return [
        round((1 - _NEAR) * score + _NEAR * (each - low) / width, 6) for score, each in zip(scores, near, strict=True)
    ]


def _stretched(scores: Mapping[str, float], low: float) -> dict[str, float]:
    high = max(scores.values(), default=low)
    width = high - low or 1.0
    return {key: (score - low) / width for key, score in scores.items()}
