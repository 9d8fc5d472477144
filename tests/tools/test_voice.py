"""The synthetic voice: words at known times, the same every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from playhead.tools.errors import ModelError
from playhead.tools.media import probe
from playhead.tools.synthesis import encode_audio
from playhead.tools.voice import WOMAN, Line, recite
from playhead.tools.words.audio import RATE_HZ, pieces

TIDES = "The tide turns at six."


def test_lines_stand_where_the_cues_say() -> None:
    spoken = recite([TIDES, Line("Then the bridge opens.", WOMAN)], pause_s=0.5)
    first, second = spoken.cues
    loud = np.abs(spoken.samples) > 0.01
    assert first.span.start_s == pytest.approx(np.flatnonzero(loud)[0] / RATE_HZ, abs=0.001)
    assert second.span.end_s == pytest.approx(np.flatnonzero(loud)[-1] / RATE_HZ, abs=0.001)
    assert second.span.start_s - first.span.end_s == pytest.approx(0.5, abs=0.001)
    assert spoken.duration_s == pytest.approx(second.span.end_s + 0.5, abs=0.001)
    assert [cue.text for cue in spoken.cues] == [TIDES, "Then the bridge opens."]


def test_the_same_words_give_the_same_samples() -> None:
    lines: list[Line | str] = [TIDES, Line("Then the bridge opens.", WOMAN)]
    assert np.array_equal(recite(lines).samples, recite(lines).samples)
    assert not np.array_equal(recite([Line(TIDES, WOMAN)]).samples, recite([TIDES]).samples)


def test_speed_is_words_a_minute() -> None:
    text = "One two three four five six seven eight nine ten. " * 3
    slow, fast = (recite([text], words_a_minute=pace).duration_s for pace in (150, 200))
    assert fast < 0.85 * slow


def test_nothing_to_say() -> None:
    assert recite([]).cues == ()
    assert recite([""], pause_s=0.5).duration_s == 1.0


def test_an_unknown_voice() -> None:
    with pytest.raises(ModelError, match="no voice 'nobody'"):
        recite([Line(TIDES, "nobody")])


def test_a_recording_of_it(tmp_path: Path) -> None:
    spoken = recite([TIDES])
    path = encode_audio(tmp_path / "memo.m4a", spoken.duration_s, spoken.samples)
    assert probe(path).duration_s == pytest.approx(spoken.duration_s, abs=0.15)
    (heard,) = pieces(path)
    loud = np.flatnonzero(np.abs(heard.samples) > 0.03) / RATE_HZ
    assert loud[0] == pytest.approx(spoken.cues[0].span.start_s, abs=0.1)
