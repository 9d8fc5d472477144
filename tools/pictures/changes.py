"""Where a part of the picture becomes another and stays so: a label appears, somebody enters, a lamp goes on.

Cuts are looked for in whole pictures (`tools/segmenters`), which small writing hardly changes. Here one part
of the picture is enough. What moves all the time, flashes or flickers does not count: only what is more than
the changes around it, and parts two pictures on each side.
"""

from __future__ import annotations

from array import array
from collections import deque

import numpy as np
import numpy.typing as npt
from PIL import Image as Picture

from playhead.tools.pictures.boundaries import Cut, strongest
from playhead.tools.types import Image

GRID = (32, 18)
"""Columns and rows of parts: writing a twentieth of the picture high fills a good share of some of them."""
AROUND = 4
"""Pictures before and after one whose changes are what is usual there."""
FAINT = 0.04
"""Change of a colour of a part (0..1) beyond the usual one below which it is noise; so is what does not
double the usual."""
APART_S = 1.0
"""Changes closer to each other are one."""

Parts = npt.NDArray[np.int16]


class Changes:
    """Watches pictures in the order of time and keeps one number of each."""

    def __init__(self) -> None:
        self._times, self._steps = array("d"), array("d")
        self._last: deque[Parts] = deque(maxlen=4)

    def add(self, time_s: float, image: Image) -> None:
        """One more picture of the video, height x width x 3."""
        small = Picture.fromarray(image).resize(GRID, Picture.Resampling.BOX)
        self._last.append(np.asarray(small, np.int16))
        self._times.append(time_s)
        self._steps.append(0.0)
        if len(self._last) == 4:
            earlier, before, at, after = self._last
            steps = (np.abs(at - before), np.abs(at - earlier), np.abs(after - before))
            lasting = np.minimum.reduce(steps)
            self._steps[-2] = float(lasting.max()) / 255

    def found(self) -> list[Cut]:
        """The pictures with which a change begins, in the order of time; the depth is its strength beyond the
        usual, 0..1."""
        if not self._steps:
            return []
        steps = np.array(self._steps, np.float64)
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(steps, AROUND, "edge"), 2 * AROUND + 1)
        usual = np.median(windows, axis=1)
        beyond = steps - usual
        places = np.flatnonzero(beyond >= np.maximum(FAINT, usual))
        cuts = [Cut(self._times[at], round(float(beyond[at]), 3)) for at in places]
        return strongest(cuts, APART_S, self._times[-1] + APART_S)
