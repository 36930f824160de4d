"""Read files of old office programs (.doc, .wps, .rtf, .xls, .et) by a converter that is installed: LibreOffice or antiword."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from corpus.decode import readable
from corpus.formats import sheets, word
from corpus.formats.extract import Extract, Tell, Unreadable, silent

MISSING = "an old office format: install LibreOffice (apt-get install libreoffice-writer-nogui libreoffice-calc-nogui), or save it as .docx or .xlsx"
SECONDS = 60.0  # that a conversion may take more
_SHEETS = (".xls", ".et")


def converter(suffix: str) -> str | None:
    """Return the program that reads files of this suffix here; antiword reads .doc alone."""
    names = ("soffice", "libreoffice", *(("antiword",) if suffix == ".doc" else ()))
    return next((path for name in names if (path := shutil.which(name))), None)


def extract(data: bytes, suffix: str, tell: Tell = silent) -> Extract:
    """Return the text of a file in an old format. Raises ``Unreadable`` where no converter is installed or it fails."""
    program = converter(suffix)
    if program is None:
        raise Unreadable(MISSING)
    tell(0, 1, SECONDS)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / f"file{suffix}"
        file.write_bytes(data)
        if program.endswith("antiword"):
            text = _run([program, "-m", "UTF-8.txt", "-w", "0", str(file)], place).stdout.decode("utf-8", "replace")
            return Extract(_sound(text, program), suffix[1:], notes=("read by antiword",))
        kind = "xlsx" if suffix in _SHEETS else "docx"
        profile = f"-env:UserInstallation={(Path(place) / 'profile').as_uri()}"
        _run([program, profile, "--headless", "--norestore", "--convert-to", kind, "--outdir", place, str(file)], place)
        made = file.with_suffix(f".{kind}")
        if not made.is_file():
            raise Unreadable(
                f"{Path(program).name} could not convert it: open it in an office program and save it as .{kind}"
            )
        found = (sheets if kind == "xlsx" else word).extract(made.read_bytes(), tell)
        text = _sound(found.text, program)
        return Extract(text, suffix[1:], pages=found.pages, notes=(*found.notes, "read by LibreOffice"))


def _sound(text: str, program: str) -> str:
    """Return the text; a converter takes any bytes of a damaged file for characters."""
    if readable(text):
        return text
    raise Unreadable(f"{Path(program).name} finds no readable text in it: damaged, or under a wrong name")


def _run(command: list[str], place: str) -> subprocess.CompletedProcess[bytes]:
    """Run a converter in the process group of this process: what ends this one for taking too long ends it, too."""
    environment = {**os.environ, "HOME": place, "TMPDIR": place}
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, cwd=place, env=environment, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        name = Path(command[0]).name
        raise Unreadable(f"{name} could not read it: open it in an office program and save it anew") from error
