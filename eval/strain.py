"""Processes that strain a home: one that writes without pause, one that asks without pause. Know nothing of who kills them.

Both tell what they do through a pipe. A writer says what is to become of which documents before it does it, and that it
is done afterwards; whoever reads along knows what must be on record after a kill at any moment.
"""

import contextlib
import multiprocessing
import random
import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from bot.answer import Answer
from bot.settings import Settings
from bot.start import changing, start
from corpus import ingest

MADE = "made-"  # how the ids of made documents begin
Wanted = dict[str, str | None]  # document id -> its text; None: it is removed
_CONTEXT = multiprocessing.get_context("forkserver")  # the heavy imports are paid once
_CONTEXT.set_forkserver_preload(["eval.strain", "chromadb", "bot.chatbot"])
TWINS = "对比青岛市和大连市的森林覆盖率目标"
_SUBJECTS = ("森林覆盖率", "污水集中处理率", "义务教育巩固率", "生活垃圾无害化处理率", "单位产值能耗降低率")
MOST = 120  # made documents on record, from which on more are removed than added


@dataclass(frozen=True)
class Asked:
    """What a reader has seen: how many questions, and how many of them were not answered as they should be."""

    questions: int = 0
    failed: int = 0
    torn: int = 0  # the twins with two figures: an answer from two generations
    others: frozenset[tuple[str, str]] = frozenset()  # questions with answers other than expected
    first: str = ""  # the first that failed or was torn, with its answer


def made_text(serial: int, paragraphs: int = 8) -> str:
    """Return a policy of its own about a district that does not exist; another serial, another text."""
    draw = random.Random(serial)
    lines = [f"第{serial}号试验区管理办法", ""]
    for number in range(1, paragraphs + 1):
        subject, figure = draw.choice(_SUBJECTS), f"{draw.randrange(100)}.{draw.randrange(10)}%"
        lines.append(
            f"{number}．第{serial}号试验区到20{draw.randrange(26, 60)}年，{subject}达到{figure}以上，每年考核一次。"
        )
    return "\n".join(lines) + "\n"


def twins(figure: int) -> dict[str, str]:
    """Return two policies by file name that have one figure in common, whatever it is: TWINS asks for both."""
    text = "{}人民政府关于绿化工作的通知\n\n到2030年，全市森林覆盖率达到{}.5%以上。\n"
    return {f"twin-{place}": text.format(place, figure) for place in ("青岛市", "大连市")}


def begin(work: str, settings: Settings, *arguments: object) -> tuple[BaseProcess, Connection]:
    """Start a process that runs the function of this name in this module; return it and the end of its pipe."""
    here, there = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_run, args=(work, settings, there, arguments), daemon=True)
    process.start()
    there.close()
    return process, here


def write(settings: Settings, pipe: Connection, seed: int) -> None:
    """Add, change, remove and re-index, in an order that ``seed`` decides, until killed."""
    draw = random.Random(seed)
    files = settings.home.parent / "files"
    files.mkdir(exist_ok=True)
    with changing(settings) as parts:
        there = {id for id in parts.library.document_ids() if id.startswith(MADE)}
    while True:
        kind, wanted = _drawn(draw, sorted(there))
        pipe.send(("begins", kind, wanted))
        with changing(settings, anew=kind == "reindex") as parts:
            for id, text in wanted.items():
                if text is None:
                    ingest.remove(parts.library, id)
                else:
                    (files / f"{id}.txt").write_text(text, "utf-8")
            paths = [files / f"{id}.txt" for id, text in wanted.items() if text is not None]
            if paths:
                ingest.add(parts.library, paths)
        pipe.send(("done", kind, wanted))
        there = (there | wanted.keys()) - {id for id, text in wanted.items() if text is None}


def ask(settings: Settings, pipe: Connection, expected: Mapping[str, str], has_twins: bool = False) -> None:
    """Ask these questions, and for the twins, at full speed until told to stop; tell how many were not answered well."""
    chatbot, seen = start(settings), Asked()
    pipe.send("ready")
    while not pipe.poll():
        for question, answer in [*expected.items(), *([(TWINS, None)] if has_twins else ())]:
            seen = _counted(seen, chatbot.ask(question), answer)
    pipe.send(seen)


def stop(process: BaseProcess, pipe: Connection) -> Asked:
    """Tell a reader to stop, and return what it has seen."""
    pipe.send("stop")
    seen = pipe.recv()
    while not isinstance(seen, Asked):
        seen = pipe.recv()
    process.join()
    return seen


def _counted(seen: Asked, got: Answer, answer: str | None) -> Asked:
    """Count one answer; ``answer`` None: the question was for the twins."""
    failed = got.status == "error"
    torn = not failed and answer is None and len(set(re.findall(r"[\d.]+%", got.answer))) != 1
    is_other = not failed and answer is not None and got.answer != answer
    others = seen.others | {(got.question, got.answer)} if is_other else seen.others
    first = seen.first or (f"{got.question}: {got.answer or got.status}" if failed or torn else "")
    return Asked(seen.questions + 1, seen.failed + failed, seen.torn + torn, others, first)


def _run(work: str, settings: Settings, pipe: Connection, arguments: tuple[object, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever began this
    with contextlib.suppress(BrokenPipeError, EOFError):  # whoever began this has ended
        {"write": write, "ask": ask}[work](settings, pipe, *arguments)  # type: ignore[operator]


def _drawn(draw: random.Random, there: list[str]) -> tuple[str, Wanted]:
    """Draw what is done next, and what is to become of which documents."""
    kinds = ["add"] if not there else ["remove"] if len(there) > MOST else ["add", "add", "change", "remove", "reindex"]
    kind = draw.choice(kinds)
    if kind == "add":
        return kind, {
            f"{MADE}{draw.randrange(10**9)}": made_text(draw.randrange(10**9)) for _ in range(draw.randint(1, 6))
        }
    chosen = draw.sample(there, min(len(there), draw.randint(1, 3))) if kind != "reindex" else []
    return kind, {id: None if kind == "remove" else made_text(draw.randrange(10**9)) for id in chosen}
