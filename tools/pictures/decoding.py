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
from itertools import islice
from pathlib import Path

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from playhead.tools.pictures.containers import open_container, picture_stream
from playhead.tools.pictures.frames import Damage, Times, scaled_size, turned
from playhead.tools.pictures.packets import Packets, VideoPacket, time_of
from playhead.tools.types import Frame, Image

_LOOKAHEAD = 16  # packets past the wanted time: the deepest reordering of H.264
_MAX_WAITING = 1024  # packets read ahead before the decoder gets the oldest
_MAX_LATER = 4  # decoded frames after the wanted one before it is given up
_JUMP_S = 20.0  # a shorter way forward is read through
_TOLERANCE_S = 0.0005
_ONE_PICTURE_A_PACKET = {"h264", "hevc", "mpeg4", "mpeg2video"}


def shown_at(path: Path, times: Times, max_side_px: int | None, damage: Damage) -> Iterator[Frame]:
    """The frames shown at `times` (ascending), each once; undecodable ones go to `damage` instead.

    Raises MediaError when the file cannot be opened. Memory is bounded by one group of pictures.
    """
    with open_container(path) as container:
        stream = picture_stream(container)
        if stream is not None:
            walk = _Pass(container, stream, damage, max_side_px)
            try:
                yield from walk.frames(times)
            finally:
                walk.packets.close()


class _Pass:
    """One walk through a container. All inner times are ticks of the stream's time base."""

    def __init__(
        self, container: InputContainer, stream: VideoStream, damage: Damage, max_side_px: int | None
    ) -> None:
        self.max_side_px = max_side_px
        self.packets = Packets(container, stream, damage)
        self.codec = stream.codec_context
        self.codec.thread_type = "AUTO"
        self.codec.thread_count = min(4, os.cpu_count() or 1)
        self.can_skip = self.codec.name in _ONE_PICTURE_A_PACKET
        self.failures = 0
        self._forget()

    def _forget(self) -> None:
        self.waiting: deque[VideoPacket] = deque()
        """Read, not yet decoded."""
        self.order: list[int] = []
        """Times of all frames that may still be shown, sorted."""
        self.ready: list[av.VideoFrame] = []
        """Decoded, not yet shown."""
        self.drained = False

    def frames(self, times: Times) -> Iterator[Frame]:
        """The frame shown at each time, when it differs from the one before."""
        asked, given = -(1 << 62), -(1 << 62)
        for time_s in times:
            seconds = time_s + self.packets.zero_s + _TOLERANCE_S
            wanted = self._find(int(seconds / self.packets.tick))
            if wanted is None:
                return
            if wanted == asked:
                continue
            asked = wanted
            frame = self._decode(wanted)
            if frame is not None and frame.pts is not None and frame.pts > given:
                given = frame.pts
                yield Frame(self.packets.seconds(given), self._image(frame))

    def _find(self, target: int) -> int | None:
        """The time of the frame shown at `target`; reads until it is certain."""
        if (target - self.packets.read_to) * self.packets.tick > _JUMP_S:
            self._jump(target)
        self._drop_before_key(target)
        while len(self.order) - bisect_right(self.order, target) < _LOOKAHEAD:
            packet = self.packets.next()
            if packet is None:
                break
            self._keep(packet, target)
        if not self.order:
            return None
        shown = max(0, bisect_right(self.order, target) - 1)
        del self.order[:shown]
        return self.order[0]

    def _jump(self, target: int) -> None:
        key = self.packets.jump(target)
        if key is not None:
            self._forget()
            self._append(key)

    def _keep(self, packet: VideoPacket, target: int) -> None:
        self._append(packet)
        if packet.is_keyframe:
            self._drop_before_key(target)
        while len(self.waiting) > _MAX_WAITING:
            self._feed(self.waiting.popleft(), skip=self.can_skip)
            self._prune(target)

    def _append(self, packet: VideoPacket) -> None:
        self.waiting.append(packet)
        insort(self.order, time_of(packet))

    def _drop_before_key(self, target: int) -> None:
        """Forget the packets before the last key frame that is shown by `target`."""
        keys = [at for at, packet in enumerate(self.waiting) if packet.is_keyframe]
        last = next((at for at in reversed(keys) if time_of(self.waiting[at]) <= target), 0)
        if last == 0:
            return
        key = time_of(self.waiting[last])
        before = [time_of(packet) for packet in islice(self.waiting, last)]
        if max(*before, *(frame.pts or 0 for frame in self.ready), key) > key:
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
        frame = next((frame for frame in self.ready if (frame.pts or 0) <= wanted), None)
        if frame is not None and not frame.is_corrupt:
            distance = wanted - (frame.pts or 0)
            if not distance or (self.failures == failures and distance <= 1.5 * self.packets.frame_ticks):
                return frame
        self.packets.lose(wanted)
        return None

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
        if not self.waiting and (packet := self.packets.next()):
            self._append(packet)
        if self.waiting:
            packet = self.waiting.popleft()
            self._feed(packet, skip=self.can_skip and time_of(packet) < wanted)
            return True
        drained, self.drained = self.drained, True
        if not drained:
            self._feed(None, skip=False)
        return not drained

    def _feed(self, packet: VideoPacket | None, skip: bool) -> None:
        self.codec.skip_frame = "NONREF" if skip else "DEFAULT"
        try:
            self.ready += [frame for frame in self.codec.decode(packet) if frame.pts is not None]
        except (av.error.FFmpegError, ValueError):
            self.failures += 1
            if packet is not None:
                self.packets.lose(time_of(packet))

    def _image(self, frame: av.VideoFrame) -> Image:
        width_px, height_px = scaled_size(frame.width, frame.height, self.max_side_px)
        small = frame.reformat(width_px, height_px, "rgb24", interpolation="AREA")
        return turned(np.asarray(small.to_ndarray(), np.uint8), round(frame.rotation / 90) * 90 % 360)
