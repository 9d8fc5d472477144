"""From scored cuts to clips and scenes of bounded length that cover a video without gaps."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from playhead.tools.errors import UsageError
from playhead.tools.types import Clip, Span

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long clips and scenes may be."""

    clip_s: float = 10.0
    """Longest clip, seconds: long enough for an action, short enough for an exact citation."""

    min_clip_s: float = 2.0
    """Shortest clip between two cuts, seconds. Bounds the number of clips whatever the picture does."""

    min_scene_s: float = 10.0
    """Shortest scene, seconds: below it a cut is a change of camera, rarely of subject."""

    max_scene_s: float = 180.0
    """Longest scene, seconds: a static recording is still told in parts."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A place where the picture changes. Deeper means surer; only depths of one video compare."""

    time_s: float
    depth: float


def clip_seconds(argument: str) -> float:
    """The clip length in the spec of a segmenter (`fixed:20`), 10 when empty; raises UsageError."""
    try:
        value = float(argument or Lengths().clip_s)
    except ValueError:
        value = math.nan
    if not 0.5 <= value <= 3600:
        raise UsageError(
            f"{argument!r} is no clip length", "give seconds between 0.5 and 3600, as in fixed:20"
        )
    return value


def depth_scores(similarity: Scores) -> Scores:
    """How far the similarity rises to the nearest peak on both sides of each gap, averaged.

    TextTiling (Hearst 1997), used on frames by SceneTiling (VideoLLaMB, Wang et al. 2024).
    """
    return (_peaks(similarity) + _peaks(similarity[::-1])[::-1]) / 2 - similarity


def _peaks(similarity: Scores) -> Scores:
    """The nearest value on the left after which the similarity stops rising, itself included."""
    peaks = similarity.copy()
    for at in range(1, len(peaks)):
        if similarity[at - 1] >= similarity[at]:
            peaks[at] = peaks[at - 1]
    return peaks


def strongest(cuts: Iterable[Cut], apart_s: float, duration_s: float) -> list[Cut]:
    """The deepest cuts that keep `apart_s` from each other and from both ends, in order of time."""
    taken = [0.0, duration_s]
    kept = []
    for cut in sorted(cuts, key=lambda cut: (-cut.depth, cut.time_s)):
        at = bisect_left(taken, cut.time_s)
        if 0 < at < len(taken) and min(cut.time_s - taken[at - 1], taken[at] - cut.time_s) >= apart_s - 1e-6:
            insort(taken, cut.time_s)
            kept.append(cut)
    return sorted(kept, key=lambda cut: cut.time_s)


def units(cuts: Iterable[Cut], duration_s: float, lengths: Lengths, scene_depth: float = 0.0) -> list[Clip]:
    """Clips in order of time, then the scenes that hold them.

    Every clip begins at a cut or divides the stretch between two cuts evenly; a scene begins at a cut of at
    least `scene_depth`. A video of no length is one clip.
    """
    duration_s = max(0.0, duration_s)
    kept = strongest(cuts, lengths.min_clip_s, duration_s)
    clip_edges = _divided([0.0, *(cut.time_s for cut in kept), duration_s], lengths.clip_s)
    deep = strongest((cut for cut in kept if cut.depth >= scene_depth), lengths.min_scene_s, duration_s)
    wanted = _divided([0.0, *(cut.time_s for cut in deep), duration_s], lengths.max_scene_s)
    scene_edges = sorted({_nearest(clip_edges, edge) for edge in wanted})
    parents = np.searchsorted(scene_edges, clip_edges, side="right") - 1
    clips = [
        Clip(index, Span(start_s, end_s), "clip", min(int(parents[index]), max(0, len(scene_edges) - 2)))
        for index, (start_s, end_s) in enumerate(_spans(clip_edges))
    ]
    scenes = [Clip(index, Span(*edges), "scene") for index, edges in enumerate(_spans(scene_edges))]
    return [*clips, *scenes]


def _divided(edges: Sequence[float], longest: float) -> list[float]:
    """The same edges and, between them, evenly as many more as keep pieces within `longest`."""
    result = [edges[0]]
    for start, end in pairwise(edges):
        pieces = max(1, math.ceil((end - start) / longest - 1e-6))
        result += [start + (end - start) * piece / pieces for piece in range(1, pieces)]
        result.append(end)
    return result


def _nearest(edges: Sequence[float], time_s: float) -> float:
    at = bisect_left(edges, time_s)
    return min(edges[max(0, at - 1) : at + 1], key=lambda edge: abs(edge - time_s))


def _spans(edges: Sequence[float]) -> list[tuple[float, float]]:
    return list(pairwise(edges)) or [(edges[0], edges[0])]
