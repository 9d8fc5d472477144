"""Where to look next: places that may show what is asked, else what nobody has described or looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from playhead.eval.viewer.asked import OUTLINE, Asked, Line
from playhead.eval.viewer.statements import Statement
from playhead.tools.types import Span

REACH_S = 200.0
"""The longest stretch that one look takes in: fifty pictures of it miss little."""
MARGIN_S = 1.0
COVERED = 0.9
PLACES = 12
"""Places looked at in one call."""


def covered(asked: Asked) -> bool:
    """Whether the lines and pictures of a request tell of nearly all of the video."""
    told_s = sum(span.duration_s for span in _joined(_told(asked.lines)))
    return told_s >= COVERED * asked.length_s > 0 or (asked.length_s == 0 and bool(asked.lines))


def shown_throughout(asked: Asked) -> bool:
    """Whether the pictures are from everywhere in the video, or no more than them is asked about."""
    times = [shown.time_s for shown in asked.pictures if shown.time_s is not None]
    if not times or asked.length_s == 0:
        return bool(asked.pictures)
    apart_s = (max(times) - min(times)) / max(1, len(times) - 1)
    return max(times) - min(times) + apart_s >= COVERED * asked.length_s


def unseen(asked: Asked) -> list[Span]:
    """What was not looked at yet, in pieces that one look takes in; without a length nothing.

    Numbered lines are what memory holds: they are no looks.
    """
    at_s, free = 0.0, []
    before = [*_told([line for line in asked.lines if not line.path]), *looked(asked)]
    for span in [*_joined(before), Span(asked.length_s, asked.length_s)]:
        while span.start_s - at_s > 2 * MARGIN_S:
            end_s = min(span.start_s, at_s + REACH_S)
            free.append(Span(at_s, end_s))
            at_s = end_s
        at_s = max(at_s, span.end_s)
    return free


def looked(asked: Asked) -> list[Span]:
    """Stretches whose pictures were asked, as far as the request tells."""
    calls = [call for name, call, _ in asked.calls if name == "inspect_frames"]
    pairs = [pair for call in calls for pair in call.get("spans", ())]
    return [Span(float(start), float(end)) for start, end in pairs if start <= end]


def settled(asked: Asked, known: Iterable[Statement]) -> list[Statement]:
    """Without what could not be read and was looked at closer since: a second look tells no more."""
    before = looked(asked)
    return [
        one
        for one in known
        if one.whole or not any(span.start_s <= one.end_s and one.start_s <= span.end_s for span in before)
    ]


def doubtful(places: Iterable[Statement]) -> list[Span]:
    """Where something is that could not be read; at most a few."""
    return sorted({_wide(one.start_s, one.end_s, MARGIN_S) for one in places if not one.whole})[:PLACES]


def around(asked: Asked, places: Sequence[Statement]) -> list[Span]:
    """Windows around what pictures show: as wide as nothing is known between two of them."""
    times = sorted({shown.time_s for shown in asked.pictures if shown.time_s is not None})
    apart_s = (times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else 2 * MARGIN_S
    return [_wide(one.start_s, one.end_s, max(MARGIN_S, apart_s)) for one in places]


def _told(lines: Iterable[Line]) -> Iterator[Span]:
    for line in lines:
        known = not line.blank and line.path != OUTLINE and not line.text.startswith("digest")
        if line.start_s is not None and line.end_s is not None and known:
            yield Span(min(line.start_s, line.end_s), max(line.start_s, line.end_s))


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start_s <= joined[-1].end_s + MARGIN_S:
            joined[-1] = Span(joined[-1].start_s, max(joined[-1].end_s, span.end_s))
        else:
            joined.append(span)
    return joined


def _wide(start_s: float, end_s: float, margin_s: float) -> Span:
    return Span(round(max(0.0, start_s - margin_s), 1), round(end_s + margin_s, 1))
