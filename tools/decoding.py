"""Exact frames at given times by PyAV, decoding as little as possible in one forward pass.

Packets are cheap to read and dear to decode. So packets are read ahead until every one that could be shown
at the next wanted time is known; whole groups of pictures before its key frame are dropped, and pictures
that no other depends on are left to the decoder to skip. What is yielded is exactly the frame a player
would show, whatever the frame rate does.
"""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from playhead.tools.containers import open_container, picture_stream, start_s
from playhead.tools.frames import Damage, Times, scaled_size, turned
from playhead.tools.types import Frame, Image

_LOOKAHEAD = 16  # packets past the wanted time: the deepest reordering of H.264
_MAX_WAITING = 1024  # packets read ahead before the decoder gets the oldest
_MAX_LATER = 4  # decoded frames after the wanted one before it is given up
_MAX_FAILURES = 200  # failed reads in a row
_JUMP_S = 20.0  # a shorter way forward is read through
_TOLERANCE_S = 0.0005
_RETREATS_S = (0.0, 10.0, 60.0, 600.0, float("inf"))
_ONE_PICTURE_A_PACKET = {"h264", "hevc", "mpeg4", "mpeg2video"}


def shown_at(path: Path, times: Times, max_side_px: int | None, damage: Damage) -> Iterator[Frame]:
    """The frames shown at `times` (ascending), each once; undecodable ones go to `damage` instead.

    Raises MediaError when the file cannot be opened. Memory is bounded by one group of pictures.
    """
    with open_container(path) as container:
        stream = picture_stream(container)
        if stream is not None:
            yield from _Pass(container, stream, damage, max_side_px).frames(times)


