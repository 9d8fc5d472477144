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
    """The option, a number, the words in the order in which each is first named, or a second; what the film
    never shows must not be found."""
    if not asking.places:
        return not found
    if asking.options:
        return option == asking.option
    if not asking.words:
        times = (float(number) for number in re.findall(r"\d+(?:\.\d+)?", text))
        return found and any(_near(time_s, time_s, place) for time_s in times for place in asking.places)
    if all(word.isdigit() for word in asking.words):
        return found and re.findall(r"\d+", text)[:1] == list(asking.words)
    at = [re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in asking.words]
    first = [match.start() for match in at if match]
    return found and len(first) == len(at) and first == sorted(first)


def cited(asking: Asking, spans: Sequence[Span]) -> bool:
    """Whether any citation lies at a place that shows the answer; always, where there is none."""
    short = [span for span in spans if span.duration_s <= LONGEST_S]
    shown = any(_near(span.start_s, span.end_s, place) for span in short for place in asking.places)
    return shown or not asking.places


def _near(start_s: float, end_s: float, place: Span) -> bool:
    return start_s <= place.end_s + MARGIN_S and end_s >= place.start_s - MARGIN_S
