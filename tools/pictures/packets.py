"""The packets of one stream in the order of the file, with a time each, past whatever cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

import av
import av.error
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from playhead.tools.pictures.containers import start_s
from playhead.tools.pictures.frames import Damage

_MAX_FAILURES = 200  # failed reads in a row
_RETREATS_S = (0.0, 10.0, 60.0, 600.0, 1e9)

VideoPacket: TypeAlias = "Packet[VideoStream]"


class Packets:
    """Read forward, and once in a while from a key frame further on. Times are ticks of the stream."""

    def __init__(self, container: InputContainer, stream: VideoStream, damage: Damage) -> None:
        self.container, self.stream, self.damage = container, stream, damage
        self.tick = stream.time_base or Fraction(1, av.time_base)
        self.zero_s = start_s(container)
        self.frame_ticks = max(1, round(1 / (float(stream.average_rate or 25) * self.tick)))
        self.read_to = round(self.zero_s / self.tick)
        self.ended = False
        self._stream = self._read()

    def next(self) -> VideoPacket | None:
        """The next packet; None, and `ended`, after the last."""
        packet = next(self._stream, None)
        if packet is None and not self.ended:
            self._end()
        return packet

    def jump(self, target: int) -> VideoPacket | None:
        """The last key frame until `target`; None when the file cannot be searched, and nothing is lost."""
        first = self.stream.start_time or 0
        for retreat_s in _RETREATS_S:
            try:
                self.container.seek(max(first, target - round(retreat_s / self.tick)), stream=self.stream)
            except av.error.FFmpegError:
                return None
            self.ended, self._stream = False, self._read()
            key = next((packet for packet in self._stream if packet.is_keyframe), None)
            if key is not None and time_of(key) <= target:
                return key
        return None

    def close(self) -> None:
        """Let go of the container: held in a circle, its decoder's memory waits for the collector."""
        self.ended, self._stream = True, iter(())

    def lose(self, ticks: int) -> None:
        """Note that the frame at `ticks` cannot be shown."""
        time_s = self.seconds(ticks)
        self.damage.add(time_s, time_s + float(self.frame_ticks * self.tick))

    def seconds(self, ticks: int) -> float:
        return max(0.0, float(ticks * self.tick) - self.zero_s)

    def _read(self) -> Iterator[VideoPacket]:
        failures, last = 0, 0
        while failures < _MAX_FAILURES:
            try:
                for packet in self.container.demux(self.stream):
                    if packet.size == 0:
                        continue
                    if packet.pts is None:
                        packet.pts = packet.dts if packet.dts is not None else last + self.frame_ticks
                    failures, last = 0, packet.pts
                    self.read_to = max(self.read_to, last)
                    yield packet
                return
            except av.error.FFmpegError:
                failures += 1

    def _end(self) -> None:
        """The last packet is read; what the container promised beyond it is damage."""
        self.ended = True
        promised = (self.stream.start_time or 0) + (self.stream.duration or 0)
        if (promised - self.read_to) * self.tick > 1 + 2 * self.frame_ticks * self.tick:
            self.damage.add(self.seconds(self.read_to + self.frame_ticks), self.seconds(promised))


def time_of(packet: VideoPacket) -> int:
    """The presentation time of a packet from `Packets`, in ticks."""
    return packet.pts or 0
