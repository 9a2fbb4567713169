"""Text recognition (OCR) on pages that are pictures, by rapidocr where it is installed.

Its models lie in its own package and are named to it by their paths, so that it fetches nothing. Lines
come in the same form as those of a page with letters: what joins those into paragraphs joins these.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus.allowance import ask
from corpus.errors import UnreadableFile
from corpus.readers.columns import in_order
from corpus.readers.layout import Line
from corpus.readers.running import Sheet

if TYPE_CHECKING:
    import numpy as np
    import pypdfium2 as pdfium

PACKAGE = "rapidocr"
# A page takes 2 to 10 s on an idle core, one of 660 lines 30 s, and ten times that on a busy machine.
PAGE_SECONDS = 600.0
# Of address space: the models and what they work in take 0.6 GiB of memory, and reserve twice that.
MEMORY_BYTES = 2 * 1024**3

# Pixels of a page's longer side: A4 at 128 dots an inch, where small print is read as well as at 170.
_SIDE_PIXELS = 1500
# A line that stands alone on a page is found in a small picture of it only.
_SMALL_SIDE_PIXELS = 1000
_FEW_LINES = 3
# A page this much longer than wide holds no lines, and rapidocr would make a giant of it.
_LONGEST_SHAPE = 20
# Letters that stand upright are recognised with 0.95 and more; upside down, in a script that the models do
# not know, or none at all with less than 0.75. A page below it is not read; from others single lines are left out.
_LEAST_SCORE = 0.8
_LEAST_LINE_SCORE = 0.5
_BOX_HEIGHT = 1.2  # of a line's box, in multiples of the letters' size; 1.05 to 1.4 by typeface and letters
_DESCENT = 0.2  # from a box's lower edge up to the baseline, in multiples of the letters' size
_SAME_SIZE = 1.35  # so that two lines of one size are not taken for two sizes


class _Found(NamedTuple):
    """A line as it was recognised: its corners in pixels from the upper left one on, clockwise, and how surely."""

    text: str
    score: float
    corners: np.ndarray  # float32 [4, 2]

    @property
    def height(self) -> float:
        return float(self.corners[2:, 1].mean() - self.corners[:2, 1].mean())

    @property
    def width(self) -> float:
        return max(1.0, float(self.corners[1:3, 0].mean() - self.corners[::3, 0].mean()))


class _Reading(NamedTuple):
    """What was recognised in a picture so many pixels high, with so many to a point."""

    height: int
    scale: float
    found: Sequence[_Found]

    @property
    def letters(self) -> int:
        return sum(len(one.text) for one in self.found)


def is_installed() -> bool:
    """Whether pages that are pictures can be read."""
    return importlib.util.find_spec(PACKAGE) is not None


def recognised(page: pdfium.PdfPage, body: float) -> Sheet | None:
    """Recognise the lines of a page, which may lie on its side or upside down.

    Args:
        page: as PDFium has it.
        body: the size in points of most of the document's letters, 0 where that is not known. Sizes are
            measured roughly, and what comes near it is taken to have it.

    Returns:
        Lines in reading order, in points of the page as it was read; None where none is legible.

    Raises:
        UnreadableFile: rapidocr is not whole.
    """
    longer, shorter = max(page.get_size()), min(page.get_size())
    if not (math.isfinite(longer) and 0 < longer <= _LONGEST_SHAPE * shorter):
        return None
    ask(PAGE_SECONDS, MEMORY_BYTES)
    reading = _at(page, _SIDE_PIXELS / longer)
    if len(reading.found) <= _FEW_LINES:
        reading = max(reading, _at(page, _SMALL_SIDE_PIXELS / longer), key=lambda one: one.letters)
    lines = _lines(reading, body)
    return Sheet(in_order(lines), 0.0, reading.height / reading.scale) if lines else None


def _at(page: pdfium.PdfPage, scale: float) -> _Reading:
    height, found = _upright(page.render(scale=scale).to_numpy())
    return _Reading(height, scale, found)


def _upright(picture: np.ndarray) -> tuple[int, Sequence[_Found]]:
    """Recognise a picture, turned until its letters stand; give the height it then has, in pixels."""
    import numpy as np  # noqa: PLC0415  only for pictures

    found = _read(picture)
    if found and 2 * sum(one.height > one.width for one in found) > len(found):
        picture = np.ascontiguousarray(np.rot90(picture))
        found = _read(picture)
    if found and _score(found) < _LEAST_SCORE:
        found = _read(np.ascontiguousarray(np.rot90(picture, 2)))
    if not found or _score(found) < _LEAST_SCORE:
        return len(picture), []
    return len(picture), [one for one in found if one.score >= _LEAST_LINE_SCORE]


def _score(found: Sequence[_Found]) -> float:
    """How surely a picture was recognised: the mean over its lines, each by its length."""
    return sum(one.score * one.width for one in found) / sum(one.width for one in found)


def _read(picture: np.ndarray) -> list[_Found]:
    """Recognise the lines of a picture, uint8 [height, width, 3], from the top down."""
    answer = _engine()(picture)
    if not answer.txts:
        return []
    return [_Found(*one) for one in zip(answer.txts, answer.scores, answer.boxes, strict=True)]


@cache
def _engine() -> Any:  # noqa: ANN401  rapidocr ships no types
    try:
        import cv2  # noqa: PLC0415  both take a second, only for pictures
        import rapidocr  # noqa: PLC0415  as cv2

        models = Path(rapidocr.__file__).parent / "models"
        (detector,), (recogniser,) = models.glob("*_det_*.onnx"), models.glob("*_rec_*.onnx")
    except (ImportError, ValueError) as error:
        reason = "Text recognition (rapidocr) is not whole; install 'despatch[ocr]' anew, then sync."
        raise UnreadableFile(reason) from error
    # There are as many workers as cores, and embedding runs beside them.
    cv2.setNumThreads(1)
    one_thread = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    return rapidocr.RapidOCR(
        params={
            "Det.model_path": str(detector),
            "Rec.model_path": str(recogniser),
            # A short line is detected at little certainty; what is no line is not legible.
            "Det.box_thresh": 0.3,
            # It turns some upright lines upside down; whole pages are turned here instead.
            "Global.use_cls": False,
            "Global.text_score": 0.0,
            "Global.log_level": "critical",
            **one_thread,
        }
    )


def _lines(reading: _Reading, body: float) -> list[Line]:
    height, scale, found = reading
    sizes = [one.height / _BOX_HEIGHT / scale for one in found]
    usual = median(sizes) if sizes else body
    usual = body if body and _is_near(usual, body) else usual
    lines: list[Line] = []
    for one, measured in zip(found, sizes, strict=True):
        size = usual if _is_near(measured, usual) else max(measured, 1.0)
        lines.append(
            Line(
                one.text.strip(),
                left=float(one.corners[::3, 0].mean()) / scale,
                right=float(one.corners[1:3, 0].mean()) / scale,
                baseline=(height - float(one.corners[2:, 1].mean())) / scale + _DESCENT * size,
                size=size,
            )
        )
    return [line for line in lines if line.text]


def _is_near(one: float, other: float) -> bool:
    return max(one, other) <= _SAME_SIZE * min(one, other)
