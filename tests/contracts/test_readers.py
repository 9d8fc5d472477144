"""One suite over every reader: the same synthetic recording, true times, damage, and bad files."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from playhead.tools import registry
from playhead.tools.errors import MediaError
from playhead.tools.media import open_reader
from playhead.tools.protocols import Reader
from playhead.tools.synthesis import SUFFIX, Scene, Script, encode, encode_audio
from playhead.tools.types import Frame, Span

READERS = registry.names("readers")
ENCODED = tuple(name for name in READERS if name != "synthetic")
LEVELS = tuple(range(10, 250, 12))
SCRIPT = Script(
    tuple(Scene(at / 2, (at + 1) / 2, (level, level, level)) for at, level in enumerate(LEVELS)),
    width_px=160,
    height_px=96,
)
"""Half a second of each grey level, so that a frame tells its own time."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readers")


@pytest.fixture(scope="module")
def files(folder: Path) -> dict[str, Path]:
    script = folder / f"levels{SUFFIX}"
    script.write_text(SCRIPT.to_json(), "utf-8")
    video = encode(SCRIPT, folder / "levels.mp4", key_frame_s=2)
    return {"synthetic": script, **dict.fromkeys(ENCODED, video)}


Opener = Callable[..., Reader]


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest, files: dict[str, Path]) -> Reader:
    return open_reader(files[request.param], request.param)


def time_drawn(frame: Frame) -> float:
    """Where in the script the grey of this frame begins."""
    distance = np.abs(np.array(LEVELS) - float(frame.image.mean()))
    assert distance.min() < 4
    return float(distance.argmin()) / 2


def assert_true_and_ascending(frames: list[Frame]) -> None:
    times = [frame.time_s for frame in frames]
    assert times == sorted(set(times))
    for frame in frames:
        assert frame.image.dtype == np.uint8
        assert frame.image.shape[2] == 3
        assert 0 <= frame.time_s - time_drawn(frame) + 1e-3 < 0.501


def test_info(reader: Reader) -> None:
    info = reader.info
    assert info.duration_s == pytest.approx(SCRIPT.duration_s)
    assert (info.width_px, info.height_px, info.fps) == (160, 96, 10)
    assert info.has_picture
    assert [stream.kind for stream in info.streams] == ["video"]
    assert not info.has_audio


@pytest.mark.parametrize("fps", [0.3, 1, 4, 10, 60])
def test_scan_samples_at_the_asked_rate(reader: Reader, fps: float) -> None:
    frames = list(reader.scan(fps))
    assert_true_and_ascending(frames)
    assert len(frames) == pytest.approx(SCRIPT.duration_s * min(fps, 10), abs=1)
    assert reader.skipped == ()


def test_scan_keeps_to_its_span(reader: Reader) -> None:
    times = [frame.time_s for frame in reader.scan(10, Span(3.0, 4.0))]
    assert times == pytest.approx(np.arange(30, 40) / 10)
    assert len(list(reader.scan(10, Span(5.0, 5.0)))) == 1
    assert [frame.time_s for frame in reader.scan(2, Span(9.0, 99.0))] == pytest.approx([9.0, 9.5])


def test_two_scans_at_once_do_not_disturb_each_other(reader: Reader) -> None:
    small, large = reader.scan(2, max_side_px=40), reader.scan(2)
    for one, two in zip(small, large, strict=True):
        assert one.time_s == two.time_s
        assert one.image.shape < two.image.shape
        assert time_drawn(one) == time_drawn(two)


@pytest.mark.parametrize(
    ("side_px", "shape"), [(None, (96, 160)), (80, (48, 80)), (999, (96, 160)), (1, (1, 1))]
)
def test_max_side(reader: Reader, side_px: int | None, shape: tuple[int, int]) -> None:
    frame = next(iter(reader.scan(1, max_side_px=side_px)))
    assert frame.image.shape == (*shape, 3)


