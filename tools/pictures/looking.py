"""Pictures for a model: decoded, cut and scaled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from playhead.tools.errors import ToolError
from playhead.tools.media import open_reader
from playhead.tools.protocols import Reader
from playhead.tools.serving.mosaic import shrink
from playhead.tools.synthesis import SUFFIX
from playhead.tools.types import Frame, Image, Video


def crop(image: Image, box: Sequence[float]) -> Image:
    """The part of the picture between left, top, right and bottom (shares of it); at least 8 pixels."""
    height, width = image.shape[:2]
    left, right = _edges(box[0], box[2], width)
    top, bottom = _edges(box[1], box[3], height)
    return np.ascontiguousarray(image[top:bottom, left:right])


def _edges(first: float, last: float, size: int) -> tuple[int, int]:
    low = int(min(first, last) * size)
    high = int(max(first, last) * size + 0.5)
    low = min(low, max(0, size - 8))
    return low, min(size, max(high, low + 8))


def playable(video: Video) -> Path:
    """The file of a video that has pictures. Raises ToolError when there is none or it is gone."""
    if video.source != "video" or (video.info is not None and not video.info.has_picture):
        raise ToolError(f"{video.title!r} has no pictures; use its words: search_memory, read_transcript")
    path = Path(video.path)
    if not video.path or not path.is_file():
        raise ToolError(
            f"the file of {video.title!r} is not at {video.path!r} any more; only its memories can be used"
        )
    return path


class Album:
    """Pictures of one video, opened when the first is taken."""

    def __init__(self, path: Path, reader: str = "auto") -> None:
        self.path, self.name = path, reader
        self._reader: Reader | None = None

    def take(self, at_s: Sequence[float], side_px: int) -> list[Frame]:
        """The pictures at these times. Raises MediaError."""
        if self._reader is None:
            self._reader = open_film(self.path, self.name)
        return take(self._reader, at_s, side_px)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()


def open_film(path: Path, name: str = "auto") -> Reader:
    """An open video, to be walked through. Raises MediaError.

    `auto` is PyAV here: walking through ten minutes of 640x360 H.264 took it 50-70 % of the processor time
    of decord and at 640 pixels a quarter of the memory (docs/performance.md).
    """
    return open_reader(path, "pyav" if name == "auto" and not path.name.endswith(SUFFIX) else name)


def look(
    path: Path, at_s: Sequence[float], side_px: int, reader: str = "auto", box: Sequence[float] | None = None
) -> list[Frame]:
    """The pictures at these times, cut to `box` before they are scaled. Raises MediaError."""
    opened = open_film(path, reader)
    try:
        return take(opened, at_s, side_px, box)
    finally:
        opened.close()


def take(
    reader: Reader, at_s: Sequence[float], side_px: int, box: Sequence[float] | None = None
) -> list[Frame]:
    """The same from a video that is open."""
    if box is None:
        return list(reader.frames_at(at_s, side_px))
    cut = ((frame.time_s, crop(frame.image, box)) for frame in reader.frames_at(at_s))
    return [Frame(time_s, shrink(image, side_px)) for time_s, image in cut]
