"""Pictures for a model: which times of which spans, cut, scaled and decoded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from playhead.tools.errors import ToolError
from playhead.tools.media import open_reader
from playhead.tools.mosaic import shrink
from playhead.tools.protocols import Reader
from playhead.tools.synthesis import SUFFIX
from playhead.tools.types import Frame, Image, Span, Video


def times(span: Span, fps: float, most: int) -> list[float]:
    """Evenly spaced seconds inside `span`, at most `most`, each in the middle of its share."""
    count = max(1, min(most, round(span.duration_s * fps)))
    return [span.start_s + span.duration_s * (i + 0.5) / count for i in range(count)]


def shared(spans: Sequence[Span], fps: float, most: int) -> list[float]:
    """Times over several spans, each span at least once while `most` lasts, in ascending order."""
    kept = list(spans[:most])
    wanted = [max(1.0, span.duration_s * fps) for span in kept]
    scale = min(1.0, most / sum(wanted)) if kept else 1.0
    found = [
        time
        for span, count in zip(kept, wanted, strict=True)
        for time in times(span, fps, int(count * scale) or 1)
    ]
    return sorted(set(found))[:most]


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
    """Pictures of one video for a consumer that takes its time, opened when the first is taken."""

    def __init__(self, path: Path, reader: str = "auto") -> None:
        self.path, self.name = path, reader
        self._reader: Reader | None = None

    def take(self, at_s: Sequence[float], side_px: int) -> list[Frame]:
        """The pictures at these times. Raises MediaError."""
        if self._reader is None:
            self._reader = open_patient(self.path, self.name)
        return take(self._reader, at_s, side_px)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()


def open_patient(path: Path, name: str = "auto") -> Reader:
    """An open video for a consumer that lets it wait, such as a model. Raises MediaError.

    While it waits, decord goes on decoding without a bound (3 GB in two seconds were measured), PyAV rests.
    """
    return open_reader(path, "pyav" if name == "auto" and not path.name.endswith(SUFFIX) else name)


def look(
    path: Path, at_s: Sequence[float], side_px: int, reader: str = "auto", box: Sequence[float] | None = None
) -> list[Frame]:
    """The pictures at these times, cut to `box` before they are scaled. Raises MediaError."""
    opened = open_reader(path, reader)
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
