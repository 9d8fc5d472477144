"""Bad input: one line with the cause and the cure, the documented exit code, nothing stored lost."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from playhead.tools.synthesis import Scene, Script, encode

Run = Callable[..., Any]


def one_line(ran: Any) -> str:
    """The message of a failure: a single line that starts with the name of the program."""
    lines = [line for line in ran.err.splitlines() if not line.startswith("note: ")]
    assert len(lines) == 1, ran.err
    assert lines[0].startswith("playhead: ")
    return str(lines[0])


def _jpeg(path: Path) -> Path:
    Image.new("RGB", (64, 64)).save(path, "JPEG")
    return path


def _bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: folder / "missing.mp4",
        lambda folder: folder,
        lambda folder: _bytes(folder / "empty.mp4", b""),
        lambda folder: _bytes(folder / "noise.mp4", os.urandom(5000)),
        lambda folder: _jpeg(folder / "picture.jpg"),
        lambda folder: _jpeg(folder / "picture.mp4"),
        lambda folder: _bytes(folder / "empty.srt", b""),
    ],
    ids=["missing", "no videos", "zero bytes", "noise", "jpeg", "jpeg as mp4", "empty transcript"],
)
def test_what_is_no_video_is_one_line(playhead: Run, tmp_path: Path, make: Callable[[Path], Path]) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    ran = playhead("ask", make(folder), "What happens?")
    assert ran.code in (1, 2)
    assert " — " in one_line(ran)


def test_a_truncated_file_is_one_line(playhead: Run, film: Path, tmp_path: Path) -> None:
    half = _bytes(tmp_path / "half.mp4", film.read_bytes()[:2000])
    assert playhead("index", half).code == 1


def test_one_frame_is_enough_to_be_indexed(playhead: Run, tmp_path: Path) -> None:
    still = encode(Script((Scene(0, 0.2, (10, 90, 10), ("Exit left",)),), fps=5), tmp_path / "still.mp4")
    assert playhead("index", still).code == 0
    (video,) = json.loads(playhead("library", "--json").out)["videos"]
    assert video["clips"] == 1


def test_damage_in_the_middle_is_said_and_the_rest_kept(playhead: Run, film: Path, tmp_path: Path) -> None:
    content = bytearray(film.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = os.urandom(400)
    damaged = _bytes(tmp_path / "damaged.mp4", bytes(content))
    ran = playhead("index", damaged)
    assert ran.code == 0
    assert json.loads(playhead("library", "--json").out)["videos"][0]["complete"]


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (("",), "question is empty"),
        (("?!",), "question is empty"),
        (("why " * 30_000,), "characters"),
        (("Who?", "-o", "only one"), "one option"),
        (("Who?", "-o", "a", "-o", ""), "option 2 is empty"),
        (("Who?", "--set", "budget.round=1"), "budget.rounds"),
        (("Who?", "--strategy", "observ"), "did you mean 'observe'"),
        (("Who?", "--model", "opnai:x"), "did you mean 'openai'"),
    ],
)
def test_wrong_usage_is_exit_2(playhead: Run, film: Path, words: tuple[str, ...], cause: str) -> None:
    ran = playhead("ask", film, *words)
    assert ran.code == 2
    assert cause in one_line(ran)


def test_forty_options_are_fine(playhead: Run, film: Path) -> None:
    options = [word for number in range(39) for word in ("-o", f"in locker number {number}")]
    ran = playhead(
        "ask", film, "Where does the copper key hang?", *options, "-o", "behind the station clock", "--json"
    )
    assert json.loads(ran.out)["option"] == 39


@pytest.mark.parametrize("name", ["ночь смены.mp4", "משמרת לילה.mp4", "夜勤 #1 %20.mp4", "-dash.mp4"])
def test_names_in_any_script(playhead: Run, film: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    shutil.copy(film, path)
    shutil.copy(film.with_suffix(".srt"), path.with_suffix(".srt"))
    ran = playhead("ask", path, "Where does the copper key hang?", "--json")
    assert json.loads(ran.out)["evidence"][0]["video"].endswith(name)


def test_a_moved_file_is_the_same_video(playhead: Run, film: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.mp4", tmp_path / "second.mp4"
    shutil.copy(film, first)
    playhead("index", first)
    first.rename(second)
    playhead("index", second)
    (video,) = json.loads(playhead("library", "--json").out)["videos"]
    assert video["path"] == str(second)


def test_another_embedder_is_refused_and_nothing_lost(
    playhead: Run, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    playhead("index", film)
    monkeypatch.setenv("PLAYHEAD_EMBEDDER", "hashing:64")
    refused = playhead("ask", film, "Where does the copper key hang?")
    assert refused.code == 1
    assert "embedder" in one_line(refused)
    assert playhead("library", "repair").code == 0
    assert playhead("ask", film, "Where does the copper key hang?").code == 0


def test_a_newer_library_is_refused(playhead: Run, film: Path, tmp_path: Path) -> None:
    playhead("index", film)
    with sqlite3.connect(tmp_path / "library" / "library.db") as database:
        database.execute("PRAGMA user_version = 9999")
    ran = playhead("library")
    assert ran.code == 1
    assert "newer" in one_line(ran)


def test_a_library_that_is_a_file_is_refused(playhead: Run, tmp_path: Path) -> None:
    ran = playhead("library", "--library", _bytes(tmp_path / "plain", b"text"))
    assert ran.code == 1
    one_line(ran)


def test_debug_shows_the_traceback(playhead: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYHEAD_DEBUG", "")
    with pytest.raises(Exception, match="missing"):
        playhead("--debug", "ask", tmp_path / "missing.mp4", "What happens?")
