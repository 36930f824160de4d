"""Print a row of the ledger, eval/results/README.md, from what runs keep: figures before and after a change.

python -m eval.ledger RUN --what "what changed" [--baseline RUN]
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.settings import Settings
from eval.kept import RECORD, run_folder

COLUMNS = {
    "right": ("right",),
    "quantity exact": ("quantity_exact",),
    "refusal precision / recall": ("refusal_precision", "refusal_recall"),
    "near miss disclosed": ("near_miss_disclosed",),
    "cited": ("citation_found",),
    "literal": ("citation_literal",),
    "nDCG@10": ("ndcg@10",),
}
HEAD = ("date", "commit", "set", "what changed", *COLUMNS, "p50 / p95 ms")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one row; 2 where a folder holds no scores."""
    given = parser().parse_args(arguments)
    try:
        home = Settings.from_environment().home
        now = _read(run_folder(given.run, home))
        before = _read(run_folder(given.baseline, home)) if given.baseline else None
    except OSError as error:
        print(f"{error.filename} cannot be read: name a run that `python app.py eval` has scored.", file=sys.stderr)
        return 2
    print(row(now, given.what, before))
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.ledger", description="Print a row of the ledger.")
    made.add_argument("run", metavar="RUN", type=Path, help="a folder that `eval` left, or its name")
    made.add_argument("--what", required=True, help="what changed, in a few words")
    made.add_argument("--baseline", metavar="RUN", type=Path, help="the run before the change")
    return made


def row(now: Mapping[str, Any], what: str, before: Mapping[str, Any] | None = None) -> str:
    """Return the row; where there is a run before, every figure as ``before → after``."""
    record = now["record"]
    commit = str(record["commit"] or "-")[:7] + ("+" if record["dirty"] else "")
    cells = [str(record["began"])[:10], commit, Path(record["set"]).name.removesuffix(".jsonl"), what.replace("|", "/")]
    for n in range(len(cells), len(HEAD)):
        after = _figure(now["scores"], HEAD[n])
        cells.append(f"{_figure(before['scores'], HEAD[n])} → {after}" if before else after)
    return f"| {' | '.join(cells)} |"


def _figure(scores: Mapping[str, Any], column: str) -> str:
    if column not in COLUMNS:
        return f"{scores['latency_ms']['p50']:.0f} / {scores['latency_ms']['p95']:.0f}"
    means = [scores["means"].get(name) for name in COLUMNS[column]]
    if column == "right" and means[0]:
        m = means[0]
        return f"{m['value'] * m['count']:g}/{m['count']} ({100 * m['low']:.0f}–{100 * m['high']:.0f} %)"
    return " / ".join(f"{100 * m['value']:.1f}" if m else "–" for m in means)


def _read(folder: Path) -> dict[str, Any]:
    files = {"record": folder / RECORD, "scores": folder / "scores.json"}
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in files.items()}


if __name__ == "__main__":
    sys.exit(main())
