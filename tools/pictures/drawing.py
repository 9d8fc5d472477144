"""Slides and simple shapes drawn with Pillow and its built-in font, for synthetic video."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from random import Random

import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from playhead.tools.types import Image

Colour = tuple[int, int, int]
_BLACK: Colour = (0, 0, 0)
_WHITE: Colour = (255, 255, 255)
_LAP_S = 4.0


def slide(texts: Sequence[str], background: Colour, width_px: int, height_px: int) -> Image:
    """A title and lines, as large as fits, dark on light or light on dark."""
    picture = Picture.new("RGB", (width_px, height_px), background)
    draw = ImageDraw.Draw(picture)
    size_px = max(8, height_px // 9)
    lines, bottom_px = _layout(texts, size_px, width_px, height_px)
    while bottom_px > height_px * 0.86 and size_px > 8:
        size_px -= 1
        lines, bottom_px = _layout(texts, size_px, width_px, height_px)
    for top_px, letters, line in lines:
        draw.text((width_px * 0.05, top_px), line, ink(background), letters)
    return np.asarray(picture, np.uint8)


def shapes(seed: int, background: Colour, width_px: int, height_px: int) -> Image:
    """Six discs and rectangles that depend on nothing but `seed`; none when it is 0."""
    picture = Picture.new("RGB", (width_px, height_px), background)
    draw = ImageDraw.Draw(picture)
    random = Random(seed)  # noqa: S311 - a drawing, not a secret
    for _ in range(6 if seed else 0):
        x, y = random.randrange(width_px), random.randrange(height_px)
        side = random.randrange(height_px // 8 + 1, height_px // 3 + 2)
        colour = (random.randrange(256), random.randrange(256), random.randrange(256))
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape((x, y, x + side, y + side), fill=colour)
    return np.asarray(picture, np.uint8)


def square(image: Image, colour: Colour, elapsed_s: float, seed: int, low: bool) -> None:
    """Draw into `image` a square going round once in four seconds; `seed` turns its starting point.

    `low` keeps it on the bottom line, below the texts of a slide.
    """
    height_px, width_px, _ = image.shape
    side = max(2, height_px // 8)
    angle = 2 * math.pi * (elapsed_s / _LAP_S + seed * 0.137)
    left = round((width_px - side) * (0.5 + 0.45 * math.cos(angle)))
    top = height_px - side if low else round((height_px - side) * (0.5 + 0.45 * math.sin(angle)))
    image[top : top + side, left : left + side] = colour


def ink(background: Colour) -> Colour:
    """Black or white, whichever reads better on `background`."""
    red, green, blue = background
    return _BLACK if 0.299 * red + 0.587 * green + 0.114 * blue > 120 else _WHITE


def _layout(
    texts: Sequence[str], size_px: int, width_px: int, height_px: int
) -> tuple[list[tuple[float, ImageFont.FreeTypeFont, str]], float]:
    """Every line with its top and font, and where the last one ends."""
    placed: list[tuple[float, ImageFont.FreeTypeFont, str]] = []
    top_px = height_px * 0.08
    for number, text in enumerate(texts):
        letters = font(round(size_px * 1.25) if number == 0 else size_px)
        for line in _wrap(text, letters, width_px * 0.9):
            placed.append((top_px, letters, line))
            top_px += letters.size * 1.25
        top_px += size_px * 0.35
    return placed, top_px


@lru_cache(maxsize=64)
def font(size_px: int) -> ImageFont.FreeTypeFont:
    """Pillow's built-in font at this size."""
    loaded = ImageFont.load_default(size_px)
    if not isinstance(loaded, ImageFont.FreeTypeFont):
        raise OSError("Pillow was built without FreeType, its built-in font cannot be scaled")
    return loaded


def _wrap(text: str, letters: ImageFont.FreeTypeFont, limit_px: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and letters.getlength(longer) <= limit_px:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
