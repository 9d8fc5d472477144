"""A synthetic voice: sentences to sound whose words and times are known, for the demo and the tests.

eSpeak NG speaks in a process of its own (`playhead.tools.words.espeak`): it carries state from one sentence
to the next, so only in a fresh process do the same words give the same samples every time.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np

from playhead.tools.errors import MissingExtraError, ModelError
from playhead.tools.types import Cue, Span
from playhead.tools.words.audio import RATE_HZ, Samples

MAN, WOMAN, ENGLISHMAN = "en-us", "en-us+f2", "en-gb-x-rp"
"""Voices that the packaged speech model understands well; any other of eSpeak's will do."""


class Line(NamedTuple):
    """One sentence and who says it."""

    text: str
    voice: str = MAN


@dataclass(frozen=True, slots=True, eq=False)
class Recital:
    """Sound, and a cue for each line from its first loud sample to its last."""

    samples: Samples
    cues: tuple[Cue, ...]

    @property
    def duration_s(self) -> float:
        return len(self.samples) / RATE_HZ


def recite(
    lines: Iterable[Line | str], pause_s: float = 0.6, words_a_minute: int = 150, language: str = "en"
) -> Recital:
    """The lines one after the other, with a pause before each and after the last.

    Raises MissingExtraError without the package, ModelError for a voice that it does not have.
    """
    said = [Line(line) if isinstance(line, str) else line for line in lines]
    pause = np.zeros(round(pause_s * RATE_HZ), np.float32)
    parts, cues, count = [pause], [], len(pause)
    for line, spoken in zip(said, _spoken(said, words_a_minute), strict=True):
        span = Span(count / RATE_HZ, (count + len(spoken)) / RATE_HZ)
        cues.append(Cue(span, line.text, language))
        parts += [spoken, pause]
        count += len(spoken) + len(pause)
    return Recital(np.concatenate(parts), tuple(cues))


def _spoken(lines: Sequence[Line], words_a_minute: int) -> list[Samples]:
    """Each line without silence around it."""
    if find_spec("espeakng_loader") is None:
        raise MissingExtraError(
            "a synthetic voice needs the package espeakng_loader", "pip install 'playhead[local]'"
        )
    asked = json.dumps([[line.text, line.voice, words_a_minute] for line in lines])
    command = [sys.executable, "-m", "playhead.tools.words.espeak"]
    done = subprocess.run(command, input=asked.encode(), capture_output=True, check=False)
    if done.returncode != 0:
        cause = (done.stderr.decode(errors="replace").strip().splitlines() or ["it stopped"])[-1]
        raise ModelError(
            f"the synthetic voice failed: {cause}", f"reinstall espeakng-loader, or use the voice {MAN}"
        )
    stream = io.BytesIO(done.stdout)
    return [np.load(stream, allow_pickle=False) for _ in lines]
