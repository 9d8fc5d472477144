"""A stretch of any recording as mp4: a stream that plays while it is made, or a file to keep.

Memory is bounded by the packets of one fragment, however long the recording is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import av.error
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from playhead.tools.errors import MediaError, UsageError
from playhead.tools.pictures.containers import open_container, picture_stream, start_s
from playhead.tools.playing.formats import Playback, playback
from playhead.tools.playing.tracks import Copied, Pictures, Sound, Track
from playhead.tools.types import Span

LONGEST_CLIP_S = 900.0
SIDE_PX = 1280
"""Longest side of what is encoded while it is watched."""
ANY_SIDE_PX = 1 << 14
FOREVER_S = 1e9
REORDERED_S = 1.0
"""A picture may be decoded this much later than one that is shown after it."""
_RETREATS_S = (0.0, 10.0, 60.0, 600.0)
_ROUNDED_S = 0.001
_BLOCK = 64 << 10
_FRAGMENTED = {
    "movflags": "frag_keyframe+empty_moov+default_base_moof",
    "frag_duration": "1000000",
}


def begins_at(path: Path, time_s: float) -> float:
    """Where `stream` can begin for the picture at `time_s` to be in it: there, or a key frame before."""
    if time_s <= 0 or not playback(path).copies_pictures:
        return max(0.0, time_s)
    with open_container(path) as container:
        zero_s = start_s(container)
        return max(0.0, _seek(container, time_s + zero_s) - zero_s)


def stream(path: Path, from_s: float = 0.0) -> Iterator[bytes]:
    """Fragmented mp4 from a time that `begins_at` gave, made while it is read; its own time starts at 0.

    Raises MediaError when the file cannot be opened or nothing in it can be played.
    """
    needs = playback(path)
    held = _Held()
    with (
        open_container(path) as source,
        av.open(held, "w", format="mp4", options=_FRAGMENTED) as target,
    ):
        for _ in _fill(source, target, needs, Span(from_s, FOREVER_S), SIDE_PX, careful=False):
            if held.size >= _BLOCK:
                yield held.take()
    if held.size:
        yield held.take()


def clip(path: Path, span: Span, out: Path) -> Iterator[float]:
    """Write exactly this stretch as an mp4 file; tells how far it is, 0..1.

    Raises UsageError when the span is empty or longer than LONGEST_CLIP_S, MediaError.
    """
    if not 0 < span.duration_s <= LONGEST_CLIP_S:
        cause = f"a clip of {span.duration_s:.1f} s cannot be cut"
        raise UsageError(cause, f"ask for more than 0 and at most {LONGEST_CLIP_S:.0f} s")
    anew = replace(playback(path), copies_pictures=False, copies_sound=False)
    with (
        open_container(path) as source,
        av.open(str(out), "w", format="mp4", options={"movflags": "faststart"}) as target,
    ):
        for time_s in _fill(source, target, anew, span, ANY_SIDE_PX, careful=True):
            yield min(1.0, time_s / span.duration_s)
    if not out.is_file():
        raise UsageError(f"there is nothing at {span.start_s:.1f} s", "ask for a stretch of the recording")


def _fill(
    source: InputContainer,
    target: OutputContainer,
    needs: Playback,
    wanted: Span,
    side_px: int,
    *,
    careful: bool,
) -> Iterator[float]:
    """Everything wanted into `target`; yields the time reached, from 0, after every packet."""
    zero_s = start_s(source)
    if wanted.start_s > 0:
        _seek(source, wanted.start_s + zero_s)
    shown = Span(wanted.start_s + zero_s, wanted.end_s + zero_s)
    running = {track.source.index: track for track in _tracks(source, target, needs, shown, side_px, careful)}
    if not running:
        raise MediaError("nothing in the file can be played", "convert it to mp4")
    for packet in _packets(source, [track.source for track in running.values()]):
        track = running.get(packet.stream.index)
        time_s = _time_s(packet)
        if track is not None and time_s > shown.end_s + REORDERED_S:
            running.pop(packet.stream.index).finish()
            if not running:
                return
        elif track is not None:
            track.take(packet)
            yield max(0.0, time_s - shown.start_s)
    for track in running.values():
        track.finish()


def _tracks(
    source: InputContainer, target: OutputContainer, needs: Playback, shown: Span, side_px: int, careful: bool
) -> Iterator[Track]:
    picture = picture_stream(source)
    if picture is not None and needs.copies_pictures:
        yield Copied(picture, target, shown)
    elif picture is not None:
        yield Pictures(picture, target, shown, side_px, careful=careful)
    sound = next(iter(source.streams.audio), None) if needs.sound else None
    if sound is not None:
        yield Copied(sound, target, shown) if needs.copies_sound else Sound(sound, target, shown)


def _packets(source: InputContainer, streams: list[Stream]) -> Iterator[Packet[Stream]]:
    """Past what cannot be read; a file that breaks off ends there."""
    with contextlib.suppress(av.error.FFmpegError):
        for packet in source.demux(streams):
            if packet.size:
                yield packet


def _time_s(packet: Packet[Stream]) -> float:
    """When it is decoded, on the clock of the container."""
    ticks = packet.dts if packet.dts is not None else packet.pts
    return float(ticks * packet.time_base) if ticks is not None and packet.time_base else 0.0


def _seek(container: InputContainer, time_s: float) -> float:
    """Jump to the last key frame until `time_s` of the container's clock: its time; 0 where none is found."""
    stream = picture_stream(container) or container.streams.audio[0]
    tick = stream.time_base or Fraction(1, av.time_base)
    for back_s in _RETREATS_S:
        wanted = max(stream.start_time or 0, round((time_s - back_s) / tick))
        with contextlib.suppress(av.error.FFmpegError):
            container.seek(wanted, stream=stream)
            key = _last_key(container, stream, round((time_s + _ROUNDED_S) / tick))
            if key is not None:
                container.seek(wanted, stream=stream)
                return float(key * tick)
    with contextlib.suppress(av.error.FFmpegError):
        container.seek(0)
    return 0.0


def _last_key(container: InputContainer, stream: Stream, until: int) -> int | None:
    """The time of the last key frame until then, of those that come from here on."""
    found: int | None = None
    for packet in container.demux(stream):
        if packet.pts is not None and packet.is_keyframe and packet.pts <= until:
            found = packet.pts
        if packet.dts is None or packet.dts > until:
            break
    return found


class _Held:
    """A file that is only written, and emptied by whoever sends it on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def take(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        self.size = 0
        return whole
