"""Show a scored run in a terminal: the table by kind, the metrics with counts and intervals, every failure in full."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.answer import Answer
from eval.gold import Case
from eval.metrics import is_absent
from eval.ranking import relevant_ids
from eval.scoring import Comparison, Mean, Scored, by_kind, latencies, means

_ANSWER, _REPLY, _QUOTE, _PASSAGE = 300, 400, 160, 80  # characters shown
_RANKS = 5


def told(scored: Sequence[Scored], comparison: Comparison | None) -> str:
    """Return all that a run says: the failures, the comparison, and the tables at the end."""
    parts = [failures(scored), compared(comparison) if comparison else "", summary(scored), statuses(scored)]
    return "\n\n".join(filter(None, parts))


def statuses(scored: Sequence[Scored]) -> str:
    """Return in one line how many answers there are of each status."""
    counts = Counter(s.case.answer.status for s in scored).most_common()
    return f"{len(scored)} questions: {', '.join(f'{count} {status}' for status, count in counts)}"


def summary(scored: Sequence[Scored]) -> str:
    """Return the tables: ``right n/N`` by kind, then every metric with its count and its 95 % interval."""
    made, times = means(scored), latencies(scored)
    kinds = [[kind, *_counts(some)] for kind, some in by_kind(scored).items()] + [["all", *_counts(scored)]]
    by_kinds = aligned([["kind", "right", "quantity", "status", "cited"], *kinds])
    metrics = [[name, f"{100 * m.value:5.1f}", _interval(m), str(m.count)] for name, m in made.items()]
    by_metric = aligned([["metric", "%", "95 % interval", "questions"], *metrics])
    latency = f"latency  p50 {times['p50']:.1f} ms, p95 {times['p95']:.1f} ms, slowest {times['slowest']:.1f} ms"
    return "\n\n".join((by_kinds if "right" in made else "No question has a gold answer.", by_metric, latency))


def compared(c: Comparison) -> str:
    """Return in a few lines how a run stands to its baseline."""
    sign = f"{100 * c.difference:+.1f} points [{100 * c.low:+.1f}, {100 * c.high:+.1f}]"
    lines = [
        f"against the baseline: {len(c.better)} better, {len(c.worse)} worse, {len(c.changed)} changed, {c.same} same",
        f"right: {sign}, p = {c.p:.3g} (McNemar, exact)",
    ]
    if c.only_here:
        lines.append(f"{c.only_here} questions have no answer in the baseline and are left out of the comparison.")
    for name, pairs in (("better", c.better), ("worse", c.worse)):
        lines += [f"{name:8}{now.id}: {_said(before.case.answer)} -> {_said(now.case.answer)}" for before, now in pairs]
    return "\n".join(lines)


def failures(scored: Sequence[Scored]) -> str:
    """Return every failed question: what was asked, expected and said, what was cited, what the search had."""
    return "\n\n".join("\n".join(failure(s.case, s.kind)) for s in scored if s.failed)


def failure(case: Case, kind: str) -> Iterator[str]:
    """Yield the lines of one failure."""
    question, answer = case.question, case.answer
    yield f"✗ {question.id} ({kind}) {question.question}"
    for turn in question.history:
        yield f"    before     {turn.role}: {short(turn.content, _QUOTE)}"
    yield f"    expected   {expected(case)}"
    yield f"    said       {_said(answer)}"
    yield f"    reply      {short(answer.text, _REPLY)}"
    for citation in answer.citations:
        yield f"    cited      {citation.role} {citation.document_id}: {short(citation.quote, _QUOTE)}"
    for line in ranking(case):
        yield f"    found      {line}"


def expected(case: Case) -> str:
    """Return in one line what the gold asks for."""
    question = case.question
    if is_absent(question):
        return " ".join(("a refusal:", question.status or "any", question.reason or "")).rstrip()
    said = " or ".join(question.answers) or question.status or "an answer"
    parts = [said] + [f"matching {pattern}" for pattern in question.must if not question.answers]
    return short("; ".join(parts + [f"not matching {pattern}" for pattern in question.must_not]), _REPLY)


def ranking(case: Case) -> Iterator[str]:
    """Yield the first passages of the search, those that hold the gold marked."""
    wanted = relevant_ids(case)
    for rank, passage in enumerate(case.ranked[:_RANKS], 1):
        mark = "*" if passage.id in wanted or passage.document_id in wanted else " "
        yield f"{rank}{mark} {passage.document_id}: {short(passage.text, _PASSAGE)}"


def short(text: str, most: int) -> str:
    """Return a text in one line of at most ``most`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns, the first to the left and the others to the right."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = [
        [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        for row in rows
    ]
    return "\n".join("  ".join(line).rstrip() for line in lines)


def _said(answer: Answer) -> str:
    return " ".join(filter(None, (answer.status, answer.reason, short(answer.answer, _ANSWER))))


def _counts(scored: Sequence[Scored]) -> Iterator[str]:
    for name in ("right", "quantity_exact", "status_right", "citation_found"):
        values = [value for s in scored if (value := s.values[name]) is not None]
        yield f"{sum(values):g}/{len(values)}" if values else "-"


def _interval(mean: Mean) -> str:
    return f"{100 * mean.low:.1f}-{100 * mean.high:.1f}"
