"""One track of a recording on its way into an mp4: copied packet by packet, or decoded and encoded anew."""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

import av
import av.error
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from playhead.tools.pictures.frames import scaled_size
from playhead.tools.types import Span

TICK = Fraction(1, 90_000)
RATE_HZ = 48_000
KEY_FRAME_S = 2.0


class Track(Protocol):
    """Takes the packets of its stream and keeps those of a span of the container's clock, moved to 0."""

    @property
    def source(self) -> Stream: ...

    def take(self, packet: Packet[Stream]) -> None: ...

    def finish(self) -> None: ...


class Copied:
    """Packets as they are, later by nothing but the cut."""

    def __init__(self, source: Stream, target: OutputContainer, shown: Span) -> None:
        self.source, self._target = source, target
        self._stream = target.add_stream_from_template(source)
        self._from = round(shown.start_s / (source.time_base or TICK))
        self._waits_for_key = isinstance(source, VideoStream)

    def take(self, packet: Packet[Stream]) -> None:
        if packet.pts is None or packet.dts is None or packet.pts < self._from:
            return
        if self._waits_for_key and not packet.is_keyframe:
            return
        self._waits_for_key = False
        packet.pts, packet.dts = packet.pts - self._from, packet.dts - self._from
        packet.stream = self._stream
        self._target.mux(packet)

    def finish(self) -> None:
        """Nothing waits."""


class Pictures:
    """H.264 of at most `side_px`, as fast as it can be made, or as well (`careful`)."""

    def __init__(
        self, source: VideoStream, target: OutputContainer, shown: Span, side_px: int, *, careful: bool
    ) -> None:
        self.source, self._target, self._shown = source, target, shown
        source.thread_type = "AUTO"
        rate = source.average_rate or Fraction(25)
        preset = "veryfast" if careful else "ultrafast"
        stream = target.add_stream("libx264", rate=rate, options={"preset": preset, "crf": "23"})
        assert isinstance(stream, VideoStream)
        width_px, height_px = scaled_size(source.width, source.height, side_px)
        stream.width, stream.height = width_px + width_px % 2, height_px + height_px % 2
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = TICK
        stream.gop_size = max(1, round(KEY_FRAME_S * rate))
        self._stream, self._last, self._turned = stream, -1, False

    def take(self, packet: Packet[Stream]) -> None:
        try:
            frames = self.source.decode(packet)
        except av.error.FFmpegError:
            return  # a damaged picture is left out; the one before it stays on screen
        for frame in frames:
            if frame.time is not None and _inside(frame.time, self._shown):
                self._encode(frame)

    def _encode(self, frame: av.VideoFrame) -> None:
        if not self._turned and frame.rotation:
            self._stream.set_display_rotation(frame.rotation)
        self._turned = True
        picture = frame.reformat(self._stream.width, self._stream.height, format="yuv420p")
        picture.pts, picture.time_base = round(((frame.time or 0.0) - self._shown.start_s) / TICK), TICK
        if picture.pts > self._last:
            self._last = picture.pts
            picture.pict_type = av.video.frame.PictureType.NONE
            self._target.mux(self._stream.encode(picture))

    def finish(self) -> None:
        self.take(_last(self.source))
        self._target.mux(self._stream.encode(None))


class Sound:
    """AAC in stereo, however many channels there were; silence where packets are missing."""

    def __init__(self, source: AudioStream, target: OutputContainer, shown: Span) -> None:
        self.source, self._target, self._shown = source, target, shown
        stream = target.add_stream("aac", rate=RATE_HZ, layout="stereo")
        assert isinstance(stream, AudioStream)
        self._stream = stream
        self._resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE_HZ, frame_size=1024)

    def take(self, packet: Packet[Stream]) -> None:
        try:
            frames = self.source.decode(packet)
        except av.error.FFmpegError:
            return
        for frame in frames:
            if frame.time is not None and _inside(frame.time, self._shown):
                tick = Fraction(1, frame.sample_rate)
                frame.pts, frame.time_base = round((frame.time - self._shown.start_s) / tick), tick
                self._encode(frame)

    def _encode(self, frame: av.AudioFrame | None) -> None:
        for block in self._resampler.resample(frame):
            self._target.mux(self._stream.encode(block))

    def finish(self) -> None:
        self.take(_last(self.source))
        self._encode(None)
        self._target.mux(self._stream.encode(None))


def _inside(time_s: float, shown: Span) -> bool:
    return shown.start_s - 0.001 <= time_s < shown.end_s


def _last(stream: Stream) -> Packet[Stream]:
    """The empty packet that makes a decoder give what it still holds."""
    packet = Packet(0)
    packet.stream, packet.time_base = stream, stream.time_base or TICK
    return packet
