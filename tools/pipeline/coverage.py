"""How much of recordings is known so far, so that an answer from a part of them says so."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from playhead.tools.library import Library
from playhead.tools.pipeline.hearing import units
from playhead.tools.timecode import clock
from playhead.tools.types import Video


@dataclass(frozen=True, slots=True)
class Coverage:
    """What had been heard, or read as subtitles, of some recordings when a question was answered."""

    heard_s: float = 0.0
    length_s: float = 0.0
    finished: bool = True
    """Whether indexing had nothing left to do, neither with the sound nor with the pictures."""

    @property
    def shortfall(self) -> str:
        """What is missing, in a few words; empty when nothing is."""
        if self.finished:
            return ""
        if self.heard_s < self.length_s:
            return f"only {clock(self.heard_s)} of {clock(self.length_s)} has been heard so far"
        return "indexing has not finished yet"


def coverage(library: Library, videos: Iterable[Video], before_s: float | None = None) -> Coverage:
    """Of `videos` until `before_s`; what the library does not hold counts as not heard."""
    limit_s = math.inf if before_s is None else before_s
    heard_s = length_s = 0.0
    finished = True
    for video in videos:
        known = library.video(video.id)
        own_s = min(video.duration_s, limit_s)
        own_heard_s = min(_heard_s(library, known), own_s) if known else 0.0
        heard_s, length_s = heard_s + own_heard_s, length_s + own_s
        finished &= known is not None and known.complete and own_heard_s == own_s
    return Coverage(heard_s, length_s, finished)


def _heard_s(library: Library, video: Video) -> float:
    """Until where a video was heard: units are heard in order."""
    plan = library.detail(video.id, "speech", "plan")
    if plan is None:
        return video.duration_s if video.complete else 0.0
    done = library.done(video.id, f"speech#{plan['run']}")
    if "all" in done:
        return video.duration_s
    heard = (span.end_s for number, span in enumerate(units(video.duration_s)) if f"heard {number}" in done)
    return max(heard, default=0.0)
