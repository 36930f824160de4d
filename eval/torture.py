"""Kill writers at random moments and verify after each that nothing is lost: python -m eval.torture --kills 200

A writer adds, changes, removes and re-indexes documents beside the policies while readers ask. After each ``kill -9`` a
start must find every document as it was last written, or as the killed writer was just making it; its passages as the
text yields them; every vector by itself; and the same answers as before. Exit status 1 where anything is lost or damaged.
Ctrl-C ends it with the figures so far.
"""

import argparse
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import Parts, changing, library_file, open_level, start
from corpus import ingest
from corpus.backup import check
from corpus.derive import derive
from corpus.library import LibraryError
from embeddings.generations import Damaged
from eval.questions import read_questions
from eval.strain import MADE, MOST, Asked, Wanted, begin, made_text, stop

QUESTIONS = 20
_SET = Path(__file__).parent / "sets" / "policies.report.jsonl"
_LONGEST = 4.0  # seconds that a writer lives at most, from its first change on


@dataclass
class Figures:
    """What came of all kills."""

    kills: int = 0
    during: dict[str, int] = field(default_factory=dict)  # what the killed writer was doing
    lost: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    healings: list[float] = field(default_factory=list)  # seconds from a start until it can answer
    rebuilt: int = 0  # starts that had to build the index anew or bring it level


def main(arguments: Sequence[str]) -> int:
    """Kill as often as asked, print the figures, and return the exit status."""
    asked = parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=asked.home) as place:
        settings = Settings(home=Path(place) / "home")
        began = time.perf_counter()
        figures, seen = torture(settings, asked.kills, asked.readers, asked.seed)
        print(told(figures, seen, time.perf_counter() - began))
    return 1 if figures.lost or figures.damaged or any(each.failed or each.others for each in seen) else 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.torture", description="Kill writers and verify what is left.")
    made.add_argument("--kills", type=int, default=200, help="how often (%(default)s)")
    made.add_argument("--readers", type=int, default=2, help="processes that ask meanwhile (%(default)s)")
    made.add_argument("--seed", type=int, default=1, help="of what is written and when it is killed (%(default)s)")
    made.add_argument("--home", metavar="DIR", type=Path, help="folder to work in (the temporary folder)")
    return made


def torture(settings: Settings, kills: int, readers: int, seed: int) -> tuple[Figures, list[Asked]]:
    """Kill a writer of this home so often; return the figures and what each reader has seen."""
    expected = steady_answers(start(settings), settings.home.parent / "beside")
    asking = [begin("ask", settings, expected) for _ in range(readers)]
    for _, pipe in asking:
        pipe.recv()
    known: dict[str, set[str | None]] = {}
    figures, draw = Figures(), random.Random(seed)
    with contextlib.suppress(KeyboardInterrupt):
        for kill in (bar := tqdm(range(kills), desc="kills", unit="kill")):
            doing = _killed(settings, seed * 10_000 + kill, draw.uniform(0, _LONGEST), known)
            before = len(figures.lost), len(figures.damaged)
            _verify(settings, known, expected, figures)
            for fault in (*figures.lost[before[0] :], *figures.damaged[before[1] :]):
                bar.write(f"kill {kill + 1}, {doing}: {fault}")
            figures.during[doing] = figures.during.get(doing, 0) + 1
            figures.kills += 1
            bar.set_postfix(lost=len(figures.lost), damaged=len(figures.damaged))
    return figures, [stop(*each) for each in asking]


def steady_answers(chatbot: Chatbot, folder: Path) -> dict[str, str]:
    """Return those of the expected answers that documents beside the policies do not move; a library in ``folder`` tells.

    How rare a word is counts in an answer, so that other documents may move one: that would not be damage.
    """
    expected = expected_answers(chatbot)
    files = folder / "files"
    files.mkdir(parents=True)
    for serial in range(MOST):
        (files / f"{MADE}{serial}.txt").write_text(made_text(serial), "utf-8")
    settings = Settings(home=folder / "home")
    with changing(settings) as parts:
        ingest.add(parts.library, [files])
    beside = start(settings)
    return {q: answer for q, answer in expected.items() if beside.ask(q).answer == answer}


