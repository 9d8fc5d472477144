"""Times as people write them: `1:02:03`, `02:31`, `75.5`."""

from __future__ import annotations

import re

from playhead.tools.types import Span

_CLOCK = r"\d+(?::\d{1,2}){1,2}(?:\.\d+)?"
"""Hours, minutes and seconds, or minutes and seconds."""


def clock(time_s: float) -> str:
    """`75.5` → `01:15`, `3723` → `1:02:03`; whole seconds, rounded down as players show them."""
    minutes, seconds = divmod(int(max(0.0, time_s)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def clock_range(span: Span) -> str:
    """`02:31–02:36`, or a single time when both ends show the same second."""
    start, end = clock(span.start_s), clock(span.end_s)
    return start if start == end else f"{start}–{end}"


def parse_clock(text: str) -> float:
    """Seconds from `75`, `75.5`, `1:15` or `1:02:03.5`; raises ValueError for anything else."""
    text = text.strip()
    if re.fullmatch(rf"{_CLOCK}|\d+(?:\.\d+)?", text):
        return sum(float(part) * 60.0**place for place, part in enumerate(reversed(text.split(":"))))
    raise ValueError(f"{text!r} is no time; write seconds (75.5) or a clock time (1:02:03)")
