"""Shots, put together again from clips, and their parts between which something in the picture changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby, pairwise

from playhead.tools.pictures.boundaries import Cut, strongest
from playhead.tools.pictures.changes import APART_S
from playhead.tools.types import Span

SHORT_S = 5.0
"""A clip shorter than this lies between two cuts: a longer shot is divided into longer clips."""


def shots(clips: Sequence[Span]) -> list[Span]:
    """Clips joined that are equal parts of one shot, since what has no cut inside is divided evenly."""
    numbered = [(clip.duration_s < SHORT_S, round(clip.duration_s, 2), clip) for clip in clips]
    groups = (
        list(group) for _, group in groupby(numbered, key=lambda item: item[1] if not item[0] else item)
    )
    return [Span(group[0][2].start_s, group[-1][2].end_s) for group in groups]


def divided(whole: Sequence[Span], changes: Sequence[Cut], most: int) -> list[Span]:
    """Shots divided where a part of the picture changes, the strongest changes first, so that what comes and
    goes within one is seen. They take half of the pictures that are left when every shot has one; the rest
    is for what changes slowly."""
    room = (most - len(whole)) // 2
    if room <= 0:
        return list(whole)
    start_s, end_s = whole[0].start_s, whole[-1].end_s
    edges = [Cut(shot.start_s, math.inf) for shot in whole[1:]]
    inside = [change for change in changes if start_s < change.time_s < end_s]
    found = [cut for cut in strongest([*edges, *inside], APART_S, end_s) if cut.depth < math.inf]
    deepest = sorted(found, key=lambda cut: -cut.depth)[:room]
    at_s = sorted({start_s, end_s, *(cut.time_s for cut in (*edges, *deepest))})
    return [Span(*pair) for pair in pairwise(at_s)]
