"""The words of a recording, as they were heard or written."""

from __future__ import annotations

from playhead.tools.library import Library
from playhead.tools.protocols import Filter
from playhead.tools.types import Memory, Video


def spoken(
    library: Library, video: Video, start_s: float | None = None, end_s: float | None = None
) -> list[Memory]:
    """What is said between two times, in order; None means the beginning or the end."""
    found = library.memories(Filter((video.id,), ("speech",), start_s=start_s, end_s=end_s))
    return sorted(found, key=lambda memory: memory.span)
