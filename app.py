"""The one entry: serves the chat, and answers, searches, keeps the library and runs question sets from the command line.

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

    serve(make_chatbot, arguments.host, arguments.port)
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
    from bot.plain import found_text
    from bot.search import search
    from bot.start import open_level

    query = _asked("QUERY", arguments.query)
    parts = open_level(settings)
    found = search(parts.library, parts.index, query)
    _show(arguments, {"passages": [each.as_dict() for each in found]}, lambda: found_text(found))
    return 0


def add(arguments: argparse.Namespace, settings: Settings) -> int:
    """Bring files into the library and the index."""
    from bot.start import changing
    from corpus import ingest

    with changing(settings) as library:
        report = ingest.add(library, [Path(path) for path in arguments.paths])
    _show(arguments, report.as_dict(), lambda: "\n".join(map(str, report.files)))
    return 1 if report.failed else 0


def remove(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take a document out of the library and the index."""
    from bot.start import changing
    from corpus import ingest

    with changing(settings) as library:
        report = ingest.remove(library, arguments.document_id)
    _show(arguments, {}, lambda: str(report))
    return 0


def show_documents(arguments: argparse.Namespace, settings: Settings) -> int:
    """List the documents of the library."""
    from bot.plain import documents_table
    from bot.start import open_library, to_write

    library = open_library(settings)
    with to_write(settings, library):
        pass  # the followed folder is in the library now, or it was said why not
    documents, passages = library.documents(), {each.document_id: each.passages for each in library.records()}
    rows = [_listed(document, passages.get(document.id, 0)) for document in documents]
    _show(arguments, rows, lambda: documents_table(rows))
    return 0
