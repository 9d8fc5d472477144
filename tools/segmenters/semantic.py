"""Cuts where the picture changes more than around it: depth-scored similarity of neighbouring frames.

SceneTiling of VideoLLaMB (Wang et al. 2024), itself TextTiling (Hearst 1997) on frames, with colours and
edges in place of a vision model. Blocks of a few frames are compared, so that a flash is no cut.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from playhead.tools.appearance import Features, features, similarity
from playhead.tools.boundaries import Cut, Lengths, clip_seconds, depth_scores, units
from playhead.tools.types import Clip, Frame


@dataclass(frozen=True, slots=True)
class Semantic:
    """Keeps one number a sampled frame, so that hours fit in little memory."""

    lengths: Lengths = field(default_factory=Lengths)

    sample_fps: float = 2.0
    """Frames a second; cuts are found to one sample."""

    block: int = 3
    """Frames compared on each side of a gap."""

    min_depth: float = 0.06
    """Depth below which a dip is noise: a new line on a slide is about 0.1, another camera 0.4."""

    clip_deviations: float = 0.5
    """A clip may begin where the depth is this many standard deviations above the mean."""

    scene_deviations: float = 1.5
    """The same for scenes."""

    def segment(self, frames: Iterable[Frame], duration_s: float) -> list[Clip]:
        times, likeness = array("d"), array("d")
        for time_s, value in _gaps(frames, self.block):
            times.append(time_s)
            likeness.append(value)
        depths = depth_scores(np.array(likeness, np.float64))
        mean, deviation = (float(depths.mean()), float(depths.std())) if len(depths) else (0.0, 0.0)
        floor = max(self.min_depth, mean + self.clip_deviations * deviation)
        cuts = (Cut(times[at], float(depths[at])) for at in np.flatnonzero(depths >= floor))
        return units(cuts, duration_s, self.lengths, mean + self.scene_deviations * deviation)


def _gaps(frames: Iterable[Frame], block: int) -> Iterator[tuple[float, float]]:
    """For each gap between two frames: when the later begins, and how alike the blocks around it are."""
    past: deque[Features] = deque(maxlen=block)
    ahead: deque[tuple[float, Features]] = deque()
    for frame in frames:
        ahead.append((frame.time_s, features(frame.image)))
        if len(ahead) == block:
            yield from _gap(past, ahead)
    while ahead:
        yield from _gap(past, ahead)


def _gap(past: deque[Features], ahead: deque[tuple[float, Features]]) -> Iterator[tuple[float, float]]:
    if past:
        before, after = (np.mean(block, axis=0) for block in (past, [look for _, look in ahead]))
        yield ahead[0][0], similarity(before, after)
    past.append(ahead.popleft()[1])


def create(argument: str = "") -> Semantic:
    return Semantic(replace(Lengths(), clip_s=clip_seconds(argument)))
