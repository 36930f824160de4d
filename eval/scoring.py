"""Score a run: every metric of every question, their means with counts and intervals, by kind and over all."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.answer import Answer
from eval.gold import Case, make_case
from eval.intervals import interval, mcnemar
from eval.kept import Kept
from eval.latency import percentile
from eval.metrics import METRICS, metrics_of
from eval.questions import Question
from eval.ranking import NAMES, retrieval

ALL = (*METRICS, *NAMES.values())


@dataclass(frozen=True)
class Scored:
    """One question: its case and what every metric says of it, None where its gold does not ask for the metric."""

    case: Case
    values: Mapping[str, float | None]

    @property
    def id(self) -> str:
        return self.case.question.id

    @property
    def kind(self) -> str:
        return self.case.question.kind or self.case.question.task or "-"

    @property
    def failed(self) -> bool:
        return self.values["right"] == 0


@dataclass(frozen=True)
class Mean:
    """A mean over ``count`` questions, with its 95 % interval."""

    value: float
    count: int
    low: float
    high: float

    @property
    def total(self) -> float:
        return self.value * self.count


@dataclass(frozen=True)
class Comparison:
    """Two runs, question by question. ``p``: McNemar's exact test on ``right``; ``low``–``high``: paired bootstrap."""

    better: tuple[tuple[Scored, Scored], ...]  # before, now
    worse: tuple[tuple[Scored, Scored], ...]
    changed: tuple[tuple[Scored, Scored], ...]  # another answer, as right or wrong as before
    same: int
    only_here: int  # questions that the baseline was not asked
    difference: float  # of the means of ``right``
    low: float
    high: float
    p: float


def score(questions: Sequence[Question], kept: Kept) -> tuple[Scored, ...]:
    """Score every question of a set; one that the run has no answer for counts as failed, not as absent."""
    cases = [_case(question, kept) for question in questions]
    found = retrieval(cases)
    nothing = dict.fromkeys(NAMES.values())
    return tuple(Scored(c, dict(metrics_of(c)) | found.get(c.question.id, nothing)) for c in cases)


def means(scored: Sequence[Scored]) -> dict[str, Mean]:
    """Return the mean of each metric that at least one question asks for."""
    made = {}
    for name in ALL:
        values = [value for s in scored if (value := s.values[name]) is not None]
        if values:
            made[name] = Mean(sum(values) / len(values), len(values), *interval(values))
    return made


def by_kind(scored: Sequence[Scored]) -> dict[str, list[Scored]]:
    """Return the questions of each kind, kinds in the order of the set."""
    kinds: dict[str, list[Scored]] = {}
    for s in scored:
        kinds.setdefault(s.kind, []).append(s)
    return kinds


def latencies(scored: Sequence[Scored]) -> dict[str, float]:
    """Return p50, p95 and the longest time of an answer, in milliseconds."""
    times = [s.case.answer.latency_ms for s in scored]
    return {"p50": percentile(times, 50), "p95": percentile(times, 95), "slowest": max(times)}


def compare(before: Sequence[Scored], now: Sequence[Scored]) -> Comparison:
    """Hold a run against an earlier one over the questions that both were asked; both are scored with the same gold."""
    earlier = {s.id: s for s in before if s.case.answer.status != "error" or s.case.answer.text}
    pairs = [(earlier[s.id], s) for s in now if s.id in earlier]
    gains = [(a, b, (b.values["right"] or 0) - (a.values["right"] or 0)) for a, b in pairs]
    asked = [gain for _, b, gain in gains if b.values["right"] is not None] or [0.0]
    better = tuple((a, b) for a, b, gain in gains if gain > 0)
    worse = tuple((a, b) for a, b, gain in gains if gain < 0)
    changed = tuple((a, b) for a, b, gain in gains if gain == 0 and _says(a) != _says(b))
    same = len(pairs) - len(better) - len(worse) - len(changed)
    p = mcnemar(len(better), len(worse))
    return Comparison(better, worse, changed, same, len(now) - len(pairs), sum(asked) / len(asked), *interval(asked), p)


def keep_scores(kept: Kept, scored: Sequence[Scored]) -> None:
    """Write ``scores.json`` into the run's folder."""
    record: dict[str, Any] = {
        "means": {name: asdict(mean) for name, mean in means(scored).items()},
        "latency_ms": latencies(scored),
        "questions": {s.id: {name: value for name, value in s.values.items() if value is not None} for s in scored},
    }
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    (kept.folder / "scores.json").write_text(text, encoding="utf-8")


def _case(question: Question, kept: Kept) -> Case:
    missing = Answer(question.question, question.question, "", "", "error")
    answer = kept.answers.get(question.id, missing)
    return make_case(question, answer, kept.ranked.get(question.id, ()), kept.sources)


def _says(scored: Scored) -> tuple[object, ...]:
    answer = scored.case.answer
    return answer.status, answer.reason, answer.answer, answer.text, [(c.role, c.quote) for c in answer.citations]
