"""Coloured things and labels painted into synthetic pictures: facts that stand in pixels and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from playhead.tools.pictures.drawing import Colour, font, ink
from playhead.tools.types import Image

SPACING = 0.18
"""Gap between two letters of a label as a share of its size: letters of a small picture stay apart."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One filled shape; places and sizes are shares of the height, from the left and from the top."""

    shape: Literal["disc", "square", "triangle"]
    colour: Colour
    left: float
    top: float
    size: float = 0.2


@dataclass(frozen=True, slots=True)
class Label:
    """Letters on the background, black or white; `size` is that of the font as a share of the height."""

    text: str
    left: float
    top: float
    size: float = 0.08


def paint(image: Image, things: Sequence[Thing], labels: Sequence[Label], background: Colour) -> Image:
    """A copy with the things, then the labels, in it."""
    picture = Picture.fromarray(image)
    draw = ImageDraw.Draw(picture)
    for thing in things:
        _shape(draw, thing, picture.height)
    for label in labels:
        _letters(draw, label, picture.height, ink(background))
    return np.array(picture, np.uint8)


def _shape(draw: ImageDraw.ImageDraw, thing: Thing, height_px: int) -> None:
    left, top, side = (round(share * height_px) for share in (thing.left, thing.top, thing.size))
    box = (left, top, left + side, top + side)
    if thing.shape == "disc":
        draw.ellipse(box, fill=thing.colour)
    elif thing.shape == "square":
        draw.rectangle(box, fill=thing.colour)
    else:
        draw.polygon([(left + side / 2, top), (left, top + side), (left + side, top + side)], thing.colour)


def _letters(draw: ImageDraw.ImageDraw, label: Label, height_px: int, colour: Colour) -> None:
    left, top, size = (share * height_px for share in (label.left, label.top, label.size))
    letters: ImageFont.FreeTypeFont = font(max(6, round(size)))
    for letter in label.text:
        draw.text((left, top), letter, colour, letters)
        left += letters.getlength(letter) + SPACING * letters.size
