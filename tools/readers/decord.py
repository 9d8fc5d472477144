"""decord: fast random access to the common formats, in batches whose size in memory is bounded.

decord 0.6 gives up whole groups of pictures at a packet it cannot decode, and with its default limits may
then wait for minutes or for ever. So its limits are lowered, it is waited for only so long, and from its
first failure on the file is read by PyAV, which loses only what is damaged. Between batches its threads are
stopped by a seek.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import numpy as np
import numpy.typing as npt

from playhead.tools.errors import MediaError
from playhead.tools.pictures.containers import describe, first_picture_s, open_container
from playhead.tools.pictures.decoding import shown_at
from playhead.tools.pictures.frames import Damage, Times, ascending, grid, scaled_size
from playhead.tools.types import Frame, Image, Span, VideoInfo

_LIMITS = {
    "DECORD_EOF_RETRY_MAX": "32",
    "DECORD_REWIND_RETRY_MAX": "1",
    "DECORD_DUPLICATE_WARNING_THRESHOLD": "1.0",
}
_INDEXED = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi"}  # in others its seeking may never end
_BATCH_FRAMES = 64
_BATCH_BYTES = 16 << 20
_PATIENCE_S, _PATIENCE = 20.0, 4.0  # a batch may take this long, and this many times what it plays


class DecordReader:
    """An open file. Its decoder is opened at the size last asked for and shared by all calls."""

    def __init__(self, path: Path, info: VideoInfo, first_s: float) -> None:
        self.path = path
        self.info = info
        self.damage = Damage()
        self._lock = Lock()
        self._failed = False
        self._decoder: Any = None
        self._size_px = (0, 0)
        decoder = self._at_size((info.width_px, info.height_px))
        times = decoder.get_frame_timestamp(range(len(decoder)))[:, 0].astype(np.float32)
        self._starts: npt.NDArray[np.float32] = times - times[0] + np.float32(first_s)
        self._keys = np.asarray(decoder.get_key_indices(), np.int64)

    @property
    def frames(self) -> int:
        """How many frames decord's index holds."""
        return len(self._starts)

    @property
    def skipped(self) -> tuple[Span, ...]:
        return self.damage.spans

    def scan(self, fps: float, span: Span | None = None, max_side_px: int | None = None) -> Iterator[Frame]:
        return self._frames(grid(fps, self.info.duration_s, span), max_side_px)

    def frames_at(self, times_s: Sequence[float], max_side_px: int | None = None) -> Iterator[Frame]:
        return self._frames(ascending(times_s, self.info.duration_s), max_side_px)

    def close(self) -> None:
        with self._lock:
            self._decoder, self._size_px = None, (0, 0)

    def _frames(self, times: Times, max_side_px: int | None) -> Iterator[Frame]:
        size_px = scaled_size(self.info.width_px, self.info.height_px, max_side_px)
        tolerance_s = np.maximum(0.0005, np.spacing(times.astype(np.float32)))
        rows = np.searchsorted(self._starts, times + tolerance_s, side="right") - 1
        rows = np.unique(np.maximum(rows, 0))
        step = max(1, min(_BATCH_FRAMES, _BATCH_BYTES // (size_px[0] * size_px[1] * 3)))
        for first in range(0, len(rows), step):
            yield from self._batch(rows[first : first + step], size_px, max_side_px)

    def _batch(
        self, rows: npt.NDArray[np.intp], size_px: tuple[int, int], max_side_px: int | None
    ) -> Iterator[Frame]:
        times: Times = np.asarray(np.round(self._starts[rows].astype(float), 6), np.float64)
        images = None if self._failed else self._decode(rows, size_px)
        if images is None:
            yield from shown_at(self.path, times, max_side_px, self.damage)
            return
        for time_s, image in zip(times.tolist(), images, strict=True):
            yield Frame(time_s, image)

    def _decode(self, rows: npt.NDArray[np.intp], size_px: tuple[int, int]) -> Image | None:
        """n x height x width x 3, or None when decord cannot, now or later."""
        result: list[Image] = []
        limit_s = _PATIENCE_S + _PATIENCE * float(self._starts[rows[-1]] - self._starts[rows[0]])
        with self._lock:
            attempt = Thread(target=self._attempt, args=(rows, size_px, result), daemon=True)
            attempt.start()
            attempt.join(limit_s)
            if not result:
                self._failed, self._decoder = True, None
        return result[0] if result else None

    def _attempt(self, rows: npt.NDArray[np.intp], size_px: tuple[int, int], result: list[Image]) -> None:
        import decord

        with suppress(decord.DECORDError, RuntimeError):
            decoder = self._at_size(size_px)
            images = np.asarray(decoder.get_batch(rows).asnumpy(), np.uint8)
            decoder.seek(self._key_before(rows[-1]))  # else its threads go on and fill the memory
            result.append(images)

    def _key_before(self, row: np.intp) -> int:
        """The last key frame until `row`: decord counts wrongly after a seek to any other frame."""
        at = int(np.searchsorted(self._keys, row, side="right")) - 1
        return int(self._keys[at]) if at >= 0 else 0

    def _at_size(self, size_px: tuple[int, int]) -> Any:
        if self._decoder is None or self._size_px != size_px:
            self._decoder = None
            self._decoder = _decoder(self.path, size_px)
            self._size_px = size_px
        return self._decoder


def _decoder(path: Path, size_px: tuple[int, int]) -> Any:
    import decord

    for name, limit in _LIMITS.items():
        os.environ.setdefault(name, limit)
    decord.logging.set_level(decord.logging.QUIET)
    decord.bridge.set_bridge("native")
    width_px, height_px = size_px
    threads = min(4, os.cpu_count() or 1)
    return decord.VideoReader(str(path.absolute()), width=width_px, height=height_px, num_threads=threads)


class DecordPlugin:
    """Opens files with decord."""

    def open(self, path: Path) -> DecordReader:
        """Raises MediaError when the file has no pictures or a codec decord was built without."""
        import decord

        with open_container(path) as container:
            info, first_s = describe(container, path), first_picture_s(container)
            streams = container.streams.video
            promised = streams[0].frames if info.has_picture else 0
            suited = info.has_picture and len(streams) == 1 and container.format.name in _INDEXED
        if not suited:
            cause = f"decord cannot play {str(path)!r}: it needs one picture stream in mp4, mkv, webm or avi"
            raise MediaError(cause, "use the reader 'pyav'")
        try:
            reader = DecordReader(path, info, first_s)
        except (decord.DECORDError, AssertionError, RuntimeError) as error:
            cause = f"decord cannot open {str(path)!r} ({info.codec})"
            raise MediaError(cause, "use the reader 'pyav'") from error
        if promised and promised != reader.frames:
            raise MediaError(f"decord misreads the tables of {str(path)!r}", "use the reader 'pyav'")
        return reader


def create(argument: str = "") -> DecordPlugin:  # noqa: ARG001 - takes none
    return DecordPlugin()
