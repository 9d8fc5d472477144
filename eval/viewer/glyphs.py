"""Reading of painted letters: cut out of a contrast image row by row, then compared with the font."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Picture
from PIL import ImageDraw

from playhead.tools.pictures.drawing import font
from playhead.tools.types import Image

Contrast = npt.NDArray[np.float32]
"""0 where the background is, 1 where letters are; height x width."""

LETTERS = string.ascii_uppercase + string.digits
LEAST_PX = 6
"""Height of a capital below which nobody reads anything."""
WORD_GAP, LABEL_GAP = 0.66, 3.0
"""Gaps between two letters, in heights of a capital, from which on a new word or a new label begins."""
_INK, _FAINT = 0.45, 0.2
_BLACK = 30
_HEIGHT_PX, _SIZE, _CAPITAL_PX = 28, (16, 24), 71
_PHASES = tuple(product((0.0, 0.5), (0.0, 0.25, 0.5, 0.75)))


@dataclass(frozen=True, slots=True)
class Writing:
    """Words in capitals, or "" for what is too small to be read; `height_px` is that of a capital."""

    text: str
    height_px: int


def read(contrast: Contrast, smallest_px: int) -> list[Writing]:
    """Every label in the picture, from top to bottom, then from left to right."""
    found = []
    for top, bottom in _runs(contrast.max(axis=1, initial=0) > _INK):
        row = contrast[top:bottom]
        for start, end in _labels(row):
            height_px = _height(row[:, start:end])
            legible = height_px >= max(smallest_px, LEAST_PX)
            found.append(Writing(_words(row[:, start:end], height_px) if legible else "", height_px))
    return [writing for writing in found if writing.height_px >= 3]


def stamp(tile: Image) -> float | None:
    """The seconds that stand white on black in the corner of a picture, such as `123.5 s`; None when none
    do."""
    grey = tile[: len(tile) // 4].mean(axis=2)
    dark = grey < _BLACK
    boxes = [run for run in _runs(dark[:, : len(tile) // 12].any(axis=1)) if run[1] - run[0] >= LEAST_PX]
    if not boxes:
        return None
    top, bottom = boxes[0]
    columns = np.flatnonzero(dark[top:bottom].any(axis=0))
    gaps = np.flatnonzero(np.diff(columns) > LEAST_PX)
    left, right = int(columns[0]), int(columns[gaps[0]] if len(gaps) else columns[-1])
    text = _seconds(np.asarray(grey[top:bottom, left : right + 1] / 255, np.float32))
    return float(text) if re.fullmatch(r"\d+\.\d", text) else None


def _seconds(row: Contrast) -> str:
    """Digits and the point before the last of them; the letter behind a gap is left out."""
    height_px = len(row)
    large = _scaled(row, _HEIGHT_PX / height_px)
    text, last = "", 0
    for start, end in _letters(large):
        if "." in text and start - last > 0.22 * _HEIGHT_PX:
            break
        ink = np.flatnonzero(large[:, start:end].max(axis=1) > _INK)
        if len(ink) < 0.5 * _HEIGHT_PX and len(ink) and ink[0] > 0.5 * _HEIGHT_PX:
            text, last = text + ".", end
            continue
        count = max(1, round((end - start) / (0.75 * _HEIGHT_PX)))
        cuts = np.linspace(start, end, count + 1).round().astype(int)
        digits = (large[:, a:b] for a, b in pairwise(cuts.tolist()))
        read = (_letter(digit, height_px, string.digits) if digit.max() > _INK else " " for digit in digits)
        text, last = text + "".join(read), end
    return text


def _labels(row: Contrast) -> Iterator[tuple[int, int]]:
    """First and last column of each label of a row."""
    runs = _letters(row)
    for number, (start, _) in enumerate(runs):
        if number == 0 or start - runs[number - 1][1] > LABEL_GAP * len(row):
            first = start
        if number + 1 == len(runs) or runs[number + 1][0] - runs[number][1] > LABEL_GAP * len(row):
            yield first, runs[number][1]


def _letters(row: Contrast) -> list[tuple[int, int]]:
    return [run for run in _runs(row.max(axis=0, initial=0) > _FAINT) if row[:, slice(*run)].max() > _INK]


def _height(label: Contrast) -> int:
    return int((label.max(axis=1) > _INK).sum())


def _words(label: Contrast, height_px: int) -> str:
    """The label enlarged, so that letters are cut between pixels, and read letter by letter."""
    large = _scaled(label, _HEIGHT_PX / height_px)
    text, last = "", 0
    for start, end in _letters(large):
        gap = " " if text and start - last > WORD_GAP * _HEIGHT_PX else ""
        text, last = text + gap + _letter(large[:, start:end], height_px), end
    return text


def _letter(piece: Contrast, height_px: int, among: str = LETTERS) -> str:
    shapes, widths = _templates(height_px)
    shape, width = _normal(piece)
    apart = np.abs(shapes - shape).mean(axis=(1, 2)) + 0.35 * np.abs(np.log(widths / width))
    best = apart.reshape(-1, len(LETTERS)).min(axis=0)
    return min(among, key=lambda letter: float(best[LETTERS.index(letter)]))


@lru_cache(maxsize=64)
def _templates(height_px: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The letters of the font, a few times over, since a blurred letter depends on where its pixels fall."""
    pixel = _CAPITAL_PX / height_px
    blurred = (
        _scaled(_drawn(letter, 100, across * pixel, down * pixel), height_px / _CAPITAL_PX)
        for (across, down), letter in product(_PHASES, LETTERS)
    )
    crisp = (
        _drawn(letter, round(100 * height_px / _CAPITAL_PX) + more)
        for more, letter in product((0, 1), LETTERS)
    )
    drawn = [_normal(_scaled(image, _HEIGHT_PX / height_px)) for image in (*blurred, *crisp)]
    return np.stack([shape for shape, _ in drawn]), np.array([width for _, width in drawn], np.float32)


def _drawn(letter: str, size_px: int, left_px: float = 0.0, top_px: float = 0.0) -> Contrast:
    side = round(1.6 * size_px)
    picture = Picture.new("L", (side, side))
    at = (0.4 * size_px + left_px, 0.2 * size_px + top_px)
    ImageDraw.Draw(picture).text(at, letter, 255, font(size_px))
    return np.asarray(picture, np.float32) / np.float32(255)


def _scaled(image: Contrast, scale: float) -> Contrast:
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(np.ascontiguousarray(image), size, interpolation=how), np.float32)


def _normal(piece: Contrast) -> tuple[npt.NDArray[np.float32], float]:
    """The letter cut out and brought to one size, and how wide it is in heights."""
    rows, columns = (np.flatnonzero(piece.max(axis=axis) > _INK) for axis in (1, 0))
    cut = piece[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    shape = cv2.resize(np.ascontiguousarray(cut), _SIZE, interpolation=cv2.INTER_LINEAR)
    return np.asarray(shape, np.float32), cut.shape[1] / cut.shape[0]


def _runs(inside: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end of every stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
