"""Media containers opened safely and described (PyAV): what is in a file, without decoding its pictures.

Files are untrusted: only local files are followed, and formats that are lists of other files are refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Literal

import av
import av.error
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from playhead.tools.errors import MediaError
from playhead.tools.types import Stream, VideoInfo

_PLAYLISTS = {"hls", "dash", "concat", "concatf", "sdp", "rtsp", "imf", "mpegts,hls"}
_TEXTS = {"tty", "srt", "webvtt", "ass", "ssa", "microdvd", "subviewer", "mpl2", "lrc", "sami", "ffmetadata"}
_PROBE_PACKETS = 100
_OPTIONS = {"protocol_whitelist": "file"}


@contextmanager
def open_container(path: Path) -> Iterator[InputContainer]:
    """The opened container; raises MediaError with cause and cure when there is nothing to play."""
    check_file(path)
    try:
        container = av.open(f"file:{path.absolute()}", options=_OPTIONS, metadata_errors="replace")
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise unreadable(path, error) from error
    with container:
        _refuse_what_is_no_recording(container, path)
        yield container


def check_file(path: Path) -> None:
    """Raises MediaError when `path` is missing, a folder, empty or not readable."""
    try:
        if not path.exists():
            raise MediaError(f"no file {str(path)!r}", "check the path")
        if path.is_dir():
            raise MediaError(f"{str(path)!r} is a folder", "name a file in it")
        if not os.access(path, os.R_OK):
            raise MediaError(f"no permission to read {str(path)!r}", "give yourself read access to the file")
        if path.stat().st_size == 0:
            raise MediaError(f"{str(path)!r} is empty (0 bytes)", "copy or download the file again")
    except (OSError, ValueError) as error:
        raise MediaError(f"cannot look at {str(path)!r}: {error}", "check the path and the disk") from error


def unreadable(path: Path, error: Exception) -> MediaError:
    """The error for a file that libav does not understand."""
    if isinstance(error, PermissionError):
        return MediaError(f"no permission to read {str(path)!r}", "give yourself read access to the file")
    reason = getattr(error, "strerror", None) or str(error)
    cure = "the file may be cut off or not a video; copy it again, or convert it to mp4"
    return MediaError(f"cannot open {str(path)!r}: {reason}", cure)


def _refuse_what_is_no_recording(container: InputContainer, path: Path) -> None:
    name = container.format.name
    if name in _PLAYLISTS:
        raise MediaError(f"{str(path)!r} is a list of other files ({name})", "name those files")
    if name in _TEXTS:
        raise MediaError(f"{str(path)!r} is a text file, not a video", "give it with --subtitles")
    if name.endswith("_pipe") or name == "image2":
        raise MediaError(f"{str(path)!r} is a still picture", "playhead answers questions about videos")
    if not any(stream.type in ("video", "audio") for stream in container.streams):
        raise MediaError(f"{str(path)!r} has neither pictures nor sound", "check that it is the right file")


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The stream to look at: the largest that is not cover art, or None."""
    streams = [stream for stream in container.streams.video if _is_moving(stream)]
    return max(streams, key=lambda stream: (stream.width or 0) * (stream.height or 0), default=None)


def _is_moving(stream: VideoStream) -> bool:
    cover = bool(stream.disposition & Disposition.attached_pic)
    return not cover and stream.codec_context is not None and bool(stream.width and stream.height)


def start_s(container: InputContainer) -> float:
    """What to subtract from the container's timestamps so that time starts at 0."""
    return max(0.0, (container.start_time or 0) / av.time_base)


def first_picture_s(container: InputContainer) -> float:
    """When the first picture is shown, counted from the start of the container."""
    stream = picture_stream(container)
    if stream is None or stream.start_time is None or stream.time_base is None:
        return 0.0
    return max(0.0, float(stream.start_time * stream.time_base) - start_s(container))


def describe(container: InputContainer, path: Path) -> VideoInfo:
    """What the container says; it is read from, so open it again to decode."""
    stream = picture_stream(container)
    streams = tuple(_stream(stream) for stream in container.streams)
    if stream is None:
        return VideoInfo(str(path), _duration_s(container, None), 0.0, 0, 0, streams=streams)
    rate = stream.average_rate or stream.guessed_rate or stream.base_rate
    rotation_deg = _rotation_deg(container, stream)
    width_px, height_px = stream.width, stream.height
    if rotation_deg % 180:
        width_px, height_px = height_px, width_px
    return VideoInfo(
        path=str(path),
        duration_s=_duration_s(container, stream),
        fps=float(rate or 0),
        width_px=width_px,
        height_px=height_px,
        rotation_deg=rotation_deg,
        codec=stream.codec_context.name,
        streams=streams,
    )


def _stream(stream: av.stream.Stream) -> Stream:
    kinds: dict[str, Literal["video", "audio", "subtitle"]] = {
        "video": "video",
        "audio": "audio",
        "subtitle": "subtitle",
    }
    codec = stream.codec_context.name if stream.codec_context else ""
    language = stream.metadata.get("language", "")
    return Stream(
        index=stream.index,
        kind=kinds.get(stream.type, "other"),
        codec=codec,
        language="" if language == "und" else language,
        title=stream.metadata.get("title", ""),
    )


def _duration_s(container: InputContainer, stream: VideoStream | None) -> float:
    """The container's own duration, or the picture's, or one read from the last packets."""
    if container.duration and container.duration > 0:
        return container.duration / av.time_base
    if stream and stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return _last_packet_s(container)


def _last_packet_s(container: InputContainer) -> float:
    end_s = 0.0
    try:
        for packet in container.demux():
            if packet.pts is not None and packet.time_base:
                end_s = max(end_s, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    except av.error.FFmpegError:
        pass  # what was read so far is the best guess
    return max(0.0, end_s - start_s(container))


def _rotation_deg(container: InputContainer, stream: VideoStream) -> int:
    """Degrees counter-clockwise that the picture must be turned: 0, 90, 180 or 270."""
    frame = next(_first_frames(container, stream), None)
    return round(frame.rotation / 90) * 90 % 360 if frame else 0


def _first_frames(container: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
    """What the first packets hold; damaged ones are passed over."""
    for packet in islice(container.demux(stream), _PROBE_PACKETS):
        with suppress(av.error.FFmpegError):
            yield from stream.decode(packet)
