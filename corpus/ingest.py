"""Bring files into the library and say what became of each. Knows files and the library; knows nothing of the index."""

from collections.abc import Iterable
from pathlib import Path

from corpus.files import meet
from corpus.library import Library, LibraryError
from corpus.limits import Limits
from corpus.passes import Pass
from corpus.progress import Progress
from corpus.report import FileReport, IngestReport


def add(
    library: Library, paths: Iterable[Path], progress: Progress | None = None, limits: Limits | None = None
) -> IngestReport:
    """Bring files, folders, archives and files of document lines into the library, to stay until they are removed.

    What cannot be read is reported and the rest goes in. Raises ``LibraryError`` when the library cannot be written.
    """
    met = {found.path: found for path in paths for found in meet(path)}
    return Pass(library, "added", limits or Limits()).bring(list(met.values()), progress)


def follow(
    library: Library, folder: Path, progress: Progress | None = None, limits: Limits | None = None
) -> IngestReport:
    """Bring the library level with a folder: what is new or changed comes in, what is gone from the folder leaves.

    Documents that were added stay, those of the folder that a person removed stay away; a missing folder is an
    empty one. Documents do not change when the folder has not, and a file that could not be read is not read again
    before it changes.
    """
    met = meet(folder) if _exists(folder) else []
    run = Pass(library, "folder", limits or Limits())
    run.drop_missing(met)
    return run.bring(met, progress)


def remove(library: Library, document_id: str) -> FileReport:
    """Take a document off the record; one of the followed folder stays away. Raises ``LibraryError`` if unknown."""
    record = next((each for each in library.records() if each.document_id == document_id), None)
    if record is None or not library.remove(document_id):
        raise LibraryError(f"There is no document '{document_id}'. `python app.py list` shows the ids.")
    library.settle()
    return FileReport(record.source.path, "removed", "by request", document_id)


def _exists(folder: Path) -> bool:
    try:
        folder.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # it cannot be seen just now: nothing is known to be gone
    return True
