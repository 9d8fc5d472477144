"""Hearing: units that may be lost, sentences, doubts, and what is heard when."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from playhead.tools.errors import ModelError
from playhead.tools.hearing.doubts import Doubts, Stretch, believed, understood
from playhead.tools.hearing.sentences import Word, sentences
from playhead.tools.hearing.whisper import stretches
from playhead.tools.indexing import IndexingConfig, Progress, index
from playhead.tools.library import Library
from playhead.tools.pipeline.coverage import coverage
from playhead.tools.pipeline.hearing import units
from playhead.tools.protocols import Filter
from playhead.tools.registry import load
from playhead.tools.synthesis import Scene, Script, encode, encode_audio, write_srt
from playhead.tools.types import Cue, Span
from playhead.tools.words.audio import PIECE_S, pieces

ALWAYS = IndexingConfig(hear="always")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", load("embedders", "hashing")) as opened:
        yield opened


class Recogniser:
    """Says the number of the unit; fails or mumbles where it is told to."""

    def __init__(
        self, failing: int = -1, mumbled: tuple[int, ...] = (), fingerprint: str = "numbers"
    ) -> None:
        self.failing, self.mumbled, self.fingerprint = failing, mumbled, fingerprint
        self.asked: list[int] = []

    def transcribe(self, path: Path, info: object, span: Span | None = None) -> Iterator[Cue]:
        assert span is not None
        number = round(span.start_s / PIECE_S)
        self.asked.append(number)
        if number == self.failing:
            raise ModelError("it fell asleep")
        said = "" if number in self.mumbled else f"Part {number} is over."
        yield Cue(Span(span.start_s + 1, span.start_s + 60), said, confidence=0.5)


async def heard(
    path: Path, library: Library, by: Recogniser, config: IndexingConfig | None = None
) -> list[Progress]:
    return [step async for step in index(path, library, config, listen=lambda _: by)]


def told(library: Library) -> list[str]:
    return [memory.text for memory in library.memories(Filter(kinds=("speech",)))]


@pytest.fixture(scope="module")
def hush(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine minutes: three units."""
    return encode_audio(tmp_path_factory.mktemp("hush") / "hush.m4a", 3 * PIECE_S)


# Units


async def test_a_failure_loses_one_unit_and_the_next_run_goes_on_there(hush: Path, library: Library) -> None:
    steps = await heard(hush, library, Recogniser(failing=1))
    assert [step.message for step in steps if step.warning] == [
        "speech is not indexed from 180 s on: it fell asleep"
    ]
    assert told(library) == ["Part 0 is over."]
    assert not library.videos()[0].complete
    again = Recogniser()
    await heard(hush, library, again)
    assert again.asked == [1, 2]
    assert told(library) == ["Part 0 is over.", "Part 1 is over.", "Part 2 is over."]
    assert library.videos()[0].complete


async def test_what_is_heard_is_not_heard_again(hush: Path, library: Library) -> None:
    await heard(hush, library, Recogniser())
    again = Recogniser()
    for config in (None, IndexingConfig(asr="none"), IndexingConfig(asr=None)):
        await heard(hush, library, again, config)
    assert again.asked == []
    assert len(told(library)) == 3


async def test_the_default_does_not_replace_a_better_ear(hush: Path, library: Library) -> None:
    await heard(hush, library, Recogniser(), IndexingConfig(asr="faster_whisper:large"))
    again = Recogniser(fingerprint="others")
    await heard(hush, library, again)
    assert again.asked == []
    await heard(hush, library, again, IndexingConfig(asr="openai:whisper"))
    assert again.asked == [0, 1, 2]
    assert {memory.source for memory in library.memories(Filter(kinds=("speech",)))} == {"asr:openai:whisper"}


async def test_stopping_keeps_what_was_heard(hush: Path, library: Library) -> None:
    by = Recogniser()
    run = index(hush, library, listen=lambda _: by)
    async for step in run:
        if step.stage == "speech" and step.done >= PIECE_S:
            break
    await run.aclose()
    assert told(library)[:1] == ["Part 0 is over."]
    again = Recogniser()
    await heard(hush, library, again)
    assert 0 not in again.asked
    assert len(told(library)) == 3


