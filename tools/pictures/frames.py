"""Small facts about pictures and times that readers share: target times, sizes, stretches lost to damage."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from playhead.tools.types import Image, Span

Times = npt.NDArray[np.float64]
"""Seconds, ascending."""

_MAX_TIMES = 20_000_000


def grid(fps: float, duration_s: float, span: Span | None = None) -> Times:
    """Times `fps` a second from the start of the span (default: all) until before its end; at least one.

    Raises ValueError when `fps` is not a positive number.
    """
    if not (math.isfinite(fps) and fps > 0):
        raise ValueError(f"fps must be a positive number, got {fps!r}")
    start_s, end_s = (span.start_s, span.end_s) if span else (0.0, duration_s)
    end_s = min(end_s, max(duration_s, start_s))
    count = max(1, min(_MAX_TIMES, math.ceil((end_s - start_s) * fps - 1e-6)))
    return np.asarray(start_s + np.arange(count) / fps, np.float64)


def ascending(times_s: Sequence[float], duration_s: float) -> Times:
    """The times in order, each once, held within the video; raises ValueError on NaN."""
    times = np.asarray(times_s, np.float64).reshape(-1)
    if np.isnan(times).any():
        raise ValueError("times must be numbers, got NaN")
    return np.asarray(np.unique(np.clip(times, 0.0, max(0.0, duration_s))), np.float64)


def scaled_size(width_px: int, height_px: int, max_side_px: int | None) -> tuple[int, int]:
    """Width and height with the longer side at most `max_side_px`; never enlarged, never below 1."""
    if max_side_px is not None and max_side_px < 1:
        raise ValueError(f"max_side_px must be at least 1, got {max_side_px!r}")
    longest = max(width_px, height_px)
    if max_side_px is None or longest <= max_side_px:
        return width_px, height_px
    share = max_side_px / longest
    return max(1, round(width_px * share)), max(1, round(height_px * share))


def turned(image: Image, rotation_deg: int) -> Image:
    """The picture turned counter-clockwise by a multiple of 90 degrees."""
    return np.ascontiguousarray(np.rot90(image, rotation_deg // 90)) if rotation_deg else image


class Damage:
    """The stretches that could not be decoded; neighbours closer than `join_s` become one."""

    def __init__(self, join_s: float = 0.3) -> None:
        self.join_s = join_s
        self._spans: list[Span] = []

    def add(self, start_s: float, end_s: float) -> None:
        low = max(0.0, start_s)
        span = Span(low, max(low, end_s))
        near = Span(max(0.0, span.start_s - self.join_s), span.end_s + self.join_s)
        for other in [other for other in self._spans if other.overlaps(near)]:
            self._spans.remove(other)
            span = span.union(other)
        self._spans.append(span)

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(sorted(self._spans))
