"""The sound of a recording as mono 16 kHz pieces with their start, in bounded memory (PyAV).

Speech recognisers take half a minute at a time and servers limit the size of a file, so a long recording
is cut at its quietest moment near every piece's end, where no word is cut.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
import numpy.typing as npt

from playhead.tools.pictures.containers import open_container, start_s

RATE_HZ = 16_000
Samples = npt.NDArray[np.float32]
"""Mono, RATE_HZ a second, -1..1."""

_QUIET_S = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A stretch of sound and where it begins in the video, in seconds."""

    start_s: float
    samples: Samples

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.samples) / RATE_HZ


def pieces(path: Path, longest_s: float = 600.0, search_s: float = 20.0) -> Iterator[Piece]:
    """The sound of `path`; nothing when it has none. Raises MediaError when it cannot be opened.

    A piece is at most `longest_s` long and ends at the quietest tenth of a second of its last `search_s`.
    """
    with open_container(path) as container:
        held: list[Samples] = []
        begin_s, count = 0.0, 0
        for time_s, samples in _blocks(container):
            if not held:
                begin_s, count = time_s, 0
            held.append(samples)
            count += len(samples)
            if count >= longest_s * RATE_HZ:
                whole = np.concatenate(held)
                cut = _quietest(whole, int(search_s * RATE_HZ), int(longest_s * RATE_HZ))
                yield Piece(begin_s, whole[:cut])
                held, count, begin_s = [whole[cut:]], len(whole) - cut, begin_s + cut / RATE_HZ
        if count:
            yield Piece(begin_s, np.concatenate(held))


def _blocks(container: Any) -> Iterator[tuple[float, Samples]]:
    """(time in the video, samples) of every decoded block; damaged ones are left out."""
    streams = container.streams.audio
    if not streams:
        return
    zero_s = start_s(container)
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    for packet in container.demux(streams[0]):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        for frame in frames:
            time_s = max(0.0, float(frame.time or 0.0) - zero_s)
            for block in resampler.resample(frame):
                yield time_s, block.to_ndarray().reshape(-1).astype(np.float32)


def _quietest(samples: Samples, search: int, longest: int) -> int:
    """Where to cut: the middle of the quietest window among the last `search` samples before `longest`."""
    step = int(_QUIET_S * RATE_HZ)
    start = max(step, longest - search)
    tail = samples[start:longest]
    windows = len(tail) // step
    if windows < 1:
        return longest
    loudness = np.abs(tail[: windows * step]).reshape(windows, step).mean(axis=1)
    last = windows - 1 - int(loudness[::-1].argmin())
    return start + last * step + step // 2


def flac(samples: Samples) -> bytes:
    """The samples as a FLAC file: lossless, half the size of WAV, taken by every transcription server."""
    target = io.BytesIO()
    with av.open(target, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE_HZ, layout="mono")
        whole = (np.clip(samples, -1, 1) * 32767).astype(np.int16)[None]
        for start in range(0, whole.shape[1], 4096):
            block = np.ascontiguousarray(whole[:, start : start + 4096])
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
            frame.sample_rate = RATE_HZ
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()