class _Pass:
    """One walk through a container. All inner times are ticks of the stream's time base."""

    def __init__(
        self, container: InputContainer, stream: VideoStream, damage: Damage, max_side_px: int | None
    ) -> None:
        self.container, self.stream, self.damage, self.max_side_px = container, stream, damage, max_side_px
        self.codec = stream.codec_context
        self.codec.thread_type = "AUTO"
        self.codec.thread_count = min(4, os.cpu_count() or 1)
        self.can_skip = self.codec.name in _ONE_PICTURE_A_PACKET
        self.tick = stream.time_base or Fraction(1, av.time_base)
        self.zero_s = start_s(container)
        self.frame_ticks = max(1, round(1 / (float(stream.average_rate or 25) * self.tick)))
        self.packets = self._demux()
        self.read_to = round(self.zero_s / self.tick)
        self._forget()

    def _forget(self) -> None:
        self.waiting: deque[Packet[VideoStream]] = deque()
        """Read, not yet decoded."""
        self.order: list[int] = []
        """Times of all frames that may still be shown, sorted."""
        self.ready: list[av.VideoFrame] = []
        """Decoded, not yet shown."""
        self.failures = 0
        self.ended = self.drained = False

    def frames(self, times: Times) -> Iterator[Frame]:
        """The frame shown at each time, when it differs from the one before."""
        asked, given = -(1 << 62), -(1 << 62)
        for time_s in times:
            wanted = self._find(int((time_s + self.zero_s + _TOLERANCE_S) / self.tick))
            if wanted is None:
                return
            if wanted == asked:
                continue
            asked = wanted
            frame = self._decode(wanted)
            if frame is not None and frame.pts is not None and frame.pts > given:
                given = frame.pts
                yield Frame(self._seconds(given), self._image(frame))

    def _find(self, target: int) -> int | None:
        """The time of the frame shown at `target`; reads until it is certain."""
        if (target - self.read_to) * self.tick > _JUMP_S:
            self._jump(target)
        self._drop_before_key(target)
        while not self.ended and len(self.order) - bisect_right(self.order, target) < _LOOKAHEAD:
            packet = next(self.packets, None)
            if packet is None:
                self._end()
            else:
                self._keep(packet, target)
        if not self.order:
            return None
        shown = max(0, bisect_right(self.order, target) - 1)
        del self.order[:shown]
        return self.order[0]

    def _keep(self, packet: Packet[VideoStream], target: int) -> None:
        self._append(packet)
        if packet.is_keyframe:
            self._drop_before_key(target)
        while len(self.waiting) > _MAX_WAITING:
            self._feed(self.waiting.popleft(), skip=self.can_skip)
            self._prune(target)

    def _append(self, packet: Packet[VideoStream]) -> None:
        self.waiting.append(packet)
        insort(self.order, packet.pts or 0)

    def _drop_before_key(self, target: int) -> None:
        """Forget the packets before the last key frame that is shown by `target`."""
        keys = [at for at, packet in enumerate(self.waiting) if packet.is_keyframe]
        last = next((at for at in reversed(keys) if (self.waiting[at].pts or 0) <= target), 0)
        key = self.waiting[last].pts or 0 if last else 0
        before = [packet.pts or 0 for packet in islice(self.waiting, last)]
        if not before or max(*before, *(frame.pts or 0 for frame in self.ready), key) > key:
            return
        for _ in before:
            self.waiting.popleft()
        del self.order[: bisect_left(self.order, key)]
        self.ready.clear()
        self.codec.flush_buffers()

    def _decode(self, wanted: int) -> av.VideoFrame | None:
        """The frame at `wanted`, or the one just before where that packet shows nothing; None if damaged."""
        failures = self.failures
        while not self._settled(wanted) and self._advance(wanted):
            pass
        earlier = [frame for frame in self.ready if (frame.pts or 0) <= wanted]
        if not earlier or earlier[0].is_corrupt:
            self._lose(wanted)
            return None
        frame = earlier[0]
        distance = wanted - (frame.pts or 0)
        if distance and (self.failures > failures or distance > 1.5 * self.frame_ticks):
            self._lose(wanted)
            return None
        return frame

    def _settled(self, wanted: int) -> bool:
        """Whether the frame is here, or so many later ones that it will not come."""
        self._prune(wanted)
        times = [frame.pts or 0 for frame in self.ready]
        return wanted in times or sum(time > wanted for time in times) >= _MAX_LATER

    def _prune(self, wanted: int) -> None:
        """Of the decoded frames keep the latest until `wanted`, first, and all that come after it."""
        earlier = [frame for frame in self.ready if (frame.pts or 0) <= wanted]
        later = [frame for frame in self.ready if (frame.pts or 0) > wanted]
        self.ready = [max(earlier, key=lambda frame: frame.pts or 0), *later] if earlier else later

    def _advance(self, wanted: int) -> bool:
        """Decode one more packet; False when the stream has nothing more."""
        if not self.waiting and not self.ended:
            packet = next(self.packets, None)
            self._append(packet) if packet else self._end()
        if self.waiting:
            packet = self.waiting.popleft()
            self._feed(packet, skip=self.can_skip and (packet.pts or 0) < wanted)
            return True
        drained, self.drained = self.drained, True
        if not drained:
            self._feed(None, skip=False)
        return not drained

    def _feed(self, packet: Packet[VideoStream] | None, skip: bool) -> None:
        self.codec.skip_frame = "NONREF" if skip else "DEFAULT"
        try:
            self.ready += [frame for frame in self.codec.decode(packet) if frame.pts is not None]
        except (av.error.FFmpegError, ValueError):
            self.failures += 1
            if packet is not None:
                self._lose(packet.pts or 0)

    def _lose(self, ticks: int) -> None:
        time_s = self._seconds(ticks)
        self.damage.add(time_s, time_s + float(self.frame_ticks * self.tick))

    def _seconds(self, ticks: int) -> float:
        return max(0.0, float(ticks * self.tick) - self.zero_s)

    def _image(self, frame: av.VideoFrame) -> Image:
        width_px, height_px = scaled_size(frame.width, frame.height, self.max_side_px)
        small = frame.reformat(width_px, height_px, "rgb24", interpolation="AREA")
        return turned(np.asarray(small.to_ndarray(), np.uint8), round(frame.rotation / 90) * 90 % 360)

    def _demux(self) -> Iterator[Packet[VideoStream]]:
        """Packets with a time each; a stretch that cannot be read is passed over."""
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
            self.damage.add(self._seconds(self.read_to + self.frame_ticks), self._seconds(promised))

    def _jump(self, target: int) -> None:
        """Seek to the last key frame until `target`; read on from here where the file cannot be searched."""
        for retreat_s in _RETREATS_S:
            goal = max(self.stream.start_time or 0, target - round(min(retreat_s, 1e9) / self.tick))
            try:
                self.container.seek(goal, stream=self.stream)
            except av.error.FFmpegError:
                return
            self._forget()
            self.packets = self._demux()
            key = next((packet for packet in self.packets if packet.is_keyframe), None)
            if key is not None and (key.pts or 0) <= target:
                self._append(key)
                return
