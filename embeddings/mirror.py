"""Show a published folder to an engine that writes into whatever it opens. Knows nothing of what the folder holds."""

import fcntl
import shutil
import tempfile
from pathlib import Path
from weakref import finalize

_PREFIX = "policy-index-"
_HELD = "held"


class Mirror:
    """A private temporary ``folder`` that looks like ``original``: its large files linked, the others copied.

    Chroma and tantivy write into a folder when they merely open it (a counter, a lock file). They are given a mirror:
    a published generation is never written, processes never meet in one folder, and a read-only one can be read.
    """

    def __init__(self, original: Path):
        _sweep()
        place = Path(tempfile.mkdtemp(prefix=_PREFIX))
        finalize(self, shutil.rmtree, place, ignore_errors=True)  # what stays, the next mirror sweeps
        self._held = (place / "new").open("wb")
        fcntl.flock(self._held, fcntl.LOCK_SH)
        (place / "new").rename(place / _HELD)  # locked before anybody can see it
        self.folder = place / "files"
        self.folder.mkdir()
        for path in original.iterdir():
            if path.name.startswith(".") or path.suffix.startswith((".json", ".sqlite3")):
                shutil.copyfile(path, self.folder / path.name)
            else:
                (self.folder / path.name).symlink_to(path.absolute())


def _sweep() -> None:
    """Remove the mirrors of processes that were killed."""
    for place in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            with (place / _HELD).open("rb") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(place, ignore_errors=True)
        except OSError:  # in use, another user's, or just being made
            continue
