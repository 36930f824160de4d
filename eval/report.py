"""Write a scored run as one HTML page that needs nothing from outside. What was asked and said is escaped."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from bot.answer import Citation
from eval.kept import Kept
from eval.metrics import METRICS
from eval.scoring import Comparison, Scored, by_kind, latencies, means
from eval.table import expected, ranking, short

_SLOWEST = 10
_STYLE = Path(__file__).with_name("report.css")


def write_report(folder: Path, kept: Kept, scored: Sequence[Scored], comparison: Comparison | None) -> Path:
    """Write ``index.html`` into ``folder``, which is made if it is missing, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.html"
    path.write_text(page(kept, scored, comparison), encoding="utf-8")
    return path


def page(kept: Kept, scored: Sequence[Scored], comparison: Comparison | None) -> str:
    """Return the page."""
    failed = [s for s in scored if s.failed]
    sections = [
        _section("Run", _record(kept, len(scored))),
        _section("Figures", _figures(scored)),
        _section("Against the baseline", _comparison(comparison)) if comparison else "",
        _section("By kind", _kinds(scored)),
        _section("Latency", _latency(scored)),
        _section(f"Failures ({len(failed)})", _failures(failed)),
    ]
    title = escape(f"Evaluation of {Path(str(kept.record.get('set', ''))).name}")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n{''.join(sections)}</body>\n</html>\n"
    )


def _section(title: str, body: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{body}\n</section>\n"


def _record(kept: Kept, questions: int) -> str:
    record = kept.record
    dirty = " with changes that are not committed" if record.get("dirty") else ""
    told = {
        "kept in": kept.folder,
        "set": f"{record.get('set')} (SHA-256 {str(record.get('set_sha256'))[:12]})",
        "questions": f"{questions}, {len(kept.answers)} answers",
        "commit": f"{str(record.get('commit'))[:12]}{dirty}",
        "began": record.get("began"),
        "seconds": record.get("seconds"),
        **dict(record.get("settings", {})),
    }
    return _table((), ((name, str(value)) for name, value in told.items()))


def _figures(scored: Sequence[Scored]) -> str:
    rows = (
        (
            name,
            f"{100 * m.value:.1f} %",
            f"{100 * m.low:.1f} – {100 * m.high:.1f}",
            _of(m.total, m.count),
            _meaning(name),
        )
        for name, m in means(scored).items()
    )
    return _table(("metric", "mean", "95 % interval", "of", "what it says"), rows, "figures")


def _meaning(name: str) -> str:
    metric = METRICS.get(name)
    return (
        (metric.__doc__ or "").splitlines()[0].replace("`", "")
        if metric
        else "The search alone finds what holds a gold quote."
    )


def _kinds(scored: Sequence[Scored]) -> str:
    names = ("right", "quantity_exact", "status_right", "citation_found", "hit@5", "ndcg@10")
    rows = ((kind, *(_cell(some, name) for name in names)) for kind, some in by_kind(scored).items())
    return _table(("kind", *names), [*rows, ("all", *(_cell(scored, name) for name in names))], "figures")


def _of(total: float, count: int) -> str:
    return f"{total:.1f}".removesuffix(".0") + f" / {count}"


def _cell(scored: Sequence[Scored], name: str) -> str:
    values = [value for s in scored if (value := s.values[name]) is not None]
    if not values:
        return "–"
    if name == "ndcg@10":
        return f"{100 * sum(values) / len(values):.1f} %"
    return _of(sum(values), len(values))


def _latency(scored: Sequence[Scored]) -> str:
    times = latencies(scored)
    slowest = sorted(scored, key=lambda s: (-s.case.answer.latency_ms, s.id))[:_SLOWEST]
    head = _table(
        ("p50", "p95", "slowest"), [tuple(f"{times[name]:.1f} ms" for name in ("p50", "p95", "slowest"))], "figures"
    )
    rows = ((f"{s.case.answer.latency_ms:.1f} ms", s.id, s.kind, s.case.question.question) for s in slowest)
    table = _table(("time", "id", "kind", "question"), rows)
    return f"{head}<details><summary>the {len(slowest)} slowest</summary>{table}</details>"


def _comparison(c: Comparison) -> str:
    figures = (
        f"<p>right: <b>{100 * c.difference:+.1f} points</b> (95 % interval {100 * c.low:+.1f} to {100 * c.high:+.1f}, "
        f"paired bootstrap), p = {c.p:.3g} by McNemar's exact test. {c.same} questions are answered as before.</p>"
    )
    alone = (
        f"<p>{c.only_here} questions have no answer in the baseline and are left out here.</p>" if c.only_here else ""
    )
    groups = (
        ("worse", c.worse, " open"),
        ("better", c.better, " open"),
        ("changed, as right or wrong as before", c.changed, ""),
    )
    return figures + alone + "".join(_group(name, pairs, state) for name, pairs, state in groups)


def _group(name: str, pairs: Sequence[tuple[Scored, Scored]], state: str) -> str:
    rows = ((now.id, now.kind, now.case.question.question, _said(before), _said(now)) for before, now in pairs)
    table = _table(("id", "kind", "question", "before", "now"), rows) if pairs else "<p>None.</p>"
    return f"<details{state if pairs else ''}><summary>{escape(name)} ({len(pairs)})</summary>{table}</details>\n"


def _failures(failed: Sequence[Scored]) -> str:
    told = "<p>Found: the first passages of the search; * holds a gold quote.</p>\n"
    return told + "".join(map(_failure, failed)) if failed else "<p>None.</p>"


def _failure(s: Scored) -> str:
    question, answer = s.case.question, s.case.answer
    parts = [("before", f"{turn.role}: {turn.content}") for turn in question.history]
    parts += [("expected", expected(s.case)), ("said", _said(s)), ("reply", short(answer.text, 600))]
    parts += [("cited", _cited(citation)) for citation in answer.citations]
    parts += [("found", line) for line in ranking(s.case)]
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in _merged(parts))
    head = f"<b>{escape(s.id)}</b> <i>{escape(s.kind)}</i> {escape(question.question)}"
    return f"<details class=failure><summary>{head}</summary><dl>{items}</dl></details>\n"


def _merged(parts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Name a run of equal names once."""
    for n, (name, text) in enumerate(parts):
        yield ("" if n and parts[n - 1][0] == name else name), text


def _said(s: Scored) -> str:
    answer = s.case.answer
    return " · ".join(filter(None, (answer.status, answer.reason, short(answer.answer, 300))))


def _cited(c: Citation) -> str:
    return f"{c.role} {c.document_id}[{c.start}:{c.end}] {short(c.quote, 300)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "texts") -> str:
    top = f"<thead><tr>{''.join(f'<th>{escape(name)}</th>' for name in head)}</tr></thead>" if head else ""
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>\n" for row in rows)
    return f'<div class="wide"><table class="{kind}">{top}<tbody>\n{body}</tbody></table></div>'
