"""The sound of a recording as mono 16 kHz pieces with their start, in bounded memory (PyAV).

A long recording is heard piece by piece. Each piece is decoded on its own, from a jump to shortly before
its start, and its edges are the quietest moments before the asked ones, where no word is cut. So a piece
depends on the file and the asked span alone, and not on what was decoded before: work that was stopped
goes on at any piece and hears what it would have heard.
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
from playhead.tools.types import Span

RATE_HZ = 16_000
Samples = npt.NDArray[np.float32]
"""Mono, RATE_HZ a second, -1..1."""

PIECE_S = 180.0
SEARCH_S = 20.0
"""How far before its asked edge a piece may end, in search of a quiet moment."""

_QUIET_S = 0.1
_REST_S = 1.0
"""Sound that ends so soon after an edge is not cut off there: files may last longer than they say."""
_NOTHING: Samples = np.zeros(0, np.float32)
_RUN_UP_S = 1.0
"""Decoded before the first sample that counts: decoders need some packets to settle."""
_JUMP_S = 0.2
"""A block whose time is further off than this stands where its time says, after silence."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A stretch of sound and where it begins in the video, in seconds."""

    start_s: float
    samples: Samples

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.samples) / RATE_HZ


def pieces(
    path: Path, span: Span | None = None, *, longest_s: float = PIECE_S, search_s: float = SEARCH_S
) -> Iterator[Piece]:
    """The sound of `path`; nothing when it has none. Raises MediaError when it cannot be opened.

    With `span` the one piece between the quietest moments before its ends; neighbouring spans give
    pieces that touch. Else all pieces of `longest_s`. Before the first sound and after the last there
    is no piece; sound that is missing in between is silence.
    """
    number = 0
    while True:
        asked = span or Span(number * longest_s, (number + 1) * longest_s)
        piece, last = _piece(path, asked, search_s)
        if piece is not None:
            yield piece
        if last or span is not None:
            return
        number += 1


def _piece(path: Path, asked: Span, search_s: float) -> tuple[Piece | None, bool]:
    """The piece, and whether the sound ends in it."""
    from_s, to_s = (_cut_s(path, edge_s, search_s) for edge_s in (asked.start_s, asked.end_s))
    samples, begin, last = decoded(path, from_s, to_s)
    if begin >= len(samples):
        return None, last
    return Piece(from_s + begin / RATE_HZ, samples[begin:]), last


def _cut_s(path: Path, edge_s: float, search_s: float) -> float:
    """The middle of the quietest tenth of a second before `edge_s`; all the rest where the sound ends."""
    from_s = max(0.0, edge_s - search_s)
    samples, _, last = decoded(path, from_s, edge_s + _REST_S) if edge_s > 0 else (_NOTHING, 0, False)
    samples = samples[: round((edge_s - from_s) * RATE_HZ)]
    step = int(_QUIET_S * RATE_HZ)
    windows = len(samples) // step
    if last or windows < 1:
        return edge_s + _REST_S if last else edge_s
    loudness = np.abs(samples[: windows * step]).reshape(windows, step).mean(axis=1)
    latest = windows - 1 - int(loudness[::-1].argmin())
    return from_s + (latest * step + step // 2) / RATE_HZ


def decoded(path: Path, from_s: float, to_s: float) -> tuple[Samples, int, bool]:
    """(samples from one time to the other, index of the first that was there, whether the sound ends)."""
    held = np.zeros(round((to_s - from_s) * RATE_HZ), np.float32)
    begin, end = len(held), 0
    for time_s, block in _blocks(path, from_s) if len(held) else ():
        at = round((time_s - from_s) * RATE_HZ)
        if at >= len(held):
            return held, begin, False
        first, at = max(0, -at), max(0, at)
        kept = block[first : first + len(held) - at]
        if len(kept):
            held[at : at + len(kept)] = kept
            begin, end = min(begin, at), max(end, at + len(kept))
    return held[:end], min(begin, end), end < len(held)


def _blocks(path: Path, from_s: float) -> Iterator[tuple[float, Samples]]:
    """(time in the video, samples) of every decoded block from shortly before `from_s`."""
    with open_container(path) as container:
        if not container.streams.audio:
            return
        zero_s = start_s(container)
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
        time_s: float | None = None
        for frame in _frames(container, from_s - _RUN_UP_S, zero_s):
            known = frame.time is not None
            told_s = float(frame.time) - zero_s if known else (time_s or 0.0)
            if time_s is None or abs(told_s - time_s) > _JUMP_S:
                time_s = max(0.0, told_s)
            for block in resampler.resample(frame):
                samples = block.to_ndarray().reshape(-1).astype(np.float32)
                yield time_s, samples
                time_s += len(samples) / RATE_HZ


def _frames(container: Any, from_s: float, zero_s: float) -> Iterator[Any]:
    """Decoded frames of the first sound track; damaged packets are left out."""
    stream = container.streams.audio[0]
    if from_s > 0:
        _seek(container, stream, from_s + zero_s)
    for packet in container.demux(stream):
        if packet.pts is not None and float(packet.pts * packet.time_base) - zero_s < from_s:
            continue
        try:
            yield from packet.decode()
        except av.error.FFmpegError:
            continue


def _seek(container: Any, stream: Any, time_s: float) -> None:
    """Jump to at most `time_s`; stay at the start where the file knows no places or lands too late."""
    try:
        container.seek(int(time_s / stream.time_base), stream=stream)
        first = next((packet for packet in container.demux(stream) if packet.pts is not None), None)
        late = first is None or float(first.pts * first.time_base) > time_s
        container.seek(0 if late else int(time_s / stream.time_base), stream=stream)
    except av.error.FFmpegError:
        return


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
