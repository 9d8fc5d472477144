"""Text on the screen as timed lines: read only where the picture changed, told once from first to last seen.

A slide shown for three minutes is read once, a new line on it costs a strip of the picture, and while
everything moves, one picture in two seconds is read, so that a title two seconds long is not missed.
A check for edges before reading was measured and left out: loose enough to keep thin titles, it lets 93 to
100 % of filmed pictures through, and the reader's own detection is as cheap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from playhead.tools.protocols import ScreenReader, TextLine
from playhead.tools.types import Cue, Frame, Span
from playhead.tools.words.changes import ChangeConfig, ChangeDetector, Rows, around
from playhead.tools.words.screen_lines import SeenLine, match, rows

PATIENCE_S = 3.0
"""A line that is back within this time, in a moving picture, was there all the while."""


def read_screen(
    frames: Iterable[Frame], reader: ScreenReader, config: ChangeConfig | None = None
) -> Iterator[Cue]:
    """The text seen in `frames` (ascending time; about one a second is right), read by `reader`.

    Yields one cue for all lines that came and went together, lines parted by a line break, as soon as
    they are gone; so cues are in order of their end. Raises what `reader` raises.
    """
    screen = Screen(reader, config or ChangeConfig())
    for frame in frames:
        screen.look(frame)
        yield from screen.gone(frame.time_s - PATIENCE_S)
    yield from screen.gone(np.inf)


@dataclass(slots=True)
class ScreenCost:
    """How many frames were looked at, how many were read, and the share of their area that was read."""

    frames: int = 0
    readings: int = 0
    area: float = 0.0


class Screen:
    """What stands on the screen now, and what it cost to know."""

    def __init__(self, reader: ScreenReader, config: ChangeConfig) -> None:
        self.reader = reader
        self.config = config
        self.cost = ScreenCost()
        self._changes = ChangeDetector(config)
        self._lines: list[SeenLine] = []
        self._step_s = 0.0
        self._before_s = 0.0

    def look(self, frame: Frame) -> None:
        """Take one frame: keep what did not change, read what did."""
        dirty, now = self._changes.look(frame)
        self._step_s = min(2.0, frame.time_s - self._before_s) if self.cost.frames else 0.0
        self._before_s = frame.time_s
        self.cost.frames += 1
        if now:
            self._read(frame, self._strip(dirty))
        else:
            self._hold(dirty, frame.time_s)

    def gone(self, before_s: float) -> Iterator[Cue]:
        """Cues of the lines last seen before `before_s`, which are then forgotten."""
        closed = [line for line in self._lines if line.last_s < before_s]
        self._lines = [line for line in self._lines if line.last_s >= before_s]
        closed.sort(key=lambda line: (line.first_s, line.line.box[1], line.line.box[0]))
        while closed:
            head, *rest = closed
            together = [head] + [line for line in rest if self._together(head, line)]
            closed = [line for line in rest if not self._together(head, line)]
            yield _cue(together)

    def _together(self, first: SeenLine, second: SeenLine) -> bool:
        near = self._step_s + 1e-6
        apart_s = abs(_end_s(first) - _end_s(second))
        return abs(first.first_s - second.first_s) <= near and apart_s <= near

    def _hold(self, dirty: Rows, time_s: float) -> None:
        """Lines outside the changed rows are still there."""
        for line in self._lines:
            if line.end_s is None and not dirty[_strip_of(line.line, len(dirty))].any():
                line.last_s = time_s

    def _strip(self, dirty: Rows) -> slice:
        """The rows to read: the changed ones, widened to the lines they touch, and a margin."""
        wide = dirty.copy()
        for own in (_strip_of(line.line, len(dirty)) for line in self._lines if line.end_s is None):
            if dirty[own].any():
                wide[own] = True
        return around(wide, self.config)

    def _read(self, frame: Frame, strip: slice) -> None:
        count = self._changes.rows
        top, bottom = strip.start / count, strip.stop / count
        height_px = frame.image.shape[0]
        image = frame.image[round(top * height_px) : max(1, round(bottom * height_px))]
        self.cost.readings += 1
        self.cost.area += bottom - top
        self._changes.take(strip, frame.time_s)
        inside, outside = self._parted(strip)
        placed = [_placed(line, top, bottom) for line in self.reader.read(image)]
        read = rows(line for line in placed if not any(_covers(other.line, line) for other in outside))
        self._update(inside, outside, read, frame.time_s)

    def _parted(self, strip: slice) -> tuple[list[SeenLine], list[SeenLine]]:
        """The lines that stand wholly in the strip, and the others that are still there."""
        inside, outside = [], []
        for line in self._lines:
            own = _strip_of(line.line, self._changes.rows)
            if strip.start <= own.start and own.stop <= strip.stop:
                inside.append(line)
            elif line.end_s is None:
                outside.append(line)
        return inside, outside

    def _update(
        self, inside: list[SeenLine], outside: list[SeenLine], read: Sequence[TextLine], time_s: float
    ) -> None:
        """Continue, begin and end lines by what was read where the `inside` ones stood."""
        pairs = match(inside, read)
        kept, known = {id(old) for old, _ in pairs}, {id(new) for _, new in pairs}
        for line in outside:
            line.last_s = time_s
        for line in inside:
            if line.end_s is None and id(line) not in kept:
                line.end_s = min(time_s, line.last_s + self._step_s)
        for old, new in pairs:
            old.see(new, time_s)
        self._lines += [SeenLine.begin(new, time_s) for new in read if id(new) not in known]


def _end_s(line: SeenLine) -> float:
    return line.last_s if line.end_s is None else line.end_s


def _strip_of(line: TextLine, count: int) -> slice:
    """The grid rows that a line covers."""
    start = min(count - 1, int(line.box[1] * count))
    return slice(start, max(start + 1, int(np.ceil(line.box[3] * count))))


def _covers(known: TextLine, read: TextLine) -> bool:
    """Whether `read` is what a cut strip shows of the line `known`."""
    (left, top, right, bottom), (x, y, far, low) = known.box, read.box
    return min(bottom, low) - max(top, y) > 0.3 * (low - y) and min(right, far) - max(left, x) > 0.3 * (
        far - x
    )


def _placed(line: TextLine, top: float, bottom: float) -> TextLine:
    """The line with its box in shares of the whole picture instead of a strip of it."""
    left, upper, right, lower = line.box
    share = bottom - top
    return replace(line, box=(left, top + upper * share, right, top + lower * share))


def _cue(lines: Sequence[SeenLine]) -> Cue:
    start_s = min(line.first_s for line in lines)
    end_s = max(max(_end_s(line) for line in lines), start_s)
    return Cue(Span(start_s, end_s), "\n".join(line.text for line in lines))
