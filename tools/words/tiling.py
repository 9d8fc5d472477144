"""Cutting a sequence of texts where the subject changes, and clips for recordings without pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from playhead.tools.types import Clip, Cue, Span, Vectors

FAINT = 0.25
"""A cut must bring this share of what the three best cuts bring on average."""
MOST_UNITS = 1200
"""More are joined before they are cut: time and memory grow with the square."""

Floats = npt.NDArray[np.float64]


def group(
    spans: Sequence[Span],
    vectors: Vectors,
    shortest_s: float,
    most: int,
    weights: Sequence[float] = (),
) -> list[int]:
    """Indices at which a new group of neighbouring units starts, the first (0) included.

    At most `most` groups of at least `shortest_s` seconds, cut where the groups are most alike within: the
    best division by dynamic programming (Utiyama and Isahara 2001) of the scatter around each group's mean,
    which for unit vectors is kernel change-point detection (Harchaoui and Cappé 2007). How many groups there
    are is decided by how much each further cut brings. Units weigh alike unless `weights` are given.
    """
    if len(spans) < 2 or most < 2:
        return [0] if spans else []
    if len(spans) > MOST_UNITS:
        return _joined(spans, vectors, shortest_s, most, weights)
    worth = _worth(vectors, np.asarray(weights or np.ones(len(spans)), float))
    edges = np.array([0.0, *(span.start_s for span in spans[1:]), max(span.end_s for span in spans)])
    worth[edges[None, :] - edges[:, None] < shortest_s] = -np.inf
    return _divided(worth, most)


def _worth(vectors: Vectors, weights: Floats) -> Floats:
    """For a group from i to before j, the square of its sum over its weight: high when it is of one kind."""
    rows = np.asarray(vectors, float) * weights[:, None]
    sums = np.vstack([np.zeros(rows.shape[1]), np.cumsum(rows, axis=0)])
    mass = np.concatenate([[0.0], np.cumsum(weights)])
    inner = sums @ sums.T
    squares = np.diag(inner)[:, None] + np.diag(inner)[None, :] - 2 * inner
    later = np.triu(np.ones_like(inner, bool), 1)
    return np.where(later, squares / np.where(later, mass[None, :] - mass[:, None], 1.0), -np.inf)


def _divided(worth: Floats, most: int) -> list[int]:
    """The starts of the best division into the number of groups that pays."""
    best, back = [worth[0]], []
    for _ in range(most - 1):
        reached = best[-1][:, None] + worth
        back.append(reached.argmax(axis=0))
        best.append(reached.max(axis=0))
    ends = np.array([row[-1] for row in best])
    gains = np.diff(ends[np.isfinite(ends)])
    floor = max(FAINT * float(gains[:3].mean()), 1e-6) if len(gains) else 0.0
    starts, at = [0], len(worth) - 1
    for row in reversed(back[: int(np.argmin(np.append(gains, -np.inf) >= floor))]):
        at = int(row[at])
        starts.append(at)
    return sorted(set(starts))


def _joined(
    spans: Sequence[Span], vectors: Vectors, shortest_s: float, most: int, weights: Sequence[float]
) -> list[int]:
    """`group` of neighbouring units taken together, so many that few enough remain."""
    firsts = range(0, len(spans), -(-len(spans) // MOST_UNITS))
    mass = np.asarray(weights or np.ones(len(spans)), float)
    sums = np.add.reduceat(np.asarray(vectors, float) * mass[:, None], firsts)
    totals = np.add.reduceat(mass, firsts)
    starts = group(
        [spans[first] for first in firsts],
        (sums / np.maximum(totals, 1e-9)[:, None]).astype(np.float32),
        shortest_s,
        most,
        totals.tolist(),
    )
    return [firsts[start] for start in starts]


def clips_of_speech(cues: Sequence[Cue], duration_s: float, length_s: float = 15.0) -> list[Clip]:
    """Clips that begin where an utterance begins and cover 0..duration without gaps."""
    edges = [0.0]
    for cue in cues:
        if cue.span.end_s - edges[-1] > length_s and edges[-1] < cue.span.start_s < duration_s:
            edges += filled(edges[-1], cue.span.start_s, 4 * length_s)
    edges += filled(edges[-1], duration_s, 4 * length_s) if duration_s > edges[-1] else []
    ends = edges[1:] or [duration_s]
    return [Clip(i, Span(start, end)) for i, (start, end) in enumerate(zip(edges, ends, strict=False))]


def filled(start_s: float, end_s: float, longest_s: float) -> list[float]:
    """`end_s`, and before it the edges that keep a long stretch in pieces."""
    pieces = max(1, int(np.ceil((end_s - start_s) / longest_s)))
    return [start_s + (end_s - start_s) * i / pieces for i in range(1, pieces)] + [end_s]
