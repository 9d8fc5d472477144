"""Cutting a sequence of texts where the subject changes, and clips for recordings without pictures.

Depth-scored similarity between neighbouring blocks (TextTiling, Hearst 1997), on embeddings.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from playhead.tools.types import Clip, Cue, Span, Vectors

BLOCK = 2
"""Units compared on each side of a gap."""


def depths(vectors: Vectors) -> npt.NDArray[np.float64]:
    """How deep the similarity dips at each of the n - 1 gaps between n units."""
    similar = np.array([_similarity(vectors, gap) for gap in range(1, len(vectors))])
    return np.array([_climb(similar, i, -1) + _climb(similar, i, 1) for i in range(len(similar))])


def _similarity(vectors: Vectors, gap: int) -> float:
    left = vectors[max(0, gap - BLOCK) : gap].mean(axis=0)
    right = vectors[gap : gap + BLOCK].mean(axis=0)
    norm = float(np.linalg.norm(left) * np.linalg.norm(right))
    return float(left @ right) / norm if norm else 1.0


def _climb(similar: npt.NDArray[np.float64], start: int, step: int) -> float:
    """How far the similarity rises from `start` to the nearest peak in one direction."""
    peak, i = similar[start], start + step
    while 0 <= i < len(similar) and similar[i] >= peak:
        peak, i = similar[i], i + step
    return float(peak - similar[start])


def group(spans: Sequence[Span], vectors: Vectors, shortest_s: float, longest_s: float) -> list[int]:
    """Indices at which a new group of neighbouring units starts, the first (0) included.

    Cuts go to the deepest dips first, never closer than `shortest_s`; then whatever is longer than
    `longest_s` is cut at its deepest gap.
    """
    if len(spans) < 2:
        return [0] if spans else []
    depth = depths(vectors)
    floor = float(depth.mean() + depth.std() / 2)
    starts = {0}
    for gap in np.argsort(-depth, kind="stable"):
        if depth[gap] <= max(floor, 1e-6):
            break
        _cut(starts, int(gap) + 1, spans, shortest_s)
    _split_long(starts, spans, depth, shortest_s, longest_s)
    return sorted(starts)


def _cut(starts: set[int], at: int, spans: Sequence[Span], shortest_s: float) -> bool:
    time_s, end_s = spans[at].start_s, spans[-1].end_s
    edges = [spans[start].start_s for start in starts] + [end_s]
    if all(abs(time_s - edge) >= shortest_s for edge in edges):
        starts.add(at)
        return True
    return False


def _split_long(
    starts: set[int],
    spans: Sequence[Span],
    depth: npt.NDArray[np.float64],
    shortest_s: float,
    longest_s: float,
) -> None:
    waiting = sorted(starts)
    while waiting:
        first = waiting.pop()
        last = min((start for start in starts if start > first), default=len(spans))
        if spans[last - 1].end_s - spans[first].start_s <= longest_s:
            continue
        middle = (first + last) / 2
        gaps = sorted(range(first + 1, last), key=lambda at: (-round(depth[at - 1], 6), abs(at - middle)))
        if cut := next((at for at in gaps if _cut(starts, at, spans, shortest_s)), None):
            waiting += [first, cut]


def clips_of_speech(cues: Sequence[Cue], duration_s: float, length_s: float = 15.0) -> list[Clip]:
    """Clips that begin where an utterance begins and cover 0..duration without gaps."""
    edges = [0.0]
    for cue in cues:
        if cue.span.end_s - edges[-1] > length_s and edges[-1] < cue.span.start_s < duration_s:
            edges += _filled(edges[-1], cue.span.start_s, 4 * length_s)
    edges += _filled(edges[-1], duration_s, 4 * length_s) if duration_s > edges[-1] else []
    ends = edges[1:] or [duration_s]
    return [Clip(i, Span(start, end)) for i, (start, end) in enumerate(zip(edges, ends, strict=False))]


def _filled(start_s: float, end_s: float, longest_s: float) -> list[float]:
    """`end_s`, and before it the edges that keep a long silence in pieces."""
    pieces = max(1, int(np.ceil((end_s - start_s) / longest_s)))
    return [start_s + (end_s - start_s) * i / pieces for i in range(1, pieces)] + [end_s]
