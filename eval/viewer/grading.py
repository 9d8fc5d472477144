"""Whether an answer says what a film shows, and whether a second that it cites shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playhead.eval.viewer.films import Asking
from playhead.tools.types import Span

MARGIN_S = 1.0
"""Sampling of pictures may miss the edges of what happens by this much."""
LONGEST_S = 30.0
"""A citation longer than this points at nothing."""


def right(asking: Asking, found: bool, text: str, option: int | None = None) -> bool:
    """The option, the words in order, or a second; what the film never shows must not be found."""
    if not asking.places:
        return not found
    if asking.options:
        return option == asking.option
    if not asking.words:
        times = (float(number) for number in re.findall(r"\d+(?:\.\d+)?", text))
        return found and any(_near(time_s, time_s, place) for time_s in times for place in asking.places)
    pattern = r".*\b".join(re.escape(word) for word in asking.words)
    return found and bool(re.search(rf"\b{pattern}\b", text, re.IGNORECASE | re.DOTALL))


def cited(asking: Asking, spans: Sequence[Span]) -> bool:
    """Whether any citation lies at a place that shows the answer; always, where there is none."""
    short = [span for span in spans if span.duration_s <= LONGEST_S]
    shown = any(_near(span.start_s, span.end_s, place) for span in short for place in asking.places)
    return shown or not asking.places


def _near(start_s: float, end_s: float, place: Span) -> bool:
    return start_s <= place.end_s + MARGIN_S and end_s >= place.start_s - MARGIN_S
