"""The pictures of a request, each with its time; grids of pictures are cut into their tiles."""

from __future__ import annotations

import base64
import hashlib
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image as Picture

from playhead.eval.viewer.glyphs import stamp
from playhead.tools.types import Image

_TIME = re.compile(r"<([\d.]+) s>")
_NUMBER = re.compile(r"\[(\d+)\]")
KEPT = 200_000
LIGHT = 40
"""Brightness below which a tile is an empty place of a grid."""
READ = 0.6
"""Share of the tiles of a grid whose times must be read."""
_GRIDS = ((4, 4), (3, 3), (3, 2), (2, 3), (2, 2), (3, 1), (2, 1))


@dataclass(frozen=True, slots=True)
class Tiles:
    """How a picture is cut, and when each tile was taken; no times where it is one picture."""

    columns: int = 1
    rows: int = 1
    times_s: tuple[float, ...] = ()


_TILES: dict[str, Tiles] = {}


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture and when it was taken; None when nobody said. `number` is that of the line before it."""

    url: str
    time_s: float | None
    number: int | None = None
    grid: tuple[int, int, int] = (1, 1, 0)
    """Columns and rows of the picture that it is a tile of, and its place in reading order."""
    key: str = ""
    """Equal for equal pictures."""

    @property
    def image(self) -> Image:
        """Height x width x 3."""
        columns, rows, place = self.grid
        return cut(decoded(self.url), columns, rows)[place]

    @property
    def pixels(self) -> int:
        """Its area, known without decoding it."""
        width, height = _opened(self.url).size
        return width * height // (self.grid[0] * self.grid[1])


def pictures(parts: Sequence[Mapping[str, Any]]) -> Iterator[Shown]:
    """Every picture with the time told before it, or with the one burned into it as a tile of a grid."""
    told = ""
    for part in parts:
        if part["type"] == "text":
            told = part["text"]
            continue
        url = part["image_url"]["url"]
        key = hashlib.sha1(url.encode()).hexdigest()  # noqa: S324 - a name, not a seal
        times = [float(time_s) for time_s in _TIME.findall(told)]
        numbers = _NUMBER.findall(told.splitlines()[-1] if told.strip() else "")
        number = int(numbers[0]) if numbers else None
        if "row by row" in told and len(times) > 1:
            columns = math.ceil(math.sqrt(len(times)))
            tiles = Tiles(columns, math.ceil(len(times) / columns), tuple(times))
        else:
            tiles = _stamped(key, url)
        for place, time_s in enumerate(tiles.times_s):
            yield Shown(url, time_s, number, (tiles.columns, tiles.rows, place), f"{key} {place}")
        if not tiles.times_s:
            yield Shown(url, times[-1] if times else None, number, key=key)


def decoded(url: str) -> Image:
    """A picture, height x width x 3."""
    return np.asarray(_opened(url).convert("RGB"), np.uint8)


def _opened(url: str) -> Picture.Image:
    return Picture.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))


def cut(image: Image, columns: int, rows: int) -> list[Image]:
    """The tiles of a grid in reading order."""
    height, width = image.shape[0] // rows, image.shape[1] // columns
    corners = [(row * height, column * width) for row in range(rows) for column in range(columns)]
    return [np.ascontiguousarray(image[top : top + height, left : left + width]) for top, left in corners]


def _stamped(key: str, url: str) -> Tiles:
    """The tiles of a grid that bears a time in the corner of each, in the order of time; none in others.

    Of all ways to cut it the one with most times counts; a time that cannot be read lies between others.
    """
    if key not in _TILES:
        if len(_TILES) >= KEPT:
            _TILES.clear()
        _TILES[key] = _cut_by_times(decoded(url))
    return _TILES[key]


def _cut_by_times(image: Image) -> Tiles:
    best = Tiles()
    for columns, rows in _GRIDS:
        filled = [tile for tile in cut(image, columns, rows) if tile.max() > LIGHT]
        times = [stamp(tile) for tile in filled]
        read = [(place, time_s) for place, time_s in enumerate(times) if time_s is not None]
        told = [time_s for _, time_s in read]
        enough = max(1, READ * len(filled), len(best.times_s) - 1)
        if len(read) > enough and told == sorted(set(told)):
            between = np.interp(range(len(filled)), [place for place, _ in read], told).tolist()
            best = Tiles(columns, rows, tuple(between))
    return best
