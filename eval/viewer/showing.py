"""The pictures of a request, each with its time; grids of pictures are cut into their tiles."""

from __future__ import annotations

import base64
import hashlib
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image as Picture

from playhead.eval.viewer.glyphs import stamp
from playhead.tools.types import Image

_TIME = re.compile(r"<([\d.]+) s>")
_NUMBER = re.compile(r"\[(\d+)\]")
LIGHT = 40
"""Brightness below which a tile is an empty place of a grid."""
READ = 0.6
"""Share of the tiles of a grid whose times must be read."""
_GRIDS = ((4, 4), (3, 3), (3, 2), (2, 3), (2, 2), (3, 1), (2, 1))


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture and when it was taken; None when nobody said. `number` is that of the line before it."""

    image: Image
    time_s: float | None
    number: int | None = None
    key: str = ""
    """Equal for equal pictures."""


def pictures(parts: Sequence[Mapping[str, Any]]) -> Iterator[Shown]:
    """Every picture with the time told before it, or with the one burned into it as a tile of a grid."""
    told = ""
    for part in parts:
        if part["type"] == "text":
            told = part["text"]
            continue
        url = part["image_url"]["url"]
        times = [float(time_s) for time_s in _TIME.findall(told)]
        numbers = _NUMBER.findall(told.splitlines()[-1] if told.strip() else "")
        number = int(numbers[0]) if numbers else None
        if "row by row" in told and len(times) > 1:
            tiles = zip(_tiles(decoded(url), len(times)), times, strict=True)
            yield from (Shown(tile, time_s, number, _key(url, i)) for i, (tile, time_s) in enumerate(tiles))
        elif tiled := _stamped(url):
            yield from (Shown(tile, time_s, number, _key(url, i)) for i, (tile, time_s) in enumerate(tiled))
        else:
            yield Shown(decoded(url), times[-1] if times else None, number, _key(url))


def _key(url: str, tile: int = -1) -> str:
    return f"{hashlib.sha1(url.encode()).hexdigest()} {tile}"  # noqa: S324 - a name, not a seal


def decoded(url: str) -> Image:
    """A picture, height x width x 3."""
    picture = Picture.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    return np.asarray(picture.convert("RGB"), np.uint8)


def _tiles(image: Image, count: int) -> Iterator[Image]:
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    yield from (tile for tile in cut(image, columns, rows)[:count])


def cut(image: Image, columns: int, rows: int) -> list[Image]:
    """The tiles of a grid in reading order."""
    height, width = image.shape[0] // rows, image.shape[1] // columns
    corners = [(row * height, column * width) for row in range(rows) for column in range(columns)]
    return [np.ascontiguousarray(image[top : top + height, left : left + width]) for top, left in corners]


@lru_cache(maxsize=256)
def _stamped(url: str) -> tuple[tuple[Image, float], ...]:
    """The tiles of a grid that bears a time in the corner of each, in the order of time; else nothing.

    Of all ways to cut it the one with most times counts; a time that cannot be read lies between others.
    """
    image = decoded(url)
    best: tuple[tuple[Image, float], ...] = ()
    for columns, rows in _GRIDS:
        filled = [tile for tile in cut(image, columns, rows) if tile.max() > LIGHT]
        times = [stamp(tile) for tile in filled]
        read = [(place, time_s) for place, time_s in enumerate(times) if time_s is not None]
        told = [time_s for _, time_s in read]
        if len(read) > max(1, READ * len(filled), len(best) - 1) and told == sorted(set(told)):
            between = np.interp(range(len(filled)), [place for place, _ in read], told).tolist()
            best = tuple(zip(filled, between, strict=True))
    return best