async def test_when_there_is_enough_the_unit_is_finished_and_a_later_run_goes_on(
    hush: Path, library: Library
) -> None:
    enough = threading.Event()

    class Hurried(Recogniser):
        def transcribe(self, path: Path, info: object, span: Span | None = None) -> Iterator[Cue]:
            enough.set()
            yield from super().transcribe(path, info, span)

    by = Hurried()
    assert [step async for step in index(hush, library, listen=lambda _: by, enough=enough)]
    assert (by.asked, told(library)) == ([0], ["Part 0 is over."])
    known = coverage(library, library.videos())
    assert (known.heard_s, known.finished) == (PIECE_S, False)
    assert known.shortfall == "only 03:00 of 09:00 has been heard so far"
    assert coverage(library, library.videos(), before_s=100.0).heard_s == 100.0
    await heard(hush, library, by)
    assert by.asked == [0, 1, 2]
    assert coverage(library, library.videos()).shortfall == ""


async def test_nothing_is_begun_when_there_is_enough(hush: Path, library: Library) -> None:
    enough, by = threading.Event(), Recogniser()
    enough.set()
    assert [step async for step in index(hush, library, listen=lambda _: by, enough=enough)] == []
    assert (by.asked, library.videos()) == ([], [])


async def test_heard_words_tell_their_source_and_how_sure_they_are(hush: Path, library: Library) -> None:
    await heard(hush, library, Recogniser())
    first, *_ = library.memories(Filter(kinds=("speech",)))
    assert (first.origin, first.source, first.confidence) == ("heard", "asr:whisper", 0.5)


async def test_progress_is_told_before_the_first_word(hush: Path, library: Library) -> None:
    steps = await heard(hush, library, Recogniser())
    speech = [step for step in steps if step.stage == "speech"]
    assert speech[0].done == 0
    assert speech[0].total == pytest.approx(3 * PIECE_S, abs=0.1)
    assert speech[0].eta_s is None
    assert any(step.eta_s is not None for step in speech)


def test_units_cover_the_recording_and_have_no_short_rest() -> None:
    for length_s in (0.0, 1.0, 179.0, 269.0, 271.0, 3600.0):
        spans = units(length_s)
        assert spans[0].start_s == 0
        assert spans[-1].end_s == length_s
        assert all(before.end_s == after.start_s for before, after in pairwise(spans))
        assert all(span.duration_s >= PIECE_S / 2 for span in spans[1:])


@pytest.mark.parametrize("suffix", [".m4a", ".mp3", ".wav", ".flac", ".ogg", ".opus"])
def test_a_piece_depends_on_its_span_alone(tmp_path: Path, suffix: str) -> None:
    path = encode_noise(tmp_path / f"noise{suffix}", 60)
    whole = list(pieces(path, longest_s=20, search_s=4))
    for number, piece in enumerate(whole):
        (alone,) = pieces(path, Span(20 * number, 20 * number + 20), search_s=4)
        assert alone.start_s == piece.start_s
        assert np.array_equal(alone.samples, piece.samples)
    assert all(after.start_s == pytest.approx(before.end_s, abs=1e-4) for before, after in pairwise(whole))
    assert whole[-1].end_s == pytest.approx(60, abs=0.2)


def encode_noise(path: Path, length_s: int) -> Path:
    """Noise that swells and falls, mono at 44.1 kHz (48 kHz for Opus), in the format of the suffix."""
    codecs = {
        ".m4a": "aac",
        ".mp3": "mp3",
        ".wav": "pcm_s16le",
        ".flac": "flac",
        ".ogg": "libopus",
        ".opus": "libopus",
    }
    rate = 48_000 if path.suffix in (".ogg", ".opus") else 44_100
    noise = np.random.default_rng(4).normal(0, 0.1, length_s * rate)
    samples = (noise * (1 + np.sin(np.arange(len(noise)) / rate)) * 16_000).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codecs[path.suffix], rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format, stream.layout, rate, stream.frame_size or 1024)
        for block in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(block))
        container.mux(stream.encode(None))
    return path


