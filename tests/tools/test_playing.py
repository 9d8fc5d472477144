"""What browsers get to play: streams and clips made of any recording, checked by opening them again."""

from __future__ import annotations

import io
from pathlib import Path

import av
import pytest

from playhead.tools.errors import UsageError
from playhead.tools.playing.formats import playback
from playhead.tools.playing.mp4 import begins_at, clip, stream
from playhead.tools.playing.peaks import peaks
from playhead.tools.playing.stills import still
from playhead.tools.synthesis import Scene, Script, encode, encode_audio
from playhead.tools.types import Span

FILM = Script((Scene(0, 4, (200, 0, 0)), Scene(4, 8, (0, 0, 200))), fps=5.0)


def film(folder: Path, name: str, codec: str = "libx264") -> Path:
    return encode(FILM, folder / name, codec, audio=True, key_frame_s=2.0)


def seen(data: bytes | Path) -> tuple[dict[str, str], list[float], tuple[int, ...]]:
    """Codec by kind of track, the times of all pictures, and the colour of the first one."""
    with av.open(io.BytesIO(data) if isinstance(data, bytes) else str(data), "r") as container:
        codecs = {str(track.type): track.codec_context.name for track in container.streams}
        frames = list(container.decode(video=0))
        colour = frames[0].to_ndarray(format="rgb24")[5, 5]
        return codecs, [float(frame.time or 0) for frame in frames], tuple(int(part) for part in colour)


@pytest.mark.parametrize(
    ("name", "codec", "native", "copied"),
    [
        ("film.mp4", "libx264", True, True),
        ("film.mkv", "libx264", False, True),
        ("film.avi", "mpeg4", False, False),
        ("film.webm", "libvpx", True, False),
    ],
)
def test_what_browsers_play_is_left_alone_and_the_rest_becomes_mp4(
    tmp_path: Path, name: str, codec: str, native: bool, copied: bool
) -> None:
    path = film(tmp_path, name, codec)
    needs = playback(path)
    assert (needs.native, needs.copies_pictures) == (native, copied)
    codecs, times, colour = seen(b"".join(stream(path)))
    assert codecs["video"] == "h264"
    assert len(times) == 40
    assert times[0] == pytest.approx(0.0, abs=0.45)
    assert colour[0] > 150 > colour[2]


def test_a_stream_begins_where_it_was_told_to(tmp_path: Path) -> None:
    copied, encoded = film(tmp_path, "film.mkv"), film(tmp_path, "film.avi", "mpeg4")
    assert begins_at(copied, 5.3) == pytest.approx(4.0, abs=0.01)
    assert begins_at(encoded, 5.3) == 5.3
    for path, pictures in ((copied, 20), (encoded, 13)):
        _, times, colour = seen(b"".join(stream(path, begins_at(path, 5.3))))
        assert len(times) == pytest.approx(pictures, abs=1)
        assert colour[2] > 150 > colour[0]


def test_a_stream_is_made_while_it_is_read(tmp_path: Path) -> None:
    parts = stream(film(tmp_path, "film.avi", "mpeg4"))
    assert b"ftyp" in next(parts)
    parts.close()  # type: ignore[attr-defined]


def test_a_clip_is_exactly_the_stretch_and_an_ordinary_file(tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    told = list(clip(film(tmp_path, "film.mkv"), Span(3.0, 5.0), out))
    codecs, times, colour = seen(out)
    assert codecs == {"video": "h264", "audio": "aac"}
    assert len(times) == 10
    assert colour[0] > 150
    assert told[-1] == pytest.approx(1.0, abs=0.3)
    assert out.read_bytes().find(b"moov") < out.read_bytes().find(b"mdat")


@pytest.mark.parametrize("span", [Span(2.0, 2.0), Span(0.0, 4000.0), Span(500.0, 510.0)])
def test_no_clip_of_nothing_or_of_everything(tmp_path: Path, span: Span) -> None:
    with pytest.raises(UsageError):
        list(clip(film(tmp_path, "film.mp4"), span, tmp_path / "clip.mp4"))


def test_sound_alone_has_a_waveform(tmp_path: Path) -> None:
    path = encode_audio(tmp_path / "memo.wav", 2.0)
    assert playback(path).mime == "audio/wav"
    found = peaks(path, 4.0, 40)
    assert max(found[:19]) == 1.0
    assert found[-1] == 0.0


def test_a_still_is_what_is_shown(tmp_path: Path) -> None:
    from PIL import Image

    picture = Image.open(io.BytesIO(still(film(tmp_path, "film.mp4"), 6.0, 64)))
    assert (picture.format, max(picture.size)) == ("JPEG", 64)
    red, _, blue = picture.convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    assert blue > red
