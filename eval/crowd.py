"""Ask at full speed from several processes while another adds documents: python -m eval.crowd --documents 1000

Every batch of documents is one ``add``, and so one generation. Among them are twins, two documents that get a new figure
with every batch: an answer that holds two figures would come from two generations. Exit status 1 where a question
failed, or was answered from two generations, or otherwise than any of the generations answers it.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings
from bot.start import changing, start
from corpus import ingest
from eval.strain import MADE, Asked, begin, made_text, stop, twins
from eval.torture import expected_answers


@dataclass(frozen=True)
class Crowd:
    """What came of it."""

    documents: int
    generations: int
    seconds: float
    seen: Sequence[Asked]
    whole: frozenset[
        tuple[str, str]
    ]  # the questions with the answers that some generation gives: documents may move some


def main(arguments: Sequence[str]) -> int:
    """Add as many documents as asked, print the figures, and return the exit status."""
    asked = parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=asked.home) as place:
        found = crowd(Settings(home=Path(place) / "home"), asked.documents, asked.readers, asked.batch)
    wrong = [each.others - found.whole for each in found.seen]
    print(f"{found.documents} documents added in {found.generations} generations, {found.seconds:.1f} s")
    for each, other in zip(found.seen, wrong, strict=True):
        counts = f"{each.failed} failed, {len(other)} otherwise, {each.torn} from two generations"
        print(f"a reader: {each.questions} questions, {counts} {each.first} {sorted(other) or ''}".strip())
    return 1 if any(wrong) or any(each.failed or each.torn for each in found.seen) else 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.crowd", description="Ask while documents are added.")
    made.add_argument("--documents", type=int, default=1000, help="how many are added (%(default)s)")
    made.add_argument("--readers", type=int, default=4, help="processes that ask meanwhile (%(default)s)")
    made.add_argument("--batch", type=int, default=50, help="documents of one add (%(default)s)")
    made.add_argument("--home", metavar="DIR", type=Path, help="folder to work in (the temporary folder)")
    return made


def crowd(settings: Settings, documents: int, readers: int, batch: int) -> Crowd:
    """Add documents batch by batch while readers ask; return what came of it."""
    expected = expected_answers(start(settings))
    files = settings.home.parent / "files"
    files.mkdir()
    first = _add(settings, files, twins(0))
    asking = [begin("ask", settings, expected, True) for _ in range(readers)]
    for _, pipe in asking:
        pipe.recv()
    began, last, whole = time.perf_counter(), first, _answers(settings, expected)
    for number, serial in enumerate(range(0, documents, batch), 1):
        made = {f"{MADE}{each}": made_text(each) for each in range(serial, min(documents, serial + batch))}
        last = _add(settings, files, made | twins(number % 90))
        whole |= _answers(settings, expected)
    seconds = time.perf_counter() - began
    return Crowd(documents, last - first, seconds, [stop(*each) for each in asking], whole)


def _answers(settings: Settings, questions: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Return what the generation that serves now answers."""
    chatbot = start(settings)
    return frozenset((question, chatbot.ask(question).answer) for question in questions)


def _add(settings: Settings, files: Path, texts: Mapping[str, str]) -> int:
    """Add these texts as one batch and return the number of the generation that holds them."""
    for name, text in texts.items():
        (files / f"{name}.txt").write_text(text, "utf-8")
    with changing(settings) as parts:
        report = ingest.add(parts.library, [files / f"{name}.txt" for name in texts])
        assert not report.failed, report
    return parts.index.generation


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
