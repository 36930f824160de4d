"""Bring documents in and take them out over HTTP: only where POLICY_ADMIN_PASSWORD is set, and only for who gives it."""

import hmac
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as Place
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse

from bot.settings import Settings
from bot.web.doors import Doors
from bot.web.limits import network_of
from bot.web.problems import Problem, problems

MOST_FILES = 100  # of one request
ATTEMPTS = 5  # wrong passwords that one address may give in a window
ALL_ATTEMPTS = 50  # and all addresses together
WINDOW = 300.0  # seconds
_ADDRESSES = 10_000  # that are remembered
_LONGEST = 200  # bytes of a file's name
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            }
        },
    }
}


class Attempts:
    """Counts wrong passwords, of each address and of all, and says when no more are heard."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()

    def refused(self, address: str) -> int:
        """Return the seconds for which this address is not heard; 0: it is."""
        own, every = self._recent(address), self._recent("")
        late = [times[-most] for times, most in ((own, ATTEMPTS), (every, ALL_ATTEMPTS)) if len(times) >= most]
        return max((1 + int(each + WINDOW - self._now()) for each in late), default=0)

    def note(self, address: str) -> None:
        """Count a wrong password."""
        for each in (address, ""):
            self._wrong[each] = [*self._recent(each), self._now()][-ALL_ATTEMPTS:]
            self._wrong.move_to_end(each)
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)

    def _recent(self, address: str) -> list[float]:
        return [at for at in self._wrong.get(address, []) if at > self._now() - WINDOW]


def routes(doors: Doors) -> APIRouter:
    """Return the routes that change the library; none where no password is set."""
    router = APIRouter()
    settings, attempts = doors.settings, Attempts()
    if not settings.admin_password:
        return router

    @router.post(
        "/api/documents", tags=["Documents"], summary="Add documents", openapi_extra=_FORM, responses=problems(422, 503)
    )
    async def add(request: Request) -> JSONResponse:
        """Bring files in (`file`, one or more) and give the report of what became of each; status 422 where one failed."""
        _admit(request, settings, attempts)
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
            given = [each for each in form.getlist("file") if isinstance(each, UploadFile)]
            if not given:
                raise Problem(422, "No file: send one or more as `file` in multipart/form-data.")
            report = await run_in_threadpool(_add, settings, given)
        return JSONResponse(report, 422 if report["failed"] else 200)

    @router.delete(
        "/api/documents/{id:path}", tags=["Documents"], summary="Remove a document", responses=problems(404, 422, 503)
    )
    async def remove(request: Request, id: Annotated[str, Place(min_length=1, max_length=1000)]) -> JSONResponse:
        """Take a document out of the library."""
        _admit(request, settings, attempts)
        return JSONResponse(await run_in_threadpool(_remove, settings, id))

    return router


def _admit(request: Request, settings: Settings, attempts: Attempts) -> None:
    """Let through who gives the password as ``Authorization: Bearer``; nobody after too many wrong ones."""
    address = network_of(request.client.host if request.client else "")
    if seconds := attempts.refused(address):
        raise Problem(429, "Too many wrong passwords. Try again later.", {"Retry-After": str(seconds)})
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    right = settings.admin_password.encode()
    if kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode("utf-8", "replace"), right):
        return
    if given:
        attempts.note(address)
    raise Problem(401, "Give the password: `Authorization: Bearer …`.", {"WWW-Authenticate": "Bearer"})


def _add(settings: Settings, given: Sequence[UploadFile]) -> dict[str, Any]:
    """Lay the files where the library will know them by, read them, and return the report without our own paths."""
    from corpus import ingest

    folder = settings.home / "uploads"
    named = {_name(each): each for each in given}
    if len(named) < len(given):
        raise Problem(422, "Two of the files have the same name: give each its own.")
    with _changing(settings) as library:
        folder.mkdir(exist_ok=True)
        paths = [folder / name for name in named]
        try:
            for path, each in zip(paths, named.values(), strict=True):
                _write(path, each)
            report = ingest.add(library, paths, progress=_silent, limits=settings.limits).as_dict()
        finally:
            for path in paths:
                path.unlink(missing_ok=True)  # the library keeps the bytes
    for file in report["files"]:
        file["path"] = file["path"].removeprefix(f"{folder}/")
    return report


def _write(path: Path, given: UploadFile) -> None:
    with path.open("wb") as file:
        while chunk := given.file.read(1 << 20):
            file.write(chunk)


def _name(given: UploadFile) -> str:
    name = (given.filename or "").replace("\\", "/").rpartition("/")[2].strip()
    if not name or name.startswith(".") or not name.isprintable() or len(name.encode()) > _LONGEST:
        raise Problem(422, f"Each file needs a name of at most {_LONGEST} bytes that begins with no dot.")
    return name


def _remove(settings: Settings, id: str) -> dict[str, Any]:
    from dataclasses import asdict

    from corpus import ingest
    from corpus.library import LibraryError

    with _changing(settings) as library:
        try:
            removed = ingest.remove(library, id)
        except LibraryError as unknown:
            raise Problem(404, "No document has this id. GET /api/documents lists those there are.") from unknown
    return {**asdict(removed), "path": Path(removed.path).name}


@contextmanager
def _changing(settings: Settings) -> Iterator[Any]:
    """Give the library to write inside the block and bring the index level after it."""
    from bot.start import Busy, CannotStart, changing
    from corpus.library import LibraryError

    try:
        with changing(settings) as parts:
            yield parts.library
    except Busy as busy:
        raise Problem(503, "Another change is under way. Try again soon.", {"Retry-After": "10"}) from busy
    except (CannotStart, LibraryError, OSError) as failed:
        raise Problem(503, "The library cannot be changed just now. Its operator's log says why.") from failed


def _silent(done: int, size: int, name: str) -> None:
    """Show no progress: nobody watches this server's terminal."""
