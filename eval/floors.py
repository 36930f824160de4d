"""Hold the sets to their floors, and raise the floors to what was measured; they are never lowered.

python -m eval.floors            asks every set that has floors and shows how far above them it stands; 1 if below
python -m eval.floors --raise    the same, then writes what was measured into eval/floors.toml; refuses to lower any
"""

import argparse
import math
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings
from eval.kept import read_run
from eval.questions import read_questions
from eval.run import run
from eval.scoring import means, score

if TYPE_CHECKING:
    from bot.chatbot import Chatbot

FLOORS = Path(__file__).with_name("floors.toml")
SETS = Path(__file__).with_name("sets")
_HEAD = """\
# Below these, `make test` fails: a set (eval/sets/NAME.jsonl), its metrics, and the least mean of each, 0 to 1.
# Floors only rise: `python -m eval.floors --raise` writes what was just measured and refuses to lower any.
"""

Floors = Mapping[str, Mapping[str, float]]  # set -> metric -> mean


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, compare, and raise if asked to; 1 where anything is below its floor."""
    from bot.start import start

    raising = parser().parse_args(arguments).raising
    settings, floors = Settings.from_environment(), read_floors(FLOORS)
    chatbot = start(settings)
    measured = {name: measure(chatbot, SETS / f"{name}.jsonl", settings) for name in floors}
    print(table(measured, floors))
    if faults := below(measured, floors):
        print("\n".join(faults), file=sys.stderr)
        return 1
    if raising:
        FLOORS.write_text(written(raised(measured, floors)), encoding="utf-8")
        print(f"Raised in {FLOORS}")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.floors", description="Hold the sets to their floors.")
    made.add_argument("--raise", dest="raising", action="store_true", help="raise the floors to what is measured")
    return made


def measure(chatbot: "Chatbot", path: Path, settings: Settings) -> dict[str, float]:
    """Ask a set and return the mean of every metric; the run is kept as any other."""
    questions = read_questions(path)
    kept = read_run(run(chatbot, path, questions, settings, None).folder)
    return {name: mean.value for name, mean in means(score(questions, kept)).items()}


def below(measured: Floors, floors: Floors) -> list[str]:
    """Return a line for each metric that is below its floor; one that could not be measured is below."""
    return [
        f"{name}: {metric} is {measured[name].get(metric, 0.0):.4f}, below its floor of {floor:.4f}."
        for name, least in floors.items()
        for metric, floor in least.items()
        if measured[name].get(metric, 0.0) < floor
    ]


def raised(measured: Floors, floors: Floors) -> dict[str, dict[str, float]]:
    """Return the floors at what was measured. Raises ValueError where that would lower one."""
    if faults := below(measured, floors):
        raise ValueError(" ".join(("Floors only rise.", *faults)))
    return {
        name: {metric: math.floor(10_000 * measured[name].get(metric, 0.0)) / 10_000 for metric in least}
        for name, least in floors.items()
    }


def read_floors(path: Path) -> Floors:
    """Return the floors in a file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def written(floors: Floors) -> str:
    """Return the file's text."""
    tables = (
        "\n".join([f'["{name}"]', *(f"{_key(metric)} = {floor}" for metric, floor in least.items())])
        for name, least in floors.items()
    )
    return "\n\n".join((_HEAD.rstrip("\n"), *tables)) + "\n"


def table(measured: Floors, floors: Floors) -> str:
    """Return a row for each floor: what was measured, the floor, and the room between them in points."""
    rows = [
        f"{name:20}{metric:22}{100 * value:6.1f} %  floor {100 * floor:6.1f} %  {100 * (value - floor):+6.1f}"
        for name, least in floors.items()
        for metric, floor in least.items()
        for value in [measured[name].get(metric, 0.0)]
    ]
    return "\n".join(rows)


def _key(metric: str) -> str:
    return metric if metric.replace("_", "").isalnum() else f'"{metric}"'


if __name__ == "__main__":
    sys.exit(main())
