"""Pictures of a recording to look at: what is shown at a time, as JPEG."""

from __future__ import annotations

from pathlib import Path

from playhead.tools.errors import MediaError
from playhead.tools.media import open_reader
from playhead.tools.serving.mosaic import jpeg
from playhead.tools.synthesis import SUFFIX

QUALITY = 80


def still(path: Path, time_s: float, side_px: int | None = None) -> bytes:
    """The picture shown at `time_s`, its longer side at most `side_px`.

    Raises MediaError when the file cannot be opened or shows nothing there.
    """
    reader = open_reader(path, "synthetic" if path.name.endswith(SUFFIX) else "pyav")
    try:
        frame = next(iter(reader.frames_at([time_s], max_side_px=side_px)), None)
    finally:
        reader.close()
    if frame is None:
        raise MediaError(f"{path.name!r} shows no picture at {time_s:.1f} s", "choose another time")
    return jpeg(frame.image, QUALITY)
