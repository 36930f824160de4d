"""Cap how large files may grow: a damaged link file of Chroma's took 58 GB within seconds. Knows nothing of Chroma."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_LOCK = Lock()  # the limit belongs to the whole process


@contextmanager
def capped(size: int) -> Iterator[None]:
    """Let no file that this process writes inside the block grow beyond ``size`` bytes: such a write then fails."""
    with _LOCK:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        limits = [size, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)]
        resource.setrlimit(resource.RLIMIT_FSIZE, (min(limits), hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
