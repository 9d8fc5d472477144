"""Synthetic video: what the script says is what the file holds."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from playhead.tools.synthesis import Scene, Script, encode, encode_audio, pictures, render, write_srt
from playhead.tools.types import Cue, Span

CUES = (Cue(Span(0.5, 1.5), "first words"), Cue(Span(2, 3), "שלום — zweite"))
SCRIPT = Script(
    (Scene(0, 2, (200, 0, 0), ("Title", "a line of text")), Scene(2, 4, (0, 0, 200), moving=True)),
    width_px=320,
    height_px=180,
    cues=CUES,
)


def decoded(path: Path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def test_json_round_trip() -> None:
    assert Script.from_json(SCRIPT.to_json()) == SCRIPT


@pytest.mark.parametrize("text", ["[]", "{}", '{"scenes": [{"start_s": 0}]}', "{", '{"scenes": [], "x": 1}'])
def test_a_broken_script_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        Script.from_json(text)


@pytest.mark.parametrize("changes", [{"fps": 0}, {"width_px": 1}, {"scenes": (Scene(2, 1, (0, 0, 0)),)}])
def test_impossible_numbers_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Script(**{"scenes": (), **changes})  # type: ignore[arg-type]


def test_pictures_change_with_the_script() -> None:
    first, late = render(SCRIPT, 0), render(SCRIPT, 3)
    assert first.shape == (180, 320, 3)
    assert tuple(first[0, 0]) == (200, 0, 0)
    assert tuple(late[0, 0]) == (0, 0, 200)
    assert not np.array_equal(late, render(SCRIPT, 3.5)), "moving scenes move"
    assert (first != first[0, 0]).any(), "texts are drawn"
    assert not render(SCRIPT, 9).any(), "black outside of the scenes"


def test_small_and_crowded_slides_still_draw() -> None:
    texts = tuple(f"line {number} of a slide that holds far too many words" for number in range(30))
    assert render(Script((Scene(0, 1, (0, 0, 0), texts),), 64, 36), 0).any()


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "libx264"), ("a.mkv", "libx264"), ("a.webm", "libvpx"), ("a.avi", "mpeg4")]
)
def test_encoded_frames_have_the_colours_and_times(tmp_path: Path, name: str, codec: str) -> None:
    frames = decoded(encode(SCRIPT, tmp_path / name, codec))
    assert [time_s for time_s, _ in frames] == pytest.approx(
        [time_s for time_s, _ in pictures(SCRIPT)], abs=0.01
    )
    for _time_s, image in (frames[0], frames[-1]):
        expected = (200, 0, 0) if _time_s < 2 else (0, 0, 200)
        assert np.abs(image[2:8, 2:8].mean((0, 1)) - expected).max() < 12


def test_variable_frame_rate_keeps_the_true_times(tmp_path: Path) -> None:
    frames = decoded(encode(SCRIPT, tmp_path / "a.mp4", vfr=True))
    assert [time_s for time_s, _ in frames[:6]] == pytest.approx([0, 0.1, 0.2, 0.5, 0.7, 0.8])


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm"])
def test_text_tracks_carry_the_cues(tmp_path: Path, suffix: str) -> None:
    codec = "libvpx" if suffix == "webm" else "libx264"
    path = encode(SCRIPT, tmp_path / f"a.{suffix}", codec, subtitles=True)
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(container.streams.subtitles[0]) if packet.size > 2]
        times = [float(packet.pts * packet.time_base) for packet in packets if packet.pts is not None]
    assert [cue.text.encode() in bytes(packet) for cue, packet in zip(CUES, packets, strict=True)] == [
        True
    ] * 2
    assert times == [0.5, 2.0]


def test_sound_and_rotation(tmp_path: Path) -> None:
    with av.open(str(encode(SCRIPT, tmp_path / "a.mov", audio=True, rotation_deg=90))) as container:
        assert container.streams.audio
        assert next(container.decode(video=0)).rotation == 90
    with av.open(str(encode_audio(tmp_path / "a.m4a", 3))) as container:
        assert not container.streams.video
        assert container.duration == pytest.approx(3_000_000, rel=0.1)


def test_srt(tmp_path: Path) -> None:
    text = write_srt((Cue(Span(3661.25, 3662), "late"),), tmp_path / "a.srt").read_text("utf-8")
    assert text == "1\n01:01:01,250 --> 01:01:02,000\nlate\n"
