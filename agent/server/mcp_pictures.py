"""Pictures of a recording as MCP content: each behind a line that says its time."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from mcp.types import ContentBlock, ImageContent, TextContent

from playhead.agent.server.recordings import file_of
from playhead.tools.errors import MediaError, UsageError
from playhead.tools.pictures.looking import look
from playhead.tools.serving.mosaic import jpeg
from playhead.tools.timecode import clock
from playhead.tools.types import Video

MOST_PICTURES = 20


def pictures(
    video: Video,
    at_s: Sequence[float],
    start_s: float | None,
    end_s: float | None,
    count: int,
    side_px: int,
) -> list[ContentBlock]:
    """The pictures at these moments, or `count` spread over a stretch, longest side `side_px`.

    Raises UsageError and MediaError.
    """
    if video.info is not None and not video.info.has_picture:
        raise MediaError(f"{video.name!r} has no pictures", "search_video and read_transcript know its words")
    wanted = sorted(set(at_s)) or _spread(start_s or 0.0, end_s or video.duration_s, count)
    if len(wanted) > MOST_PICTURES:
        raise UsageError(f"{len(wanted)} pictures are more than {MOST_PICTURES}", "ask for fewer at a time")
    if late := [time_s for time_s in wanted if not 0 <= time_s <= video.duration_s]:
        raise UsageError(f"{late[0]:g} s is not in {video.name!r}", f"it has {video.duration_s:g} s")
    blocks: list[ContentBlock] = []
    for frame in look(file_of(video), wanted, side_px):
        told = f"{video.name} at {clock(frame.time_s)} ({frame.time_s:.2f} s)"
        blocks.append(TextContent(type="text", text=told))
        data = base64.b64encode(jpeg(frame.image)).decode("ascii")
        blocks.append(ImageContent(type="image", data=data, mime_type="image/jpeg"))
    return blocks


def _spread(start_s: float, end_s: float, count: int) -> list[float]:
    """The middles of `count` equal parts of a stretch."""
    if end_s <= start_s:
        raise UsageError(f"a stretch from {start_s:g} to {end_s:g} s is empty", "end_s comes after start_s")
    return [start_s + (end_s - start_s) * (part + 0.5) / count for part in range(count)]
