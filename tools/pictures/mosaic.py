"""Several pictures in one, each with its time burned in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from playhead.tools.types import Frame, Image


def mosaic(frames: Sequence[Frame], columns: int, rows: int, side_px: int) -> Image:
    """At most `columns` x `rows` pictures in reading order, each at most `side_px` wide and high, with its
    seconds in the corner; places without a picture stay black. Raises ValueError without any picture."""
    if not frames:
        raise ValueError("a mosaic needs pictures")
    height_px, width_px, _ = frames[0].image.shape
    scale = side_px / max(height_px, width_px)
    cell = max(1, round(width_px * scale)), max(1, round(height_px * scale))
    whole = Picture.new("RGB", (cell[0] * columns, cell[1] * rows))
    draw = ImageDraw.Draw(whole)
    font = ImageFont.load_default(max(10, cell[1] // 10))
    for number, frame in enumerate(frames[: columns * rows]):
        corner = (number % columns * cell[0], number // columns * cell[1])
        whole.paste(Picture.fromarray(frame.image).resize(cell), corner)
        words = f"{frame.time_s:.1f} s"
        draw.rectangle(draw.textbbox(corner, words, font), fill=(0, 0, 0))
        draw.text(corner, words, (255, 255, 255), font)
    return np.asarray(whole, np.uint8)
