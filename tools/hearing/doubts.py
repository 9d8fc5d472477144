"""What a recogniser made up is kept out: words over music and noise, loops, and languages it does not know.

Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision", 2022, section 4.5, gives the
first three measures; the others are counted on the words themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from playhead.tools.types import Cue


@dataclass(frozen=True, slots=True)
class Doubts:
    """When recognised words are not believed. Each is a setting: `roles.transcriber.options.NAME`."""

    least_logprob: float = -0.7
    """Mean log-probability of a stretch's tokens; below it the stretch was not understood."""

    most_compression: float = 2.4
    """How well the text of a stretch may be compressed; above it the recogniser repeats itself."""

    most_no_speech: float = 0.6
    """Probability that nobody speaks; above it only words that are surer than `sure_logprob` count."""

    sure_logprob: float = -0.3
    """Mean log-probability at which words count although they may be no speech."""

    least_words_per_s: float = 0.5
    """Words a second of voice, in stretches of 4 s and more; fewer are words put over music or noise."""

    least_confidence: float = 0.25
    """Geometric mean of the words' probabilities of a sentence; below it the sentence is left out."""

    most_repeats: int = 2
    """Times that a line may follow itself; a longer run is left out as a whole."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a recogniser tells of some seconds that it heard at once."""

    voice_s: float
    """Seconds in which the voice detector hears somebody."""
    text: str
    logprob: float
    no_speech: float
    compression: float


LONG_S = 4.0


def understood(stretch: Stretch, doubts: Doubts) -> bool:
    """Whether the words can be what was said."""
    if stretch.logprob < doubts.least_logprob or stretch.compression > doubts.most_compression:
        return False
    if stretch.no_speech > doubts.most_no_speech and stretch.logprob < doubts.sure_logprob:
        return False
    sparse = len(stretch.text.split()) < doubts.least_words_per_s * stretch.voice_s
    return not (sparse and stretch.voice_s >= LONG_S)


def believed(cues: Iterable[Cue], doubts: Doubts) -> Iterator[Cue]:
    """The sentences that are sure enough and no run of the same line; stretches without words stay."""
    sure = (cue for cue in cues if not cue.text or (cue.confidence or 0.0) >= doubts.least_confidence)
    for _, run in groupby(sure, key=lambda cue: _plain(cue.text)):
        same = list(run)
        if not same[0].text or len(same) <= doubts.most_repeats:
            yield from same


def not_understood_s(cues: Iterable[Cue]) -> float:
    """Seconds of speech without words: what `Transcriber` gives as cues without text."""
    return sum(cue.span.duration_s for cue in cues if not cue.text)


def _plain(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum() or char.isspace()).strip()
