"""Where a picture changed since it was last read, on a coarse grid of brightness.

A cell is the mean of some fifty pixels: sensor noise and compression move it by one or two levels, one
word appearing moves several cells by ten or more. Rows are kept apart, because text runs along them: a
speaker who moves in the lower corner of a slide leaves the upper lines as they were read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image as Picture

from playhead.tools.types import Frame, Image

Grid = npt.NDArray[np.float32]
Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ChangeConfig:
    """What counts as a change worth reading."""

    cells: int = 128
    """Cells along the longer side; one is then about as large as a small letter."""

    cell_px: int = 5
    """Least side of a cell, so that the noise of small pictures is still averaged away."""

    level: float = 10.0
    """Levels of brightness (of 255) by which a cell must differ. Noise and compression stay below 6."""

    least_cells: int = 2
    """Cells of one row and its neighbour that must differ; fewer are a cursor or a speck."""

    blink_cells: int = 24
    """At most so many cells that go back to how they were read before are a cursor that blinks."""

    margin_rows: int = 4
    """Rows read above and below the changed ones, so that no line of text is cut."""

    whole: float = 0.6
    """From this share of the height on, the whole picture is read."""

    interval_s: float = 2.0
    """Least time between two readings while the picture keeps moving. A title shown for so long is read."""


class ChangeDetector:
    """Follows the frames of one video in ascending time."""

    def __init__(self, config: ChangeConfig) -> None:
        self.config = config
        self.read_s = -np.inf
        self._read: Grid | None = None
        self._older: Grid = np.zeros((1, 1), np.float32)
        self._before: Grid | None = None
        self._now: Grid = np.zeros((1, 1), np.float32)
        self._moved_before = False

    def look(self, frame: Frame) -> tuple[Rows, bool]:
        """(rows that differ from what was read, whether to read them now).

        A change is read at once when the picture stood still before it or stands still after it;
        within continuous motion, once in `interval_s`.
        """
        cells = min(self.config.cells, max(1, max(frame.image.shape[:2]) // self.config.cell_px))
        self._now = brightness(frame.image, cells)
        if self._read is None or self._read.shape != self._now.shape:
            self._read = np.full_like(self._now, -1e3)
            self._older = self._read.copy()
            self._before = None
        dirty = self._differing(self._read)
        if self._blinks(self._read):
            dirty[:] = False
        moved = self._before is not None and bool(self._differing(self._before).any())
        due = frame.time_s - self.read_s >= self.config.interval_s - 1e-6
        now = bool(dirty.any()) and (due or not moved or not self._moved_before)
        self._before, self._moved_before = self._now, moved
        return dirty, now

    @property
    def rows(self) -> int:
        """Rows of the grid."""
        return len(self._now)

    def take(self, strip: slice, time_s: float) -> None:
        """Remember that these rows were read in the frame last looked at."""
        if self._read is not None:
            known = self._read[strip] >= 0
            self._older[strip] = np.where(known, self._read[strip], self._now[strip])
            self._read[strip] = self._now[strip]
        self.read_s = time_s

    def _blinks(self, read: Grid) -> bool:
        """Whether the few cells that changed look as they did at the reading before."""
        changed = int(np.count_nonzero(np.abs(self._now - read) > self.config.level))
        return changed <= self.config.blink_cells and not self._differing(self._older).any()

    def _differing(self, other: Grid) -> Rows:
        count = (np.abs(self._now - other) > self.config.level).sum(axis=1)
        pairs = count + np.maximum(np.r_[count[1:], 0], np.r_[0, count[:-1]])
        differing: Rows = (count > 0) & (pairs >= self.config.least_cells)
        return differing


def brightness(image: Image, cells: int) -> Grid:
    """Mean luminance of square cells, `cells` along the longer side: rows x columns, 0..255."""
    height_px, width_px = image.shape[:2]
    side = max(height_px, width_px) / cells
    size = (max(1, round(width_px / side)), max(1, round(height_px / side)))
    small = Picture.fromarray(image).convert("L").resize(size, Picture.Resampling.BOX)
    return np.asarray(small, np.float32)


def around(rows: Rows, config: ChangeConfig) -> slice:
    """The strip of grid rows to read for these changed ones: with margins, or all rows when that is most."""
    indices = np.flatnonzero(rows)
    top = max(0, int(indices[0]) - config.margin_rows)
    bottom = min(len(rows), int(indices[-1]) + 1 + config.margin_rows)
    return slice(0, len(rows)) if bottom - top >= config.whole * len(rows) else slice(top, bottom)
