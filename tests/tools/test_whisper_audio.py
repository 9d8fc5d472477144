"""Sound in pieces: where it is cut, when it begins, and what a server is sent."""

from __future__ import annotations

import io
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from playhead.tools.errors import MediaError
from playhead.tools.synthesis import Scene, Script, encode
from playhead.tools.types import Span
from playhead.tools.words.audio import RATE_HZ, Samples, flac, pieces

RATE = 8000


def noise(length_s: float, *silent: tuple[float, float]) -> Samples:
    """Noise with stretches of silence, at 8 kHz."""
    samples = np.random.default_rng(3).normal(0, 0.2, int(length_s * RATE)).astype(np.float32)
    for start_s, end_s in silent:
        samples[int(start_s * RATE) : int(end_s * RATE)] = 0
    return np.clip(samples, -1, 1)


def recorded(path: Path, samples: Samples, start_s: float = 0.0) -> Path:
    """A sound file in stereo; its first sample stands at `start_s`."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=RATE, layout="stereo")
        stereo = np.repeat((samples * 32767).astype(np.int16), 2)
        for begin in range(0, len(samples), 1024):
            block = np.ascontiguousarray(stereo[2 * begin : 2 * (begin + 1024)][None])
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
            frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
            frame.pts = begin + int(start_s * RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_pieces_are_mono_at_sixteen_kilohertz_and_complete(tmp_path: Path) -> None:
    path = recorded(tmp_path / "sound.mkv", noise(25))
    found = list(pieces(path, longest_s=10, search_s=4))
    assert all(6 <= piece.end_s - piece.start_s <= 14 for piece in found[:-1])
    assert sum(len(piece.samples) for piece in found) == pytest.approx(25 * RATE_HZ, rel=0.001)
    assert all(piece.samples.ndim == 1 and piece.samples.dtype == np.float32 for piece in found)


def test_each_piece_begins_where_the_last_one_ended(tmp_path: Path) -> None:
    found = list(pieces(recorded(tmp_path / "sound.mkv", noise(25)), longest_s=10, search_s=4))
    assert found[0].start_s == pytest.approx(0, abs=0.01)
    for before, after in pairwise(found):
        assert after.start_s == pytest.approx(before.end_s, abs=0.02)


def test_the_cut_is_in_the_pause(tmp_path: Path) -> None:
    path = recorded(tmp_path / "sound.mkv", noise(20, (7.5, 8.0)))
    first, *_ = pieces(path, longest_s=10, search_s=5)
    assert 7.5 <= first.end_s <= 8.0


def test_a_short_recording_is_one_piece(tmp_path: Path) -> None:
    (piece,) = pieces(recorded(tmp_path / "sound.mkv", noise(2)))
    assert piece.end_s == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("length_s", [2.0, 11.0, 30.0])
def test_the_last_words_are_in_the_piece(tmp_path: Path, length_s: float) -> None:
    path = recorded(tmp_path / "sound.wav", noise(length_s, (0.5, 1.0)))
    (piece,) = pieces(path, Span(0.0, length_s))
    assert piece.start_s == 0
    assert piece.end_s == pytest.approx(length_s, abs=0.02)


def test_no_sound_no_pieces(tmp_path: Path) -> None:
    path = encode(Script((Scene(0, 1, (9, 9, 9)),), 64, 48, 5.0), tmp_path / "silent.mp4")
    assert list(pieces(path)) == []


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        list(pieces(tmp_path / "gone.mp3"))


def test_flac_holds_the_samples() -> None:
    samples = np.sin(np.linspace(0, 500, 10_001, dtype=np.float32))
    data = flac(samples)
    with av.open(io.BytesIO(data), "r") as container:
        back = np.concatenate([frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)])
    assert data[:4] == b"fLaC"
    assert np.abs(back / 32767 - samples).max() < 0.001
