"""Show how far a pass over files is: bytes done, the file in hand and its page, the time left. Knows nothing of files."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Progress = Callable[[int, int, str], None]  # bytes done, bytes in all, the file in hand
Advance = Callable[[int, str], None]  # bytes of work done just now, the file in hand


@contextmanager
def showing(progress: Progress | None, total: int) -> Iterator[Advance]:
    """Give a function that takes (bytes, file in hand), from any thread; by default it moves a bar on stderr."""
    lock = threading.Lock()
    if progress is not None:
        done = 0

        def advance(size: int, name: str) -> None:
            nonlocal done
            with lock:
                done += size
                progress(done, total, name)

        yield advance
        return
    from tqdm import tqdm

    with tqdm(total=total, unit="B", unit_scale=True, delay=2, leave=False, disable=None) as bar:

        def show(size: int, name: str) -> None:
            with lock:
                bar.set_postfix_str(Path(name).name, refresh=not size)
                bar.update(size)

        yield show