# Beside other work and other sources


async def test_hearing_goes_on_beside_the_pictures(tmp_path: Path, library: Library) -> None:
    film = encode(
        Script((Scene(0, 2, (9, 60, 90), ("PLATFORM 7",)),), fps=5), tmp_path / "film.mp4", audio=True
    )
    cut = threading.Event()

    class Patient(Recogniser):
        def transcribe(self, path: Path, info: object, span: Span | None = None) -> Iterator[Cue]:
            assert cut.wait(300), "the pictures wait for the sound"
            yield Cue(Span(0, 1), "Mind the gap.", confidence=0.9)

    async for step in index(film, library, listen=lambda _: Patient()):
        if step.stage == "segment" and step.done == step.total:
            cut.set()
    assert told(library) == ["Mind the gap."]
    assert library.count(library.videos()[0].id).keys() >= {"speech", "frame"}


async def test_a_failing_picture_stage_ends_the_hearing(tmp_path: Path, library: Library) -> None:
    film = encode(Script((Scene(0, 2, (9, 60, 90)),), fps=5), tmp_path / "film.mp4", audio=True)
    with pytest.raises(Exception, match="no 'circles' in segmenters"):
        await heard(film, library, Recogniser(), IndexingConfig(segmenter="circles"))


async def test_subtitles_are_enough_unless_hearing_is_always_wanted(
    hush: Path, tmp_path: Path, library: Library
) -> None:
    path = tmp_path / hush.name
    path.symlink_to(hush)
    write_srt([Cue(Span(2, 4), "Written down.")], path.with_suffix(".srt"))
    by = Recogniser()
    await heard(path, library, by)
    assert (by.asked, told(library)) == ([], ["Written down."])
    await heard(path, library, by, ALWAYS)
    assert told(library) == ["Part 0 is over.", "Written down.", "Part 1 is over.", "Part 2 is over."]
    await heard(path, library, by)
    assert len(told(library)) == 4
    assert by.asked == [0, 1, 2]


async def test_the_same_recording_elsewhere_has_the_subtitles_of_that_place(
    hush: Path, tmp_path: Path, library: Library
) -> None:
    for name, text in (("here", "Said here."), ("there", "Said there.")):
        (tmp_path / f"{name}.m4a").write_bytes(hush.read_bytes())
        write_srt([Cue(Span(2, 4), text)], tmp_path / f"{name}.srt")
    by = Recogniser()
    await heard(tmp_path / "here.m4a", library, by)
    steps = await heard(tmp_path / "there.m4a", library, by)
    assert (told(library), by.asked) == (["Said there."], [])
    assert [step.message for step in steps if step.warning] == [
        "words are read anew from there.srt, no more from the old here.srt"
    ]
    (tmp_path / "there.srt").unlink()
    await heard(tmp_path / "there.m4a", library, by)
    assert told(library) == ["Said there."]


async def test_a_transcript_that_nobody_named_is_told_of(
    hush: Path, tmp_path: Path, library: Library
) -> None:
    path = tmp_path / hush.name
    path.symlink_to(hush)
    path.with_suffix(".json").write_text('{"colours": 3}')
    assert not [step for step in await heard(path, library, Recogniser(failing=2)) if "json" in step.message]
    rows = '[{"start": 1, "end": 2, "text": "Good morning.", "speaker": "Ann"}]'
    path.with_suffix(".json").write_text(rows)
    (warning,) = [step.message for step in await heard(path, library, Recogniser()) if step.warning]
    assert warning.endswith(f"--subtitles {path.with_suffix('.json')} uses that")
    assert told(library)[0] == "Part 0 is over."


