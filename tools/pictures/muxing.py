"""The streams of a synthetic video file: picture, text track and sound (PyAV)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from playhead.tools.types import Cue, Image
from playhead.tools.words.audio import RATE_HZ, Samples

TICK = Fraction(1, 90_000)
_MILLISECOND = Fraction(1, 1000)
_TEXT_CODECS = {"mp4": "mov_text", "mov": "mov_text", "ipod": "mov_text", "webm": "webvtt"}
_OPTIONS = {
    "libx264": {"preset": "ultrafast", "crf": "23"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "crf": "12", "b": "1M"},
    "libsvtav1": {"preset": "12", "crf": "35", "svtav1-params": "lp=1"},
}
_BLOCK = 1024


class PictureTrack:
    """Frames in, packets out; a picture given again as the same object is converted only once."""

    def __init__(
        self,
        container: OutputContainer,
        codec: str,
        size_px: tuple[int, int],
        fps: float,
        key_frame_s: float,
        rotation_deg: int,
    ) -> None:
        self.container = container
        rate = Fraction(fps).limit_denominator(1001)
        stream = container.add_stream(codec, rate=rate, options=_OPTIONS.get(codec, {}))
        if not isinstance(stream, VideoStream):
            raise ValueError(f"{codec!r} does not encode pictures")
        stream.width, stream.height = size_px
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.time_base = TICK if codec != "mpeg4" else 1 / rate
        stream.gop_size = max(1, round(key_frame_s * fps))
        if rotation_deg:
            stream.set_display_rotation(rotation_deg)
        self.stream = stream
        self._image: Image | None = None
        self._frame: av.VideoFrame | None = None

    def add(self, time_s: float, image: Image) -> None:
        if self._frame is None or image is not self._image:
            rgb = av.VideoFrame.from_ndarray(image, format="rgb24")
            self._image, self._frame = image, rgb.reformat(format=self.stream.pix_fmt)
        tick = self.stream.codec_context.time_base
        self._frame.pts, self._frame.time_base = round(time_s / tick), tick
        self.container.mux(self.stream.encode(self._frame))

    def finish(self) -> None:
        self.container.mux(self.stream.encode(None))


class TextTrack:
    """A text subtitle stream in the codec that the container takes; cues go in as time passes them."""

    def __init__(self, container: OutputContainer, cues: Sequence[Cue]) -> None:
        self.container = container
        self.codec = _TEXT_CODECS.get(container.format.name, "subrip")
        self.stream = container.add_mux_stream(self.codec)
        self.stream.time_base = _MILLISECOND
        self.waiting = sorted(cues, key=lambda cue: cue.span, reverse=True)

    def until(self, time_s: float) -> None:
        while self.waiting and self.waiting[-1].span.start_s <= time_s:
            self._mux(self.waiting.pop())

    def finish(self) -> None:
        self.until(math.inf)

    def _mux(self, cue: Cue) -> None:
        text = cue.text.encode()
        packet = av.Packet(len(text).to_bytes(2, "big") + text if self.codec == "mov_text" else text)
        packet.stream, packet.time_base = self.stream, _MILLISECOND
        packet.pts = packet.dts = round(cue.span.start_s * 1000)
        packet.duration = round(cue.span.duration_s * 1000)
        self.container.mux(packet)


class SoundTrack:
    """Mono samples at RATE_HZ, silence after their end; without samples a quiet 220 Hz tone."""

    def __init__(self, container: OutputContainer, samples: Samples | None = None) -> None:
        self.container = container
        takes_aac = "aac" in container.supported_codecs and container.format.name != "wav"
        codec = "aac" if takes_aac else container.default_audio_codec
        stream = container.add_stream(codec, rate=RATE_HZ, layout="mono")
        if not isinstance(stream, AudioStream):
            raise ValueError(f"{container.format.name!r} carries no sound")
        self.stream = stream
        self.samples = samples
        self.count = 0

    def until(self, time_s: float) -> None:
        while self.count < time_s * RATE_HZ:
            block = (self._block() * 32767).astype(np.int16)[None]
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, self.count, Fraction(1, RATE_HZ)
            self.container.mux(self.stream.encode(frame))
            self.count += _BLOCK

    def _block(self) -> Samples:
        if self.samples is None:
            times_s = np.arange(self.count, self.count + _BLOCK) / RATE_HZ
            return (0.06 * np.sin(2 * np.pi * 220 * times_s)).astype(np.float32)
        block = np.clip(self.samples[self.count : self.count + _BLOCK], -1, 1)
        return np.pad(block, (0, _BLOCK - len(block)))

    def finish(self) -> None:
        self.container.mux(self.stream.encode(None))
