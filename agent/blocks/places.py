"""Places in the videos of a question, whole or divided: never past a video's end or the cut-off."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playhead.agent.offline.time_window import window as named
from playhead.tools.types import Level, Span, Video

if TYPE_CHECKING:
    from playhead.agent.run import Run

EDGE_S = 30.0
"""What the beginning and the end of a video are."""
_OF = r"\b(?:of|in) the (?:video|film|movie|clip|recording|talk|lecture)\b"
BEGINNING = re.compile(
    rf"\b(?:at|in) the (?:very )?(?:beginning|start|opening)\b|\bbeginning {_OF}", re.IGNORECASE
)
ENDING = re.compile(rf"\b(?:at|in) the (?:very )?end\b|\bend {_OF}|\blast scene\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one video; `video` is its number in the question, from 1."""

    video: int
    span: Span

    @property
    def start_s(self) -> float:
        return self.span.start_s

    @property
    def end_s(self) -> float:
        return self.span.end_s

    @property
    def duration_s(self) -> float:
        return self.span.duration_s

    def overlaps(self, other: Place) -> bool:
        """Whether they share time in one video; touching is not sharing."""
        return self.video == other.video and self.span.intersection_s(other.span) > 0

    def __str__(self) -> str:
        return f"video {self.video}, {self.start_s:.1f}-{self.end_s:.1f} s"


@dataclass(frozen=True, slots=True)
class Node:
    """A place of a tree; `path` is its way from the top, counted from 1: [2, 3] is the third part of the
    second."""

    place: Place
    path: tuple[int, ...]
    parts: tuple[Node, ...] = ()

    def all(self) -> Iterator[Node]:
        """Itself and everything below, depth first."""
        yield self
        for part in self.parts:
            yield from part.all()


def whole(run: Run) -> tuple[Place, ...]:
    """Each video as far as it may be known."""
    return tuple(
        Place(number, Span(0.0, end_s))
        for number in range(1, len(run.videos) + 1)
        if (end_s := run.end_s(number)) > 0
    )


def place(run: Run, start_s: float, end_s: float, video: int = 1) -> Place | None:
    """The stretch that a model named, put inside its video; None where there is nothing of it."""
    if not 1 <= video <= len(run.videos):
        return None
    last = run.end_s(video)
    low, high = max(0.0, min(start_s, end_s)), min(last, max(start_s, end_s))
    return Place(video, Span(low, high)) if low < high or (low == high <= last and start_s == end_s) else None


def pieces(_: Run, place: Place, length_s: float) -> tuple[Place, ...]:
    """Pieces of `length_s` in order; the shorter rest is kept as the last."""
    if length_s <= 0:
        raise ValueError(f"length_s must be above 0, got {length_s!r}")
    count = max(1, -int(-(place.duration_s - 1e-6) // length_s))
    cuts = [place.start_s + length_s * number for number in range(count)]
    return tuple(Place(place.video, Span(a, b)) for a, b in zip(cuts, [*cuts[1:], place.end_s], strict=True))


def equal(_: Run, place: Place, count: int) -> tuple[Place, ...]:
    """`count` equal parts in order."""
    step = place.duration_s / count
    cuts = [place.start_s + step * number for number in range(count)]
    return tuple(Place(place.video, Span(a, b)) for a, b in zip(cuts, [*cuts[1:], place.end_s], strict=True))


def halve(run: Run, place: Place) -> tuple[Place, Place]:
    """Both halves."""
    first, second = equal(run, place, 2)
    return first, second


def around(run: Run, place: Place, before_s: float, after_s: float) -> Place:
    """The place with some time before and after it, inside its video."""
    low = max(0.0, place.start_s - before_s)
    return Place(place.video, Span(low, max(low, min(run.end_s(place.video), place.end_s + after_s))))


async def clips(run: Run, place: Place, level: Level = "clip", length_s: float = 10.0) -> tuple[Place, ...]:
    """The clips, scenes or chapters that indexing cut the place into; pieces of `length_s` where none."""
    library, video = run.context.tools.library, video_of(run, place)
    cut = await asyncio.to_thread(library.clips, video.id, level, place.span)
    spans = [clip.span.clamp(place.start_s, place.end_s) for clip in cut]
    kept = sorted({span for span in spans if span.duration_s > 0})
    return tuple(Place(place.video, span) for span in kept) or pieces(run, place, length_s)


def middle(run: Run, of: Place, length_s: float = 1.0) -> Place:
    """The stretch of `length_s` in the middle of a place, inside its video."""
    start_s = (of.start_s + of.end_s - length_s) / 2
    return place(run, start_s, start_s + length_s, of.video) or of


def slot(run: Run, of: Place, length_s: float) -> Place:
    """The stretch of `length_s`, counted from the beginning of the video, in which a place begins."""
    start_s = of.start_s - of.start_s % length_s
    return place(run, start_s, start_s + length_s, of.video) or of


def tree(run: Run, place: Place, width: int, depth: int) -> Node:
    """The place divided into `width` equal parts, each divided again, `depth` times."""
    return _node(run, place, width, depth, ())


def window(run: Run, text: str, video: int = 1) -> Place | None:
    """The stretch that words name in seconds, minutes or shares of the video, or as its beginning or end (30
    s); None when they name none. Found by rules, without a call."""
    last = run.end_s(video)
    if (span := named(text, last)) is not None:
        return place(run, span.start_s, span.end_s, video)
    if BEGINNING.search(text):
        return place(run, 0.0, min(EDGE_S, last), video)
    return place(run, max(0.0, last - EDGE_S), last, video) if ENDING.search(text) else None


def video_of(run: Run, place: Place) -> Video:
    """The video that a place lies in."""
    return run.videos[place.video - 1]


def unseen(_: Run, places: Sequence[Place], seen: Sequence[Place]) -> tuple[Place, ...]:
    """The places that share no time with any that was seen."""
    return tuple(one for one in places if not any(one.overlaps(other) for other in seen))


def _node(run: Run, place: Place, width: int, depth: int, path: tuple[int, ...]) -> Node:
    if depth == 0:
        return Node(place, path)
    parts = enumerate(equal(run, place, width), 1)
    return Node(place, path, tuple(_node(run, part, width, depth - 1, (*path, n)) for n, part in parts))