def test_frames_at_gives_what_is_shown_then(reader: Reader) -> None:
    asked = [4.26, 0.0, 1.3, 1.34, 9.99, 7.0]
    frames = list(reader.frames_at(asked))
    assert_true_and_ascending(frames)
    assert [frame.time_s for frame in frames] == pytest.approx([0.0, 1.3, 4.2, 7.0, 9.9])


def test_times_outside_give_the_first_and_the_last_frame(reader: Reader) -> None:
    assert [frame.time_s for frame in reader.frames_at([-5, 1e9])] == pytest.approx([0.0, 9.9])
    assert list(reader.frames_at([])) == []


@pytest.mark.parametrize("fps", [0, -1, float("nan"), float("inf")])
def test_an_impossible_rate_is_refused(reader: Reader, fps: float) -> None:
    with pytest.raises(ValueError):
        list(reader.scan(fps))


def test_closing_twice_is_fine(files: dict[str, Path]) -> None:
    for name in READERS:
        opened = open_reader(files[name], name)
        next(iter(opened.scan(1)))
        opened.close()
        opened.close()


@pytest.mark.parametrize("name", READERS)
def test_one_frame(folder: Path, name: str) -> None:
    script = Script((Scene(0, 0.1, (90, 90, 90)),), 64, 64)
    path = folder / f"one{SUFFIX}"
    path.write_text(script.to_json(), "utf-8")
    opened = open_reader(path if name == "synthetic" else encode(script, folder / "one.mp4"), name)
    assert [frame.time_s for frame in opened.scan(2)] == [0.0]
    assert [frame.time_s for frame in opened.frames_at([0.0, 0.05, 7])] == [0.0]


@pytest.mark.parametrize("name", ENCODED)
@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_variable_frame_rate(folder: Path, name: str, suffix: str) -> None:
    opened = open_reader(encode(SCRIPT, folder / f"vfr.{suffix}", vfr=True), name)
    expected = SCRIPT.frame_times(vfr=True)
    assert_true_and_ascending(list(opened.scan(2)))
    assert [frame.time_s for frame in opened.scan(10)] == pytest.approx(expected, abs=1e-3)
    assert [frame.time_s for frame in opened.frames_at([0.45, 0.6])] == pytest.approx([0.2, 0.5])


@pytest.mark.parametrize("name", ENCODED)
def test_rotation_is_honoured(folder: Path, name: str) -> None:
    script = Script((Scene(0, 1, (0, 0, 0), moving=True),), 160, 96)
    upright = open_reader(encode(script, folder / "upright.mp4"), name)
    turned = open_reader(encode(script, folder / "turned.mp4", rotation_deg=90), name)
    assert (turned.info.width_px, turned.info.height_px, turned.info.rotation_deg) == (96, 160, 90)
    for before, after in zip(upright.scan(2), turned.scan(2), strict=True):
        assert np.abs(np.rot90(before.image).astype(int) - after.image).mean() < 3
    assert next(iter(turned.scan(1, max_side_px=80))).image.shape == (80, 48, 3)


@pytest.mark.parametrize("name", ENCODED)
def test_sound_and_text_tracks_are_listed(folder: Path, name: str) -> None:
    path = encode(SCRIPT, folder / "tracks.mkv", audio=True, subtitles=True)
    info = open_reader(path, name).info
    assert [stream.kind for stream in info.streams] == ["video", "audio", "subtitle"]
    assert info.has_audio


