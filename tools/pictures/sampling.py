"""Which times to look at: evenly over a span, some in every one of several, never more than asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from playhead.tools.types import Span


@dataclass(frozen=True, slots=True)
class SamplingConfig:
    """How densely pictures are taken for a model to look at."""

    fps: float = 2.0
    """Frames a second inside a span: an action of half a second is still seen."""

    max_frames: int = 50
    """Frames one inspection may look at; servers refuse more, and published agents gain little above it."""


def uniform(span: Span, count: int) -> list[float]:
    """The middles of `count` equal parts of the span, ascending; [] when `count` is below 1.

    Middles keep off both edges, where a neighbour's picture may still be shown.
    """
    part_s = span.duration_s / max(1, count)
    return [span.start_s + part_s * (number + 0.5) for number in range(count)]


def times(span: Span, fps: float, most: int) -> list[float]:
    """Times over the span at `fps`, at least one and at most `most`; raises ValueError when `fps` <= 0."""
    if not fps > 0:
        raise ValueError(f"fps must be above 0, got {fps!r}")
    return uniform(span, max(1, min(most, round(min(span.duration_s * fps, most)))))


def shared(spans: Sequence[Span], fps: float, most: int) -> list[float]:
    """At most `most` times over several spans, ascending, each once: shared out by length.

    Every span gets one while there are enough of them; past that, spans are themselves picked evenly.
    """
    if len(spans) > most:
        spans = [spans[int(middle)] for middle in uniform(Span(0, len(spans)), most)]
    wanted = [max(1.0, span.duration_s * fps) for span in spans]
    spare = max(0, most - len(spans))
    extra = sum(wanted) - len(spans)
    share = min(1.0, spare / extra) if extra > 0 else 0.0
    ends = accumulate((count - 1) * share for count in wanted)
    counts = [1 + int(end + 1e-9) - int(start + 1e-9) for start, end in pairwise((0.0, *ends))]
    found = (time_s for span, count in zip(spans, counts, strict=True) for time_s in uniform(span, count))
    return sorted(set(found))
