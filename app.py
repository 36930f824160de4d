"""The one entry: serves the chat; answers, searches, keeps the library and runs question sets from the command line.

    python app.py                                       serve chat and API on 127.0.0.1:7860
    python app.py ask 深圳2015年饮用水源达标率目标

Exit status: 0 done (a refusal is an answer), 1 could not, 2 wrong use. Errors are one line on stderr. What is slow to
import is imported by the command that needs it.
"""

import argparse
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bot.answer import MAX_QUESTION
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.chatbot import Chatbot


FOUND = 10  # passages that a search shows


class WrongUse(Exception):
    """A command that was called wrongly; the message says what was expected."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; whatever goes wrong is told in one line."""
    try:
        arguments = _parser().parse_args(argv)
        _prepare_output(arguments)
        status = arguments.command(arguments, Settings.from_environment())
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains again when it ends
        return 1
    except Exception as error:  # the last place before a person
        return _told(error)


def serve(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve chat and API until a signal comes; the page stands while the chatbot is still being made."""
    from bot.web.server import serve

    def make_chatbot() -> "Chatbot":
        from bot.start import start

        return start(settings)

    serve(make_chatbot, arguments.host, arguments.port, settings)
    return 0


def ask(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer one question."""
    from bot.plain import answer_text
    from bot.start import start

    question = _asked("QUESTION", arguments.question)
    history = [_asked("--history", turn) for turn in arguments.history]
    answer = start(settings).ask(question, history)
    _show(arguments, answer.as_dict(), lambda: answer_text(answer))
    return 1 if answer.status == "error" else 0


def search(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show the passages that are found for a query."""
    from bot.catalogue import passages_object
    from bot.plain import passages_text
    from bot.retriever import search
    from bot.snapshot import Snapshots
    from bot.start import open_level, open_reranker

    query = _asked("QUERY", arguments.query)
    parts = open_level(settings)
    found = search(Snapshots(parts.index, open_reranker(settings)).now(), query, FOUND)
    _show(arguments, passages_object(found), lambda: passages_text(found))
    return 0


def add(arguments: argparse.Namespace, settings: Settings) -> int:
    """Bring files into the library and the index."""
    from bot.start import changing
    from corpus import ingest

    with changing(settings) as parts:
        report = ingest.add(parts.library, [Path(path) for path in arguments.paths], limits=settings.limits)
        _show(arguments, report.as_dict(), lambda: "\n".join(map(str, (*report.files, report))))
    return 1 if report.failed else 0


def remove(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take a document out of the library and the index."""
    from bot.start import changing
    from corpus import ingest

    with changing(settings) as parts:
        print(ingest.remove(parts.library, arguments.document_id))
    return 0


def show_documents(arguments: argparse.Namespace, settings: Settings) -> int:
    """List the documents of the library."""
    from bot.catalogue import documents_array
    from bot.plain import documents_text
    from bot.start import following, open_library

    library = open_library(settings)
    with following(settings, library):
        entries = documents_array(library)
    _show(arguments, entries, lambda: documents_text(entries))
    return 0


def reindex(arguments: argparse.Namespace, settings: Settings) -> int:
    """Build the search index anew from the record."""
    from bot.start import reindex

    parts = reindex(settings)
    print(f"Generation {parts.index.generation}: {len(parts.library.passages())} passages.")
    return 0


def backup(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the library to one file, also while it is in use."""
    from bot.start import library_file
    from corpus.backup import backup

    documents = backup(library_file(settings), arguments.file)
    print(f"{arguments.file}: {documents} documents.")
    return 0


def restore(arguments: argparse.Namespace, settings: Settings) -> int:
    """Put a backup in place of the library, once it is verified."""
    from bot.start import restore

    documents, kept = restore(settings, arguments.file)
    print(f"{documents} documents are restored from {arguments.file}.")
    if kept:
        print(f"The library that could not be opened is kept as {kept}.", file=sys.stderr)
    return 0


def evaluate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Ask every question of a set, keep the answers and score what has gold."""
    from eval.kept import read_run, run_folder
    from eval.questions import read_questions
    from eval.report import write_report
    from eval.scoring import compare, keep_scores, score
    from eval.table import told

    _require_files_of_eval(arguments)
    questions = read_questions(arguments.set)
    baseline = read_run(run_folder(arguments.baseline, settings.home)) if arguments.baseline else None
    kept = read_run(run_folder(arguments.run, settings.home) if arguments.run else _ask_set(arguments, settings))
    if not kept.asked(arguments.set):
        print(f"{arguments.set} has changed since {kept.folder} asked it: its gold of now counts.", file=sys.stderr)
    scored = score(questions, kept)
    comparison = compare(score(questions, baseline), scored) if baseline else None
    keep_scores(kept, scored)
    print(told(scored, comparison))
    if arguments.report:
        print(f"Report: {write_report(arguments.report, kept, scored, comparison)}")
    print(f"Kept in {kept.folder}")
    return 0


def _ask_set(arguments: argparse.Namespace, settings: Settings) -> Path:
    """Ask a set whose gold the library can show, and return the run's folder."""
    from bot.start import start
    from eval.gold import check_quotes
    from eval.questions import read_questions
    from eval.run import run

    chatbot = start(settings)
    for warning in check_quotes(arguments.set, chatbot.library):
        print(warning, file=sys.stderr)
    return run(chatbot, arguments.set, read_questions(arguments.set), settings, arguments.answers).folder


def _require_files_of_eval(arguments: argparse.Namespace) -> None:
    if not arguments.set.is_file():
        raise WrongUse(f"{arguments.set} is no file. Name a question set: a JSON object a line.")
    if arguments.answers and arguments.run:
        raise WrongUse("--answers goes with asking, --from scores without asking. Leave one of them out.")
    if arguments.answers and arguments.answers.resolve() == arguments.set.resolve():
        raise WrongUse(f"--answers {arguments.answers} is the question set itself. Name another file.")


class _Parser(argparse.ArgumentParser):
    """argparse, but an error is one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the call and end with status 2."""
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="app.py", description="Without a command: serve chat and API.")
    parser.set_defaults(command=serve)
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on (%(default)s)")
    parser.add_argument("--port", type=_port, default=7860, help="port to serve on (%(default)s)")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    _add_questions(commands)
    _add_library(commands)
    return parser


def _add_questions(commands: Any) -> None:
    command = _command(commands, "ask", ask)
    command.add_argument("question", metavar="QUESTION")
    command.add_argument("--history", metavar="TURN", action="append", default=[], help="an earlier question; repeats")
    _add_json(command, "print the answer object")
    command = _command(commands, "search", search)
    command.add_argument("query", metavar="QUERY")
    _add_json(command, "print the object of POST /api/search")
    command = _command(commands, "eval", evaluate)
    command.add_argument("set", metavar="SET.jsonl", type=Path)
    command.add_argument("--answers", metavar="OUT.jsonl", type=Path, help="write the answers here as well")
    command.add_argument("--report", metavar="DIR", type=Path, help="write a page of the scores here")
    command.add_argument("--from", metavar="RUN", type=Path, dest="run", help="score this run again, ask nothing")
    command.add_argument("--baseline", metavar="RUN", type=Path, help="compare with this run, question by question")


def _add_library(commands: Any) -> None:
    command = _command(commands, "add", add)
    command.add_argument(
        "paths", metavar="PATH", nargs="+", help="a file, a folder, or document lines (.jsonl, .jsonl.gz)"
    )
    _add_json(command, "print the report as one object")
    command = _command(commands, "remove", remove)
    command.add_argument("document_id", metavar="DOCUMENT_ID", help="as `list` shows it")
    command = _command(commands, "list", show_documents)
    _add_json(command, "print an array of documents")
    _command(commands, "reindex", reindex)
    command = _command(commands, "backup", backup)
    command.add_argument("file", metavar="FILE", type=Path, help="the one file to write; an earlier backup is replaced")
    command = _command(commands, "restore", restore)
    command.add_argument("file", metavar="FILE", type=Path, help="what `backup` has written")


def _command(commands: Any, name: str, command: Callable[..., int]) -> argparse.ArgumentParser:
    """Add a subcommand that runs ``command`` and is described by its docstring."""
    parser = commands.add_parser(name, help=command.__doc__, description=command.__doc__)
    parser.set_defaults(command=command)
    return parser


def _add_json(command: argparse.ArgumentParser, what: str) -> None:
    command.add_argument("--json", action="store_true", help=what)


def _port(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, found {value!r}")
    return int(value)


def _asked(name: str, text: str) -> str:
    """Return what a person typed, if it can be asked."""
    if not text.strip():
        raise WrongUse(f"{name} is empty. Type a question, for example: python app.py ask 深圳2015年饮用水源达标率目标")
    if len(text) > MAX_QUESTION:
        raise WrongUse(f"{name} has {len(text)} characters; at most {MAX_QUESTION} can be asked.")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise WrongUse(f"{name} is not valid UTF-8.")
    return text


def _prepare_output(arguments: argparse.Namespace) -> None:
    """JSON is UTF-8 everywhere; text is what the terminal can show."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    if getattr(arguments, "json", False):
        sys.stdout.reconfigure(encoding="utf-8")


def _show(arguments: argparse.Namespace, value: Any, text: Callable[[], str]) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2) if arguments.json else text())


def _told(error: Exception) -> int:
    """Print an error in one line and return the exit status."""
    if isinstance(error, OSError):
        line = ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
    elif isinstance(error, _expected()):
        line = str(error)
    else:  # a bug: one line for a person, the place for whoever mends it
        place = traceback.extract_tb(error.__traceback__)[-1]
        line = f"Unexpected {type(error).__name__}: {error} ({place.filename}:{place.lineno}). Please report it."
    print(" ".join(line.split()), file=sys.stderr)
    return 2 if isinstance(error, _wrong_use()) else 1


def _expected() -> tuple[type[Exception], ...]:
    """The errors whose message is written for a person."""
    from bot.start import Busy, CannotStart
    from corpus.library import LibraryError
    from embeddings.generations import Damaged, Locked
    from embeddings.models import ModelError
    from embeddings.vectors import Unreachable

    return (*_wrong_use(), Busy, CannotStart, LibraryError, ModelError, Damaged, Locked, Unreachable)


def _wrong_use() -> tuple[type[Exception], ...]:
    from eval.kept import NotARun
    from eval.questions import BrokenSet

    return (WrongUse, SettingsError, BrokenSet, NotARun)


if __name__ == "__main__":
    sys.exit(main())
