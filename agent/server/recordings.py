"""The recordings of the library and their files, as far as it is still the same content that lies there."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from playhead.agent.server.refusals import NotFoundError
from playhead.tools.errors import MediaError
from playhead.tools.library import Library
from playhead.tools.memory.identity import content_id
from playhead.tools.playing.formats import Playback, playback
from playhead.tools.synthesis import SUFFIX
from playhead.tools.types import Video


def recording(library: Library, video_id: str) -> Video:
    """By its id alone: names are for people. Raises NotFoundError."""
    video = library.video(video_id)
    if video is None:
        raise NotFoundError(f"the library holds no video {video_id[:100]!r}", "see /api/library")
    return video


def file_of(video: Video) -> Path:
    """Its file. Raises MediaError when it is gone, or when something else lies at its place by now."""
    path = Path(video.path)
    if not video.path or video.source != "video":
        raise MediaError(f"{video.name!r} has no recording to play", "index the recording itself")
    try:
        stat = path.stat()
        same = _is_still(path, stat.st_mtime_ns, stat.st_size, video.id) and path.resolve() == path
    except OSError as error:
        cause = f"the file of {video.name!r} cannot be read: {error.strerror}"
        raise MediaError(cause, "index it at its new place") from error
    if not same:
        raise MediaError(f"the file of {video.name!r} has new content", "index it again")
    return path


def playable(video: Video) -> tuple[Path, Playback]:
    """Its file, and what browsers need of it. Raises MediaError."""
    path = file_of(video)
    if path.name.endswith(SUFFIX):
        raise MediaError(f"{video.name!r} is a description of a film, there is nothing to play", "encode it")
    return path, _needs(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1024)
def _is_still(path: Path, _modified_ns: int, _size: int, video_id: str) -> bool:
    return content_id(path) == video_id


@lru_cache(maxsize=1024)
def _needs(path: Path, _modified_ns: int) -> Playback:
    return playback(path)
