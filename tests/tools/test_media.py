"""Which paths are recordings, which reader takes them, and what the container says."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from playhead.tools.errors import MediaError, UnknownPluginError
from playhead.tools.media import find_media, open_reader, probe
from playhead.tools.synthesis import SUFFIX, Scene, Script, encode, encode_audio

SCRIPT = Script((Scene(0, 1, (200, 30, 30)), Scene(1, 2, (30, 30, 200))), 64, 48)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.mark.parametrize(
    ("name", "codec", "reader"),
    [
        ("a.mp4", "libx264", "DecordReader"),
        ("a.mkv", "libx264", "DecordReader"),
        ("a.ts", "libx264", "PyavReader"),
        ("a.webm", "libsvtav1", "PyavReader"),
    ],
)
def test_auto_takes_the_first_reader_that_can(folder: Path, name: str, codec: str, reader: str) -> None:
    opened = open_reader(encode(SCRIPT, folder / name, codec))
    assert type(opened).__name__ == reader
    assert [frame.time_s for frame in opened.scan(2)] == pytest.approx([0, 0.5, 1, 1.5])


def test_scripts_and_sound_open_by_themselves(folder: Path) -> None:
    script = folder / f"s{SUFFIX}"
    script.write_text(SCRIPT.to_json(), "utf-8")
    assert open_reader(script).info.codec == "synthetic"
    assert probe(script).duration_s == 2
    assert probe(encode_audio(folder / "a.mp3", 2)).has_audio


def test_an_unknown_reader_is_named(folder: Path) -> None:
    with pytest.raises(UnknownPluginError, match="did you mean 'pyav'"):
        open_reader(encode(SCRIPT, folder / "b.mp4"), "pyavv")


def test_folders_are_walked_and_transcripts_alone_count(tmp_path: Path) -> None:
    for name in (
        "b.MP4",
        "a.mkv",
        "sub/c.webm",
        "a.en.vtt",
        "podcast.vtt",
        ".hidden.mp4",
        ".git/x.mp4",
        "n.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = [path.relative_to(tmp_path).as_posix() for path in find_media([tmp_path])]
    assert found == ["a.mkv", "b.MP4", "podcast.vtt", "sub/c.webm"]
    assert find_media([tmp_path / "n.txt", tmp_path / "n.txt"]) == [tmp_path / "n.txt"]


def test_nothing_to_find_is_said(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no video"):
        find_media([tmp_path])
    with pytest.raises(MediaError, match="no file"):
        find_media([tmp_path / "missing"])


def muxed(path: Path, times_s: list[float], *, key_frames: bool = False) -> Path:
    """Grey frames whose level is ten times their place, at whatever times."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg" if key_frames else "libx264", rate=10)
        stream.width, stream.height = 64, 48
        stream.pix_fmt = "yuvj420p" if key_frames else "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        packets = []
        for place in range(len(times_s)):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 10 * place, np.uint8), format="rgb24")
            frame.pts, frame.time_base = 100 * place, Fraction(1, 1000)
            packets += stream.encode(frame)
        packets += stream.encode(None)
        for place, (packet, time_s) in enumerate(zip(packets, times_s, strict=True)):
            packet.pts = round(time_s / packet.time_base)
            packet.dts = round((min(times_s) + place / 10 - 0.2) / packet.time_base)
            container.mux(packet)
    return path


@pytest.mark.parametrize("reader", ["decord", "pyav"])
def test_time_starts_at_zero_whatever_the_container_counts_from(folder: Path, reader: str) -> None:
    path = muxed(folder / "late.mkv", [100 + at / 10 for at in range(10)])
    opened = open_reader(path, reader)
    assert [frame.time_s for frame in opened.scan(10)] == pytest.approx(
        [at / 10 for at in range(10)], abs=2e-3
    )


@pytest.mark.parametrize("reader", ["decord", "pyav"])
def test_unordered_timestamps_come_out_in_order(folder: Path, reader: str) -> None:
    times_s = [1.0, 1.2, 1.1, 1.3, 1.5, 1.4, 1.6, 1.7, 1.9, 1.8]
    opened = open_reader(muxed(folder / "mixed.mkv", times_s, key_frames=True), reader)
    frames = list(opened.scan(10))
    assert [frame.time_s for frame in frames] == sorted({frame.time_s for frame in frames})
    assert len(frames) >= 7
    if reader == "pyav":
        assert [round(float(frame.image.mean()) / 10) for frame in frames] == list(np.argsort(times_s))


def test_far_jumps_seek_and_stay_exact(folder: Path) -> None:
    script = Script(tuple(Scene(at, at + 1, (at, at, at)) for at in range(200)), 64, 48, fps=5)
    for suffix in ("mp4", "mkv", "ts"):
        opened = open_reader(encode(script, folder / f"long.{suffix}"), "pyav")
        frames = list(opened.frames_at([3.3, 61.7, 120.0, 199.9]))
        assert [frame.time_s for frame in frames] == pytest.approx([3.2, 61.6, 120.0, 199.8])
        assert [float(frame.image.mean()) for frame in frames] == pytest.approx([3, 61, 120, 199], abs=3)


@pytest.mark.parametrize("reader", ["decord", "pyav"])
@pytest.mark.parametrize("name", ["שלום 東京.mp4", "100% #1?.mp4", "concat:a|b.mp4", "-i.mp4"])
def test_any_file_name_opens(tmp_path: Path, name: str, reader: str) -> None:
    (tmp_path / name).write_bytes(encode(SCRIPT, tmp_path / "plain.mp4").read_bytes())
    assert len(list(open_reader(tmp_path / name, reader).scan(1))) == 2


def test_lists_of_other_files_are_not_followed(tmp_path: Path) -> None:
    encode(SCRIPT, tmp_path / "part.ts")
    path = tmp_path / "list.m3u8"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\npart.ts\n#EXT-X-ENDLIST\n", "utf-8")
    with pytest.raises(MediaError):
        open_reader(path)