async def test_speech_that_is_not_understood_is_said_in_one_line(hush: Path, library: Library) -> None:
    steps = await heard(hush, library, Recogniser(mumbled=(0, 2)))
    (warning,) = [step.message for step in steps if step.warning]
    assert warning.startswith("118 of 177 s that sound like speech were not understood")
    assert "--asr faster_whisper:small" in warning
    assert told(library) == ["Part 1 is over."]


async def test_without_the_package_there_is_one_line_with_the_cure(
    hush: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playhead.tools.speech.whisper.find_spec", lambda _: None)
    steps = [step async for step in index(hush, library)]
    (warning,) = [step.message for step in steps if step.warning]
    assert "pip install 'playhead[local]'" in warning


# Sentences


def spoken(*words: tuple[str, float], gap_s: float = 0.1, sure: float = 0.9) -> list[Word]:
    return [Word(at, at + 0.5 - gap_s, f" {text}", sure) for text, at in words]


def test_a_sentence_ends_with_its_mark_and_keeps_the_times_of_its_words() -> None:
    said = "The tide will turn at six. Then it falls again until midnight."
    first, second = sentences(spoken(*((word, i * 0.5) for i, word in enumerate(said.split()))), "en")
    assert (first.text, first.span) == ("The tide will turn at six.", Span(0, 2.9))
    assert (second.text, second.span.start_s, second.language) == (
        "Then it falls again until midnight.",
        3.0,
        "en",
    )


def test_a_pause_and_a_great_length_end_a_sentence_too() -> None:
    assert [cue.text for cue in sentences(spoken(("yes", 0), ("no", 3)), "")] == ["yes", "no"]
    long = list(sentences(spoken(*((f"word{i}", i * 0.5) for i in range(90))), ""))
    assert all(cue.span.duration_s <= 15 for cue in long)
    assert " ".join(cue.text for cue in long).split() == [f"word{i}" for i in range(90)]


def test_the_confidence_is_the_geometric_mean() -> None:
    words = [Word(0, 1, " one", 0.9), Word(1, 2, " two", 0.4)]
    (cue,) = sentences(words, "")
    assert cue.confidence == pytest.approx(0.6)


# Doubts

GOOD = Stretch(10.0, "and then we turned the wheel around", -0.2, 0.1, 1.3)


@pytest.mark.parametrize(
    "changed",
    [
        {"logprob": -0.9},
        {"compression": 3.0},
        {"no_speech": 0.7, "logprob": -0.5},
        {"text": " Thank you very much.", "voice_s": 16.0},
    ],
)
def test_what_is_made_up_is_not_understood(changed: dict[str, Any]) -> None:
    assert understood(GOOD, Doubts())
    assert not understood(replace(GOOD, **changed), Doubts())


def test_a_threshold_is_a_setting() -> None:
    unsure = replace(GOOD, logprob=-0.9)
    assert understood(unsure, Doubts(least_logprob=-1.0))
    assert load("speech", "whisper", least_logprob=-1.0).doubts.least_logprob == -1.0


def test_a_line_that_repeats_itself_and_unsure_ones_are_left_out() -> None:
    def said(text: str, sure: float = 0.8) -> Cue:
        return Cue(Span(0, 1), text, confidence=sure)

    cues = [
        said("Hello."),
        *[said("I'm going to get a meal.")] * 3,
        said("What?", 0.1),
        said("", 0.0),
        said("", 0.0),
        said("", 0.0),
    ]
    assert [cue.text for cue in believed(cues, Doubts())] == ["Hello.", "", "", ""]


def test_voices_are_joined_to_stretches_of_half_a_minute() -> None:
    found = [Span(0, 10), Span(11, 20), Span(20.5, 30), Span(40, 41)]
    assert stretches(found) == [(Span(0, 20), 19.0), (Span(20.5, 30), 9.5), (Span(40, 41), 1.0)]


def test_there_is_no_voice_in_silence_and_tones(tmp_path: Path) -> None:
    heard = load("speech", "whisper").transcribe(encode_audio(tmp_path / "tone.wav", 20), None)
    assert [cue.text for cue in heard if cue.text] == []
