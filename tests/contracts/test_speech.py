"""What every source of spoken words must do, whatever is behind it: files, a local model, a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playhead.tools import registry
from playhead.tools.errors import MediaError
from playhead.tools.media import probe
from playhead.tools.protocols import Transcriber
from playhead.tools.synthesis import Scene, Script, encode, encode_audio
from playhead.tools.types import Cue, Span
from tests.fake_transcriptions import FakeTranscriptions
from tests.tiny_whisper import make_tiny_whisper

CUES = (Cue(Span(0.5, 1.5), "the tide turns"), Cue(Span(2, 3), "at six"))
SCRIPT = Script((Scene(0, 4, (20, 60, 90)),), 64, 48, 5.0, cues=CUES)
LENGTH_S = 4.0


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_whisper(tmp_path_factory.mktemp("whisper"))


@pytest.fixture(scope="module")
def server() -> Iterator[FakeTranscriptions]:
    with FakeTranscriptions() as running:
        yield running


@pytest.fixture(params=registry.names("speech"))
def transcriber(request: pytest.FixtureRequest) -> Transcriber:
    """Every plug-in, made to work without a network; a new file must be added here."""
    makers: dict[str, Callable[[], dict[str, Any]]] = {
        "subtitles": lambda: {"spec": "subtitles"},
        "faster_whisper": lambda: {
            "spec": f"faster_whisper:{request.getfixturevalue('whisper')}",
            "vad": False,
            "device": "cpu",
            "temperatures": (0.0,),
        },
        "openai": lambda: {"spec": "openai", "base_url": request.getfixturevalue("server").url},
    }
    settings = makers[request.param]()
    made: Transcriber = registry.load("speech", settings.pop("spec"), **settings)
    return made


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video with sound and a text track: every source finds something in it."""
    return encode(SCRIPT, tmp_path_factory.mktemp("film") / "film.mp4", subtitles=True, audio=True)


def test_cues_are_ordered_inside_the_video_and_have_words(transcriber: Transcriber, film: Path) -> None:
    cues = list(transcriber.transcribe(film, probe(film)))
    assert cues
    assert [cue.span.start_s for cue in cues] == sorted(cue.span.start_s for cue in cues)
    assert all(cue.text == " ".join(cue.text.split()) != "" for cue in cues)
    assert all(cue.span.end_s <= LENGTH_S + 0.1 for cue in cues)


def test_unknown_streams_are_looked_for(transcriber: Transcriber, film: Path) -> None:
    assert list(transcriber.transcribe(film, None))


def test_a_silent_film_has_no_words(transcriber: Transcriber, tmp_path: Path) -> None:
    path = encode(SCRIPT, tmp_path / "silent.mp4")
    assert list(transcriber.transcribe(path, probe(path))) == []
    assert list(transcriber.transcribe(path, None)) == []


def test_hearing_twice_gives_the_same(transcriber: Transcriber, film: Path) -> None:
    assert list(transcriber.transcribe(film, None)) == list(transcriber.transcribe(film, None))


@pytest.mark.parametrize("content", [b"", b"not a film"])
def test_what_is_no_recording_is_a_media_error(
    transcriber: Transcriber, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    with pytest.raises(MediaError):
        list(transcriber.transcribe(path, None))


def test_sound_without_pictures_is_heard(whisper: Path, tmp_path: Path) -> None:
    path = encode_audio(tmp_path / "podcast.m4a", 3)
    heard = registry.load("speech", f"faster_whisper:{whisper}", vad=False, device="cpu")
    assert list(heard.transcribe(path, probe(path)))


def test_a_tone_is_no_speech(whisper: Path, tmp_path: Path) -> None:
    path = encode_audio(tmp_path / "tone.m4a", 3)
    assert (
        list(registry.load("speech", f"faster_whisper:{whisper}", device="cpu").transcribe(path, None)) == []
    )


def test_a_given_language_is_kept(whisper: Path, tmp_path: Path) -> None:
    path = encode_audio(tmp_path / "tone.m4a", 3)
    spec = f"faster_whisper:{whisper}"
    heard = registry.load("speech", spec, vad=False, device="cpu", language="de")
    assert {cue.language for cue in heard.transcribe(path, None)} == {"de"}
