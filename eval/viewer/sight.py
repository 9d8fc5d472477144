"""What a simulated viewer sees in one picture: the colour of the background, coloured things, labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from playhead.eval.viewer.glyphs import Contrast, Writing, read
from playhead.tools.pictures.drawing import Colour, ink
from playhead.tools.types import Image

ROOMS: Mapping[str, Colour] = {
    "grey": (112, 112, 112),
    "navy": (34, 44, 76),
    "sand": (198, 184, 152),
    "olive": (84, 90, 52),
    "plum": (80, 50, 82),
    "teal": (40, 86, 86),
    "cream": (234, 230, 216),
    "umber": (88, 64, 46),
}
"""Backgrounds: none is as colourful as a thing."""

COLOURS: Mapping[str, Colour] = {
    "red": (222, 38, 38),
    "green": (36, 186, 66),
    "blue": (44, 84, 232),
    "yellow": (242, 216, 40),
    "orange": (246, 138, 24),
    "pink": (244, 112, 190),
}
_COLOURFUL = 92
"""Distance of the strongest from the weakest primary of a thing; those of every background are nearer."""
_SMALLEST_THING = 0.02


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing: its shape and the name of its colour."""

    shape: str
    colour: str


@dataclass(frozen=True, slots=True)
class Sight:
    """One picture as it was understood; writing without text is too small to be read."""

    room: str
    things: tuple[Seen, ...]
    writings: tuple[Writing, ...]


def see(image: Image, smallest_px: int) -> Sight:
    """Look at a picture, height x width x 3; capitals lower than `smallest_px` are not read."""
    background = _background(image)
    red, green, blue = cv2.split(image)
    spread = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    colourful = np.asarray(spread > _COLOURFUL)
    things, covered = _things(image, colourful)
    contrast = _contrast(image, background)
    contrast[covered] = 0
    return Sight(_nearest(background, ROOMS), tuple(things), tuple(read(contrast, smallest_px)))


def _background(image: Image) -> Colour:
    """The mean of the most frequent colour."""
    pixels = image[::4, ::4].reshape(-1, 3)
    bins = (pixels >> 4).astype(np.int32) @ np.array([256, 16, 1], np.int32)
    red, green, blue = pixels[bins == np.bincount(bins).argmax()].mean(axis=0).tolist()
    return round(red), round(green), round(blue)


def _things(image: Image, colourful: npt.NDArray[np.bool_]) -> tuple[list[Seen], npt.NDArray[np.bool_]]:
    """The things from left to right, and the pixels that they cover, their blurred edges included."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(colourful.astype(np.uint8), connectivity=4)
    least = (_SMALLEST_THING * len(image)) ** 2
    kept = sorted(
        (i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] > least), key=lambda i: stats[i, 0]
    )
    known = np.zeros(count, np.uint8)
    known[kept] = 1
    covered = known[labels]
    wide = max(3, len(image) // 60) | 1
    covered = cv2.dilate(covered, np.ones((wide, wide), np.uint8)) > 0
    return [Seen(_shape(stats[i]), _colour(image, labels, stats[i], i)) for i in kept], covered


def _shape(row: npt.NDArray[Any]) -> str:
    _, _, width, height, area = row.tolist()
    filled = area / (width * height)
    return "square" if filled > 0.9 else "disc" if filled > 0.66 else "triangle"


def _colour(image: Image, labels: npt.NDArray[Any], row: npt.NDArray[Any], number: int) -> str:
    left, top, width, height, _ = row.tolist()
    box = (slice(top, top + height), slice(left, left + width))
    return _nearest(np.median(image[box][labels[box] == number], axis=0).tolist(), COLOURS)


def _nearest(colour: Any, names: Mapping[str, Colour]) -> str:
    return min(names, key=lambda name: sum((a - b) ** 2 for a, b in zip(colour, names[name], strict=True)))


def _contrast(image: Image, background: Colour) -> Contrast:
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    low, high = (float(np.array(colour, np.float32) @ weights) for colour in (background, ink(background)))
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(np.clip((grey - low) / (high - low), 0, 1), np.float32)
