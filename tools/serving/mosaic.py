"""Pictures on their way to a model: smaller, compressed, several in one grid with their times burned in."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence

import numpy as np
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from playhead.tools.types import Frame, Image

MOST_TILES = 9
"""Tiles in one mosaic: beyond 3 x 3 small text and faces are lost at the sizes that models take."""


def stamp(time_s: float) -> str:
    """The way a time is told to a model before its picture."""
    return f"<{time_s:.1f} s>"


def shrink(image: Image, side_px: int) -> Image:
    """The same picture with its longest side at most `side_px`; smaller ones stay as they are."""
    height, width = image.shape[:2]
    if max(height, width) <= side_px:
        return image
    scale = side_px / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Pictures.fromarray(image).resize(size, Pictures.Resampling.BILINEAR))


def jpeg(image: Image, quality: int = 85) -> bytes:
    """The picture as a JPEG file."""
    buffer = io.BytesIO()
    Pictures.fromarray(image).save(buffer, format="JPEG", quality=quality)
    return buffer.getvalue()


def data_url(image: Image, quality: int = 85) -> str:
    """The picture as a JPEG data URL."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg(image, quality)).decode("ascii")


def mosaic(frames: Sequence[Frame], side_px: int) -> Image:
    """A grid of frames, row by row, each with its time in its corner; longest side about `side_px`."""
    columns = math.ceil(math.sqrt(len(frames)))
    rows = math.ceil(len(frames) / columns)
    tiles = [_tile(frame, max(16, side_px // columns)) for frame in frames]
    height, width = (max(tile.shape[axis] for tile in tiles) for axis in (0, 1))
    grid = np.zeros((rows * height, columns * width, 3), np.uint8)
    for place, tile in enumerate(tiles):
        top, left = place // columns * height, place % columns * width
        grid[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    return grid


def _tile(frame: Frame, side_px: int) -> Image:
    picture = Pictures.fromarray(shrink(frame.image, side_px))
    draw = ImageDraw.Draw(picture)
    text, font = f"{frame.time_s:.1f} s", ImageFont.load_default(max(10.0, side_px / 16))
    box = draw.textbbox((3, 2), text, font=font)
    draw.rectangle((0, 0, box[2] + 3, box[3] + 2), fill=(0, 0, 0))
    draw.text((3, 2), text, fill=(255, 255, 255), font=font)
    return np.asarray(picture)


def spread(count: int, keep: int) -> list[int]:
    """`keep` of `count` positions, evenly spread, the first and the last among them."""
    if keep >= count:
        return list(range(count))
    if keep <= 1:
        return [count // 2] if count else []
    return sorted({round(place * (count - 1) / (keep - 1)) for place in range(keep)})
