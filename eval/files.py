"""Measure how files are read: pages a second and memory by format, encodings by names that tell them: python -m eval.files --data DIR

DIR, or ``files/`` in it, holds files of any format; of ``encodings/`` in it the names tell the encoding: big5_….html,
chardet_GB2312_….xml. Each format is read by one fresh process, file after file, so that its peak is its own.
"""

import argparse
import codecs
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.decode import decode
from corpus.formats.kinds import KINDS
from corpus.limits import Limits
from corpus.sandbox import Sandbox

_HEAD = (
    "| format | files | read | pages | characters | seconds | pages/s | peak MB |\n|---|--:|--:|--:|--:|--:|--:|--:|"
)
_SAME = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each format and one for each encoding; 1 if there is nothing to measure."""
    asked = parser().parse_args(arguments)
    folder = asked.data / "files" if (asked.data / "files").is_dir() else asked.data
    groups: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix.lower() in KINDS:
            groups[path.suffix.lower()].append(path)
    if not groups:
        print(f"Nothing measured: {folder} holds no files of a known format.", file=sys.stderr)
        return 1
    print(_HEAD, flush=True)
    for suffix, paths in sorted(groups.items()):
        print(_row(suffix, paths), flush=True)
    if (folder / "encodings").is_dir():
        print("\n| encoding | files | right | refused | wrong |\n|---|--:|--:|--:|--:|")
        print("\n".join(_encodings(folder / "encodings")))
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m eval.files", description="Measure how files are read.")
    made.add_argument("--data", metavar="DIR", type=Path, required=True, help="folder of files")
    return made


def _row(suffix: str, paths: Sequence[Path]) -> str:
    """Read the files of one format in one process; ``pages`` counts a file without pages as one."""
    read = pages = characters = 0
    peak = 0
    with Sandbox(Limits(seconds=600)) as sandbox:
        sandbox.ask({"kind": "members", "path": ""}).result()  # pays the start
        began = time.perf_counter()
        for path in paths:
            message = {"kind": "file", "path": str(path), "member": "", "id": "x", "digest": "", "suffix": suffix}
            reply, _ = sandbox.ask(message).result()
            peak = max(peak, sandbox.peak())
            if "text" in reply:
                read, characters = read + 1, characters + len(reply["text"])
                pages += max(1, reply["pages"] or 1)
        seconds = time.perf_counter() - began
    counts = f"{len(paths)} | {read} | {pages} | {characters:,} | {seconds:.1f} | {pages / seconds:.1f} | {peak}"
    return f"| {suffix[1:]} | {counts} |"


def _encodings(folder: Path) -> Iterator[str]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted(folder.iterdir()):
        told = path.name.split("_")[1 if path.name.startswith("chardet_") else 0]
        counts[told.upper()][_judged(path.read_bytes(), told)] += 1
    for told, found in sorted(counts.items()):
        yield f"| {told} | {found.total()} | {found['right']} | {found['refused']} | {found['wrong']} |"


def _judged(data: bytes, told: str) -> str:
    """Whether the text is what the encoding that a name tells gives: right, wrong, or refused."""
    try:
        text, _ = decode(data)
    except ValueError:
        return "refused"
    try:
        name = codecs.lookup(told).name
    except LookupError:
        return "wrong"  # Python does not know it, and we claimed to
    return "right" if text == data.decode(_SAME.get(name, name), "replace").removeprefix("\ufeff") else "wrong"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
