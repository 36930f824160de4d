"""Measure how long a question takes in a running process, and print a table.

python -m eval.latency [SET.jsonl]      without a set: the chatbot's own examples, ten rounds of them
"""

import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from bot.settings import Settings
from bot.start import start
from eval.questions import Question, read_questions


def main(arguments: Sequence[str]) -> None:
    """Ask every question of the set and print p50, p95 and the slowest by kind."""
    chatbot = start(Settings.from_environment())
    examples = [Question(str(n), text) for n, text in enumerate(chatbot.examples() * 10)]
    questions = read_questions(Path(arguments[0])) if arguments else examples
    times: dict[str, list[float]] = defaultdict(list)
    chatbot.ask(questions[0].question)  # what is loaded at the first question is no question's time
    for question in tqdm(questions, desc="asking", unit="question", delay=2, leave=False):
        began = time.perf_counter()
        chatbot.ask(question.question, question.history, question.filters)
        times[question.kind or question.task or "-"].append(1000 * (time.perf_counter() - began))
    print(table(times))


def table(times: dict[str, list[float]]) -> str:
    """Return a Markdown table of milliseconds: a row for each kind, the last one for all."""
    rows = [*sorted(times.items()), ("all", [value for values in times.values() for value in values])]
    lines = ["| kind | questions | p50 ms | p95 ms | slowest ms |", "|---|---:|---:|---:|---:|"]
    for kind, values in rows:
        figures = (percentile(values, 50), percentile(values, 95), max(values))
        lines.append(f"| {kind} | {len(values)} | {' | '.join(f'{figure:.1f}' for figure in figures)} |")
    return "\n".join(lines)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that at least ``percent`` of a hundred values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


if __name__ == "__main__":
    main(sys.argv[1:])
