"""The lines made of recognised words, and what is said when there is no model."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from playhead.tools.errors import ModelError, PrerequisiteError
from playhead.tools.registry import load
from playhead.tools.speech import faster_whisper
from playhead.tools.synthesis import encode_audio
from playhead.tools.types import Span
from playhead.tools.words.audio import RATE_HZ


class Recogniser:
    """Stands for the model: gives the same segments for every piece of sound."""

    def __init__(self, *segments: SimpleNamespace, languages: tuple[str, ...] = ("en",)) -> None:
        self.segments = segments
        self.languages = list(languages)
        self.asked: list[str | None] = []

    def transcribe(self, samples: Any, language: str | None, **_: Any) -> tuple[Any, SimpleNamespace]:
        assert samples.dtype == np.float32
        self.asked.append(language)
        heard = self.languages.pop(0) if len(self.languages) > 1 else self.languages[0]
        return iter(self.segments), SimpleNamespace(language=language or heard)


def spoken(*words: tuple[float, float, str]) -> SimpleNamespace:
    parts = [SimpleNamespace(start=start, end=end, word=word) for start, end, word in words]
    return SimpleNamespace(
        start=words[0][0], end=words[-1][1], text="".join(w for *_, w in words), words=parts
    )


def heard(folder: Path, recogniser: object, length_s: float = 30.0) -> list[Any]:
    path = encode_audio(folder / "sound.m4a", length_s)
    transcriber = faster_whisper.create("any", offline=True)
    transcriber._model = recogniser
    return list(transcriber.transcribe(path, None))


def test_words_become_sentences(tmp_path: Path) -> None:
    words = [(0, 1, " The tide turns at"), (1, 2, " six."), (2.5, 3, " Then"), (3, 4, " it falls.")]
    cues = heard(tmp_path, Recogniser(spoken(*words)))
    assert [(cue.span, cue.text) for cue in cues] == [
        (Span(0, 2), "The tide turns at six."),
        (Span(2.5, 4), "Then it falls."),
    ]


def test_long_speech_is_cut_to_lines(tmp_path: Path) -> None:
    words = [(at * 1.0, at + 1.0, f" word{at}") for at in range(25)]
    cues = heard(tmp_path, Recogniser(spoken(*words)))
    assert all(cue.span.duration_s <= 8 for cue in cues)
    assert " ".join(cue.text for cue in cues).split() == [f"word{at}" for at in range(25)]


def test_what_is_heard_after_the_end_is_dropped(tmp_path: Path) -> None:
    cues = heard(tmp_path, Recogniser(spoken((0, 40, " real")), spoken((35, 36, " made up"))))
    assert [cue.text for cue in cues] == ["real"]
    assert cues[0].span.end_s == pytest.approx(30, abs=0.1)


def test_a_segment_without_word_times_is_one_line(tmp_path: Path) -> None:
    segment = SimpleNamespace(start=1.0, end=2.0, text=" hello\ufffd there", words=None)
    assert [(cue.span, cue.text) for cue in heard(tmp_path, Recogniser(segment))] == [
        (Span(1, 2), "hello there")
    ]


def test_pieces_continue_each_other_in_the_first_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faster_whisper, "PIECE_S", 25.0)
    recogniser = Recogniser(spoken((0, 1, " again")), languages=("de", "fr", "it"))
    cues = heard(tmp_path, recogniser, 60.0)
    assert len(recogniser.asked) >= 3
    assert recogniser.asked == [None, *["de"] * (len(recogniser.asked) - 1)]
    assert {cue.language for cue in cues} == {"de"}
    assert [round(cue.span.start_s) for cue in cues] == sorted({round(cue.span.start_s) for cue in cues})


def test_a_failing_model_is_one_line(tmp_path: Path) -> None:
    class Broken:
        def transcribe(self, *_: Any, **__: Any) -> None:
            raise RuntimeError("out of memory\nin kernel")

    with pytest.raises(ModelError, match="out of memory in kernel"):
        heard(tmp_path, Broken())


@pytest.mark.parametrize("name", ["small", "Systran/faster-whisper-small"])
def test_no_download_when_switched_off(tmp_path: Path, name: str) -> None:
    path = encode_audio(tmp_path / "sound.m4a", 1)
    with pytest.raises(
        PrerequisiteError, match=r"not on this machine and downloads are switched off"
    ) as caught:
        list(load("speech", f"faster_whisper:{name}").transcribe(path, None))
    assert "give a folder" in caught.value.cure


def test_a_folder_that_is_missing_or_no_model(tmp_path: Path) -> None:
    path = encode_audio(tmp_path / "sound.m4a", 1)
    (tmp_path / "empty").mkdir()
    for folder, cause in (("gone", "no folder"), ("empty", "cannot be had")):
        with pytest.raises(PrerequisiteError, match=cause):
            list(load("speech", f"faster_whisper:{tmp_path / folder}").transcribe(path, None))


def test_the_rate_is_what_the_model_takes() -> None:
    assert RATE_HZ == 16_000