def expected_answers(chatbot: Chatbot) -> dict[str, str]:
    """Return questions over the policies with the answers that they get."""
    answers = {q.question: chatbot.ask(q.question) for q in read_questions(_SET) if not q.history and q.answerable}
    figures = {q: a.answer for q, a in answers.items() if a.status == "answered" and "%" in a.answer}
    others = {q: a.answer for q, a in answers.items() if a.status == "answered"}
    return dict(list((figures | others).items())[:QUESTIONS])


def _killed(settings: Settings, seed: int, seconds: float, known: dict[str, set[str | None]]) -> str:
    """Let a writer work, kill it, note what may be on record by now, and return what it was doing."""
    process, pipe = begin("write", settings, seed)
    doing, until = "nothing", None
    try:
        while until is None or (left := until - time.monotonic()) > 0:
            if until is not None and not pipe.poll(left):
                break
            state, kind, wanted = pipe.recv()
            until = until or time.monotonic() + seconds
            doing = _noted(known, state, kind, wanted)
    except EOFError:
        doing = "ended by itself"
    finally:
        process.kill()
        process.join()
    try:
        while pipe.poll():
            doing = _noted(known, *pipe.recv())
    except EOFError:
        pass
    return doing


def _noted(known: dict[str, set[str | None]], state: str, kind: str, wanted: Wanted) -> str:
    for id, text in wanted.items():
        known[id] = {text} if state == "done" else known.get(id, {None}) | {text}
    return kind if state == "begins" else "between"


def _verify(
    settings: Settings, known: dict[str, set[str | None]], expected: Mapping[str, str], figures: Figures
) -> None:
    """Start, and hold everything to what is known; from then on what is there is what must be there."""
    began = time.perf_counter()
    try:
        parts = open_level(settings)
        chatbot = Chatbot(parts.index)
        chatbot.ask(next(iter(expected)))
        figures.healings.append(time.perf_counter() - began)
        _verify_documents(parts, known, figures)
        check(library_file(settings))
        figures.damaged += [f"answer to {q}" for q, answer in expected.items() if chatbot.ask(q).answer != answer]
        if chatbot.library.documents() != parts.library.documents():
            figures.damaged.append("the generation holds other documents than the library")
        if (held := parts.index.verify(parts.record)) != len(chatbot.library.passages()):
            figures.damaged.append(f"{held} passages in the index")
        parts.library.close()
    except (Damaged, LibraryError, OSError) as error:
        figures.damaged.append(str(error))


def _verify_documents(parts: Parts, known: dict[str, set[str | None]], figures: Figures) -> None:
    found = {document.id: document for document in parts.library.documents()}
    for id in {*known, *(id for id in found if id.startswith(MADE))}:
        text = found[id].text if id in found else None
        if text not in known.get(id, {None}):
            figures.lost.append(f"{id}: {'gone' if text is None else 'another text'}")
        known[id] = {text}
    given = {record.document_id: record.given for record in parts.library.records()}
    for id, document in found.items():
        derived = derive(id, document.text, given[id])
        if tuple(parts.library.passages([id])) != derived.passages or document != derived.document:
            figures.damaged.append(f"{id}: its passages are not what its text yields")


def told(figures: Figures, seen: Sequence[Asked], seconds: float) -> str:
    """Return the figures as lines."""
    during = ", ".join(f"{count} while {what}" for what, count in sorted(figures.during.items()))
    healings = sorted(figures.healings) or [0.0]
    lines = [
        f"{figures.kills} kills in {seconds / 60:.1f} minutes ({during})",
        f"lost: {len(figures.lost)}, damaged: {len(figures.damaged)}",
        f"a start heals in {healings[len(healings) // 2]:.2f} s, the longest in {healings[-1]:.2f} s",
    ]
    for each in seen:
        others = "; ".join(f"{question}: {answer}" for question, answer in sorted(each.others))
        lines.append(
            f"a reader: {each.questions} questions, {each.failed} failed, {len(each.others)} otherwise {others}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