@pytest.mark.parametrize("name", ENCODED)
def test_damage_in_the_middle_costs_only_the_middle(folder: Path, files: dict[str, Path], name: str) -> None:
    data = bytearray(files["pyav"].read_bytes())
    start, end = data.index(b"mdat"), data.index(b"moov")
    middle, length = (start + end) // 2, (end - start) // 20
    data[middle : middle + length] = b"\xff" * length
    path = folder / "damaged.mp4"
    path.write_bytes(data)
    opened = open_reader(path, name)
    frames = list(opened.scan(10))
    lost = opened.skipped
    assert 50 < len(frames) < 100
    assert frames[0].time_s == 0
    assert frames[-1].time_s == pytest.approx(9.9)
    assert lost
    assert sum(span.duration_s for span in lost) == pytest.approx(10 - len(frames) / 10, abs=0.5)
    next_key_s = (lost[-1].end_s // 2 + 1) * 2
    assert_true_and_ascending([frame for frame in frames if frame.time_s < lost[0].start_s])
    assert_true_and_ascending([frame for frame in frames if frame.time_s >= next_key_s])


@pytest.mark.parametrize("name", ENCODED)
def test_a_cut_off_recording_plays_until_the_cut(folder: Path, name: str) -> None:
    data = encode(SCRIPT, folder / "whole.mkv").read_bytes()
    path = folder / "cut.mkv"
    path.write_bytes(data[: len(data) // 2])
    frames = list(open_reader(path, name).scan(10))
    assert_true_and_ascending(frames)
    assert 20 < len(frames) < 80


def bad_files(folder: Path, video: Path) -> dict[str, Path]:
    from PIL import Image

    made = {name: folder / name for name in ("empty.mp4", "cut.mp4", "picture.jpg", "noise.mp4", "words.mp4")}
    made["empty.mp4"].write_bytes(b"")
    made["cut.mp4"].write_bytes(video.read_bytes()[:3000])
    Image.new("RGB", (64, 64), (200, 10, 10)).save(made["picture.jpg"])
    made["noise.mp4"].write_bytes(np.random.default_rng(0).bytes(5000))
    made["words.mp4"].write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n", "utf-8")
    return {**made, "missing": folder / "no such file.mp4", "folder": folder}


@pytest.mark.parametrize("name", [*READERS, "auto"])
@pytest.mark.parametrize(
    "bad", ["empty.mp4", "cut.mp4", "picture.jpg", "noise.mp4", "words.mp4", "missing", "folder"]
)
def test_bad_files_are_one_line_with_cause_and_cure(
    tmp_path: Path, files: dict[str, Path], name: str, bad: str
) -> None:
    path = bad_files(tmp_path, files["pyav"])[bad]
    with pytest.raises(MediaError) as caught:
        open_reader(path, name)
    assert str(path) in caught.value.cause
    assert caught.value.cure
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", [*READERS, "auto"])
def test_no_permission(monkeypatch: pytest.MonkeyPatch, files: dict[str, Path], name: str) -> None:
    path = files.get(name, files["pyav"])
    if os.geteuid() == 0:  # the superuser reads everything
        monkeypatch.setattr(os, "access", lambda *_: False)
    else:
        path = path.with_name(f"locked {path.name}")
        path.write_bytes(b"x")
        path.chmod(0)
    with pytest.raises(MediaError, match="permission"):
        open_reader(path, name)


def test_sound_alone_is_a_recording_without_pictures(folder: Path) -> None:
    opened = open_reader(encode_audio(folder / "tone.m4a", 3))
    assert opened.info.has_audio
    assert not opened.info.has_picture
    assert opened.info.duration_s == pytest.approx(3, abs=0.2)
    assert list(opened.scan(1)) == []
    assert list(opened.frames_at([1])) == []


@pytest.mark.parametrize("name", READERS)
def test_memory_does_not_grow_with_the_length(folder: Path, name: str) -> None:
    script = Script(tuple(Scene(at, at + 1, (at, at, at)) for at in range(60)), 80, 60)
    path = folder / f"long{SUFFIX}"
    path.write_text(script.to_json(), "utf-8")
    opened = open_reader(path if name == "synthetic" else encode(script, folder / "long.mp4"), name)
    next(iter(opened.scan(10)))
    tracemalloc.start()
    count = sum(1 for _ in opened.scan(10))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 600
    assert peak < 200 * 80 * 60 * 3
