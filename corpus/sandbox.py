"""Have files read by processes of their own, bound in time and memory, on every core. Knows the processes, no format."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

from corpus.limits import Limits
from corpus.worker import read_message, write_message

Page = Callable[[int, int], None]  # pages done, pages in all

MOST_PROCESSES = 4
_ROOT = Path(__file__).resolve().parent.parent
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "SYSTEMROOT")  # no setting, no secret
_STOPPED = "the program is ending"


class Sandbox:
    """Processes that read files, started when the first is needed, ended with the block.

    ``ask`` may be called from any thread; as many requests are worked on as there are processes.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.processes = max(1, min(os.cpu_count() or 1, MOST_PROCESSES))
        self._threads = ThreadPoolExecutor(self.processes)
        self._idle: queue.SimpleQueue[_Process] = queue.SimpleQueue()
        self._all: list[_Process] = []
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._closed = True
        with self._lock:
            for process in self._all:
                process.end()
        self._threads.shutdown(cancel_futures=True)

    def ask(self, message: Mapping[str, Any], page: Page | None = None) -> "Future[tuple[dict[str, Any], bytes]]":
        """Have a request worked on; the reply is one of ``corpus.worker``, ``failed`` where its process was ended."""
        return self._threads.submit(self._work, message, page)

    def peak(self) -> int:
        """Return the megabytes that the largest of the processes has held at most so far (Linux; else 0)."""
        with self._lock:
            return max((process.peak() for process in self._all), default=0)

    def _work(self, message: Mapping[str, Any], page: Page | None) -> tuple[dict[str, Any], bytes]:
        try:
            process = self._idle.get_nowait()
        except queue.Empty:
            process = self._start()
        if process is None:
            return {"failed": _STOPPED}, b""
        reply, raw = process.work(message, page)
        if process.alive and not reply.pop("worn", False):
            self._idle.put(process)
        else:
            process.end()
        return reply, raw

    def _start(self) -> "_Process | None":
        with self._lock:
            if self._closed:
                return None
            self._all = [each for each in self._all if each.alive]
            self._all.append(_Process(self.limits))
            return self._all[-1]


class _Process:
    """One reading process, the leader of its own group: what it starts ends with it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        values = (str(limits.megabytes), str(limits.seconds), str(limits.memory))
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "corpus.worker", *values], cwd=_ROOT, env=environment, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._late = False

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def peak(self) -> int:
        """Return the megabytes that the process has held at most."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text("ascii", "replace")
        except OSError:
            return 0
        return next((int(line.split()[1]) >> 10 for line in status.splitlines() if line.startswith("VmHWM")), 0)

    def work(self, message: Mapping[str, Any], page: Page | None) -> tuple[dict[str, Any], bytes]:
        """Return the reply to one request; where there is none in time, end the process and say so."""
        assert self._process.stdin and self._process.stdout
        raw = message.get("raw", b"")
        clock = _Clock(self._limits.seconds, self._give_up)
        try:
            write_message(self._process.stdin, {k: v for k, v in message.items() if k != "raw"}, raw)
            while (reply := read_message(self._process.stdout)) is not None and "page" in reply[0]:
                clock.grant(float(reply[0]["more"]))
                if page:
                    page(int(reply[0]["page"]), int(reply[0]["pages"]))
        except (OSError, ValueError, MemoryError):  # the process has ended, or what it says is no message
            reply = None
        finally:
            clock.stop()
        if reply is None:
            self.end()
            return {"failed": self._why()}, b""
        return reply

    def end(self) -> None:
        """End the process and all that it has started."""
        with contextlib.suppress(ProcessLookupError):  # it ended before
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _give_up(self) -> None:
        self._late = True
        self.end()

    def _why(self) -> str:
        status = self._process.returncode
        if self._late or status == -signal.SIGALRM:
            return f"given up after {self._limits.seconds} s: split it, or raise POLICY_FILE_SECONDS"
        cause = f"signal {-status}" if status < 0 else f"status {status}"
        return f"the program that read it broke down ({cause}): damaged, hostile, or in need of more POLICY_FILE_MEMORY"


class _Clock:
    """Calls ``late`` when the time is over, which may be lengthened."""

    def __init__(self, seconds: float, late: Callable[[], None]) -> None:
        self._seconds, self._late = seconds, late
        self._wake = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def grant(self, seconds: float) -> None:
        """Lengthen the time."""
        with self._wake:
            self._seconds += min(max(seconds, 0.0), 600.0)
            self._wake.notify()

    def stop(self) -> None:
        """Call nobody any more."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        self._thread.join()

    def _watch(self) -> None:
        began = monotonic()
        with self._wake:
            while not self._stopped and (left := began + self._seconds - monotonic()) > 0:
                self._wake.wait(left)
            late = not self._stopped
        if late:
            self._late()
