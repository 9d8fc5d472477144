"""Recognised words gathered into sentences that keep the exact times of their words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from playhead.tools.types import Cue, Span

LONGEST_S = 15.0
LONGEST_CHARS = 240
SHORTEST_CHARS = 20
"""A shorter sentence ("Right.") is kept with the next one, unless a pause follows."""
PAUSE_S = 1.0

_ENDS = (".", "?", "!", "…", "。", "？", "！")
_NO_LETTERS = {0xFFFD: None, **dict.fromkeys(range(32))}
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Word:
    """A word with the space before it, its time in the recording, and how sure the recogniser was, 0..1."""

    start_s: float
    end_s: float
    text: str
    probability: float


def sentences(words: Iterable[Word], language: str) -> Iterator[Cue]:
    """One cue a sentence; the confidence is the geometric mean of the words' probabilities."""
    for line in _lines(words):
        text = " ".join("".join(word.text for word in line).translate(_NO_LETTERS).split())
        if any(map(str.isalnum, text)):
            span = Span(line[0].start_s, max(line[0].start_s, line[-1].end_s))
            yield Cue(span, text, language, confidence=round(certainty(line), 3))


def certainty(words: Sequence[Word]) -> float:
    """The geometric mean of the words' probabilities, 0..1."""
    return math.exp(sum(math.log(max(_LEAST, word.probability)) for word in words) / len(words))


def _lines(words: Iterable[Word]) -> Iterator[list[Word]]:
    line: list[Word] = []
    for word in words:
        if line and _full(line, word):
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _full(line: Sequence[Word], following: Word) -> bool:
    """Whether the line ends before the next word: by its sentence, by a pause, or by its length."""
    length = sum(len(word.text) for word in line)
    ended = line[-1].text.rstrip().endswith(_ENDS)
    paused = following.start_s - line[-1].end_s >= PAUSE_S
    long = following.end_s - line[0].start_s > LONGEST_S or length + len(following.text) > LONGEST_CHARS
    return long or paused or (ended and length >= SHORTEST_CHARS)
