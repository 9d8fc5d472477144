"""Where in the video a question looks: stated times are a fence, places and scenes are a slope.

`between second 9 and 14` leaves out everything else. `At the end`, `in the elevator scene`, `after the bell`
only make what lies elsewhere count less, because the words that say so are found by comparison too.
"""

from __future__ import annotations

import re

import numpy as np

from playhead.agent.offline.corpus import BESIDE, Corpus, Floats
from playhead.agent.offline.question import GENERIC, Question
from playhead.tools.timecode import parse_clock
from playhead.tools.types import Span
from playhead.tools.words.stems import number, terms

_UNIT = r"(?:hours?|minutes?|mins?|seconds?|secs?|sec|s)"
_CLOCK = r"\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?"
_TIME = rf"(?:{_CLOCK}|{_UNIT}\s+\d+(?:\.\d+)?|\d+(?:\.\d+)?\s*{_UNIT}\b)"
_BARE = rf"(?:{_TIME}|\d+(?:\.\d+)?)"
_RANGE = re.compile(
    rf"\b(?:between|from)\s+({_BARE})\s+(?:and|to|until|till)\s+({_BARE})|({_CLOCK})\s*[-–]\s*({_CLOCK})"
)
_POINT = re.compile(rf"\b(at|around|about|near|after|since|before|until|by)\s+(?:the\s+)?({_TIME})")
_STRETCH = re.compile(rf"\b(first|last|final|opening)\s+(\w+)?\s*({_UNIT})\b")
_HALF = re.compile(r"\b(first|second|last)\s+(half|third|quarter)\b")
_LEAD_IN = r"(?:\b(?:in|at|during|within)\s+the\s+)?"
_LEAD_OUT = r"(?:\s+of\s+(?:the|this)\s+(?:video|clip|film|movie|recording)\b)?"
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0}
_SHARE = {"half": 0.5, "third": 1 / 3, "quarter": 0.25}
PLACE_REACH = 0.4
"""Share of the video over which `at the end` and its like fade."""
SCENE_S = 60.0
"""Seconds over which a scene fades that is known by its words only."""
SCENE_COVERAGE = 0.6
"""Share of the weighted words of a scene that must be found together."""
AROUND_S = 10.0
"""How far `at 2:30` reaches to both sides."""


def window(text: str, duration_s: float) -> Span | None:
    """The stretch of time that a question names in seconds, minutes or shares of the video, else None."""
    plain = text.lower()
    bounds = (
        _range(plain) or _point(plain, duration_s) or _stretch(plain, duration_s) or _half(plain, duration_s)
    )
    if bounds is None or bounds[0] > max(duration_s, 0.0) or bounds[0] > bounds[1]:
        return None
    return Span(max(0.0, bounds[0]), bounds[1])


def without_window(text: str) -> str:
    """The question without the words that name a stretch, which nothing said or shown has to repeat."""
    for pattern in (_RANGE, _POINT, _STRETCH, _HALF):
        text = re.sub(_LEAD_IN + f"(?:{pattern.pattern})" + _LEAD_OUT, " ", text, flags=re.IGNORECASE)
    return " ".join(text.split())


def _seconds(text: str, unit: str = "") -> float:
    if ":" in text:
        return parse_clock(text)
    letters, digits = re.findall(r"[a-z]+", text), re.findall(r"\d+(?:\.\d+)?", text)
    return float(digits[0]) * _SECONDS[(letters[0] if letters else unit or "s")[0]]


def _range(plain: str) -> tuple[float, float] | None:
    """A range needs a unit or a colon somewhere: `between 9 and 14 people` is none."""
    if not (match := _RANGE.search(plain)):
        return None
    low, high = (text for text in match.groups() if text)
    units = re.findall(r"[a-z]+", f"{low} {high}")
    if not units and ":" not in low + high:
        return None
    unit = units[0] if units else ""
    bounds = sorted((_seconds(low, unit), _seconds(high, unit)))
    return bounds[0], bounds[1]


def _point(plain: str, duration_s: float) -> tuple[float, float] | None:
    if not (match := _POINT.search(plain)):
        return None
    word, time_s = match[1], _seconds(match[2])
    if word in ("after", "since"):
        return time_s, max(time_s, duration_s)
    return (0.0, time_s) if word in ("before", "until", "by") else (time_s - AROUND_S, time_s + AROUND_S)


def _stretch(plain: str, duration_s: float) -> tuple[float, float] | None:
    if not (match := _STRETCH.search(plain)):
        return None
    count = number(match[2]) if match[2] else 1.0
    if count is None:
        return None
    length_s = count * _SECONDS[match[3][0]]
    return (
        (0.0, length_s) if match[1] in ("first", "opening") else (max(0.0, duration_s - length_s), duration_s)
    )


def _half(plain: str, duration_s: float) -> tuple[float, float] | None:
    if not (match := _HALF.search(plain)):
        return None
    length_s = _SHARE[match[2]] * duration_s
    start_s = {"first": 0.0, "second": length_s, "last": duration_s - length_s}[match[1]]
    return start_s, min(duration_s, start_s + length_s)


def inside(corpus: Corpus, stretch: Span) -> list[int]:
    """The memories of which some part lies in the stretch (touching at an instant is not enough)."""
    return [
        index
        for index, memory in enumerate(corpus.memories)
        if memory.span.intersection_s(stretch) > 0 or stretch.contains(memory.span.middle_s)
    ]


def slope(corpus: Corpus, question: Question) -> Floats:
    """How well each memory lies where the question looks, 0.1 to 1: `at the end`, `in the elevator scene`."""
    return _at_place(corpus, question) * _in_scene(corpus, question)


def _at_place(corpus: Corpus, question: Question) -> Floats:
    if not question.place:
        return np.ones(len(corpus))
    target = {"start": 0.0, "middle": 0.5, "end": 1.0}[question.place]
    return np.asarray(np.maximum(0.1, np.exp(-np.square((corpus.positions - target) / PLACE_REACH))))


def _in_scene(corpus: Corpus, question: Question) -> Floats:
    """Near the memories that hold the words of `in the … scene`, `when …`; everywhere when none does."""
    wanted = set(terms(question.anchor)) - GENERIC if question.relation == "while" else set()
    held = corpus.coverage(tuple(wanted))
    if not wanted or held.max() < SCENE_COVERAGE:
        return np.ones(len(corpus))
    near = corpus.near(np.flatnonzero(held >= 0.9 * held.max()), SCENE_S) / BESIDE
    return np.asarray(np.clip(near, 0.1, 1.0))
