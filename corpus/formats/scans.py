"""Read the text of pictures by OCR, an extra: rapidocr with its own models, nothing is fetched. Knows pictures, no files."""

import importlib.util
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from corpus.formats.extract import Extract, NoDocument, Tell, Unreadable, silent
from corpus.formats.layout import join_pages

MISSING = "reading pictures needs OCR: pip install -r requirements-ocr.txt -c constraints.txt"
SECONDS = 60.0  # that one page may take more
LITTLE = 16  # characters of a page, below which a picture on it may hold its text
COVERED = 0.3  # share of the page that such a picture covers
WIDEST = 2600  # pixels of the longer side; larger pictures are made smaller
_MOST_PIXELS = 120_000_000  # of a picture as it is stored
_MOST_FRAMES = 200  # pages of one TIFF
_SMALLEST = 400  # pixels of the longer side, below which a picture is a logo or an icon
_SURE = 0.5  # below, a line is rather a stamp or dirt


@dataclass(frozen=True)
class Seen:
    """The lines of a picture, top to bottom, and how sure the reader is of each, 0 to 1."""

    lines: tuple[str, ...]
    scores: tuple[float, ...]


def available() -> bool:
    """Say whether OCR is installed."""
    return importlib.util.find_spec("rapidocr") is not None


def extract(data: bytes, tell: Tell = silent) -> Extract:
    """Return the text of a picture file, all its frames."""
    if not available():
        raise NoDocument(f"a picture: {MISSING}")
    pages, scores = [], list[float]()
    pictures = frames(data)
    if all(max(picture.shape[:2]) < _SMALLEST for picture in pictures):
        raise NoDocument("a picture too small to be a page")
    for number, picture in enumerate(pictures):
        tell(number, len(pictures), SECONDS)
        seen = read_picture(picture)
        pages.append(seen.lines)
        scores += seen.scores
    text, running = join_pages(pages)
    if not text.strip():
        raise NoDocument("a picture without text")
    dropped = {"running heads": running} if running else {}
    mean = sum(scores) / len(scores)
    return Extract(text, "picture", pages=len(pages), ocr_pages=len(pages), confidence=mean, dropped=dropped)


def read_picture(picture: Any) -> Seen:
    """Return what is read in a picture, an array of rows, columns and colours."""
    found = _reader()(picture)
    if found.boxes is None or not found.txts:
        return Seen((), ())
    pieces = [
        (
            float(min(p[0] for p in box)),
            float(min(p[1] for p in box)),
            float(max(p[1] for p in box)),
            text,
            float(score),
        )
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if score >= _SURE
    ]
    lines = _lines(pieces)
    return Seen(tuple("  ".join(p[3] for p in line) for line in lines), tuple(p[4] for p in pieces))


def frames(data: bytes) -> list[Any]:
    """Return the pages of a picture file as arrays, each no larger than is read. Raises ``Unreadable``."""
    import numpy as np
    from PIL import Image, ImageSequence, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS // 2  # Pillow raises at twice as many
    found: list[Any] = []
    try:
        with Image.open(io.BytesIO(data)) as image:
            for frame in ImageSequence.Iterator(image):
                if len(found) == _MOST_FRAMES:
                    raise Unreadable(f"more than {_MOST_FRAMES} pages in one picture file: split it")
                shown = frame.convert("RGB")
                shown.thumbnail((WIDEST, WIDEST))
                found.append(np.asarray(shown))
    except Image.DecompressionBombError as error:
        raise Unreadable(
            f"the picture has more than {_MOST_PIXELS // 1_000_000} million pixels: make it smaller"
        ) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unreadable("the picture is damaged: get the file again") from error
    return found


def _lines(
    pieces: Sequence[tuple[float, float, float, str, float]],
) -> list[list[tuple[float, float, float, str, float]]]:
    """Put pieces (left, top, bottom, text, score) that stand beside each other on one line."""
    lines: list[list[tuple[float, float, float, str, float]]] = []
    for piece in sorted(pieces, key=lambda p: (p[1] + p[2]) / 2):
        middle = (piece[1] + piece[2]) / 2
        if lines and all(other[1] < middle < other[2] for other in lines[-1][-1:]):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [sorted(line) for line in lines]


@cache
def _reader() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "error", "EngineConfig.onnxruntime.intra_op_num_threads": 2})
