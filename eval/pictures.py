"""Frames at the cited and the gold times of a sample, small enough to stand inside a page."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from playhead.eval.types import Scored
from playhead.tools.errors import PlayheadError
from playhead.tools.timecode import clock

MOST = 2
"""Frames a sample."""
SIDE_PX = 240
JPEG_QUALITY = 70

Picture = dict[str, str]
"""`src`, a data address, and `label`, the time it shows."""


def pictures(item: Scored) -> list[Picture]:
    """What was cited, then the gold evidence, in order of time; none without a readable video."""
    spans = [*(item.prediction.evidence if item.prediction else ()), *item.sample.evidence][:MOST]
    video = next((path for path in item.sample.source.videos if path.is_file()), None)
    if video is None or not spans:
        return []
    try:
        return _frames(video, sorted(span.middle_s for span in spans))
    except PlayheadError:
        return []


def _frames(video: Path, times_s: list[float]) -> list[Picture]:
    from PIL import Image

    from playhead.tools.media import open_reader

    reader = open_reader(video)
    try:
        found = []
        for frame in reader.frames_at(times_s, SIDE_PX):
            buffer = io.BytesIO()
            Image.fromarray(frame.image).save(buffer, "JPEG", quality=JPEG_QUALITY)
            address = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
            found.append({"src": address, "label": clock(frame.time_s)})
        return found
    finally:
        reader.close()
