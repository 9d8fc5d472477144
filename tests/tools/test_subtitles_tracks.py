"""Text tracks inside containers, and the preference for a language."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.container import OutputContainer
from av.stream import Disposition, Stream

from playhead.tools.errors import MediaError
from playhead.tools.readers import pyav
from playhead.tools.registry import load
from playhead.tools.synthesis import Scene, Script, encode, write_srt
from playhead.tools.types import Cue, Span
from playhead.tools.words.tracks import embedded_cues

CUES = (Cue(Span(0.5, 1.5), "The <i>tide</i> turns"), Cue(Span(2, 3), "at\nsix"))
SCRIPT = Script((Scene(0, 3, (20, 60, 90)),), 64, 48, 5.0, cues=CUES)


@pytest.mark.parametrize(("suffix", "codec"), [("mp4", "libx264"), ("mkv", "libx264"), ("webm", "libvpx")])
def test_text_tracks_of_containers(tmp_path: Path, suffix: str, codec: str) -> None:
    path = encode(SCRIPT, tmp_path / f"film.{suffix}", codec, subtitles=True)
    assert embedded_cues(path) == [Cue(Span(0.5, 1.5), "The tide turns"), Cue(Span(2, 3), "at six")]


Track = tuple[str, str, Disposition, str]
NONE = Disposition(0)
FULL = ("subrip", "eng", Disposition.default, "hello")
FOREIGN = ("subrip", "eng", Disposition.forced, "nur dies")
DESCRIBED = ("subrip", "eng", Disposition.descriptions, "A mill at dusk.")
GERMAN = ("subrip", "ger", NONE, "hallo")
STYLED = ("ass", "eng", Disposition.default, r"0,0,Default,Marta,0,0,0,,{\i1}hello{\i0},\Nthere")


def muxed(path: Path, *tracks: Track) -> Path:
    """A Matroska file of two seconds with text tracks: codec, language, disposition, the only line."""
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=5)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        streams = [add_track(container, *track) for track in tracks]
        for number in range(10):
            container.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))))
            if number == 5:
                for stream, (*_, text) in zip(streams, tracks, strict=True):
                    container.mux(line(stream, text))
        container.mux(picture.encode(None))
    return path


def line(stream: Stream, text: str) -> av.Packet[Stream]:
    packet = av.Packet(text.encode())
    packet.stream, packet.time_base = stream, Fraction(1, 1000)
    packet.pts, packet.dts, packet.duration = 1000, 1000, 500
    return packet


def add_track(container: OutputContainer, codec: str, language: str, flags: Disposition, _: str) -> Stream:
    stream = container.add_mux_stream(codec)
    stream.time_base = Fraction(1, 1000)
    stream.metadata["language"], stream.disposition = language, flags
    return stream


@pytest.mark.parametrize(
    ("tracks", "languages", "texts"),
    [
        ((FOREIGN, FULL, GERMAN), (), ["hello"]),
        ((FULL, GERMAN), ("fr", "de"), ["hallo"]),
        ((FULL, GERMAN), ("German",), ["hallo"]),
        ((GERMAN, FULL), ("fr",), ["hello"]),
        ((FULL, DESCRIBED), (), ["hello", "A mill at dusk."]),
        ((FOREIGN,), (), ["nur dies"]),
        ((STYLED,), (), ["hello, there"]),
    ],
)
def test_one_track_of_the_wanted_language(
    tmp_path: Path, tracks: tuple[Track, ...], languages: tuple[str, ...], texts: list[str]
) -> None:
    cues = embedded_cues(muxed(tmp_path / "film.mkv", *tracks), languages)
    assert [cue.text for cue in cues] == texts
    assert all(cue.span == Span(1, 1.5) for cue in cues)


def test_the_name_in_a_styled_track_is_the_speaker(tmp_path: Path) -> None:
    assert embedded_cues(muxed(tmp_path / "film.mkv", STYLED))[0].speaker == "Marta"


def test_a_video_without_text_has_no_words(tmp_path: Path) -> None:
    path = encode(SCRIPT, tmp_path / "film.mp4")
    info = pyav.create().open(path).info
    assert list(load("speech", "subtitles").transcribe(path, info)) == []
    assert list(load("speech", "subtitles").transcribe(path, None)) == []


def test_files_beside_the_video_win_over_tracks(tmp_path: Path) -> None:
    path = encode(SCRIPT, tmp_path / "film.mp4", subtitles=True)
    write_srt([Cue(Span(0, 1), "from the file")], tmp_path / "film.srt")
    assert [cue.text for cue in load("speech", "subtitles").transcribe(path, None)] == ["from the file"]


def test_the_wanted_language_among_files(tmp_path: Path) -> None:
    for name, text in {"film.en.srt": "hello", "film.de.srt": "hallo", "film.srt": "notes"}.items():
        write_srt([Cue(Span(0, 1), text)], tmp_path / name)
    told = load("speech", "subtitles:fr,de").transcribe(tmp_path / "film.mp4", None)
    assert {cue.text for cue in told} == {"hallo", "notes"}


def test_a_transcript_is_its_own_source(tmp_path: Path) -> None:
    path = write_srt(CUES, tmp_path / "podcast.srt")
    assert len(list(load("speech", "subtitles").transcribe(path, None))) == 2


def test_a_file_that_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"not a film")
    with pytest.raises(MediaError):
        list(load("speech", "subtitles").transcribe(tmp_path / "film.mp4", None))
