"""Indexing many files, and the library's commands, as typed."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
QUESTION = "Where does the copper key hang?"


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    file = tmp_path / "talk.vtt"
    file.write_text("WEBVTT\n\n00:05.000 --> 00:08.000\nThe night train carries coal.\n")
    return file


def videos(playhead: Run) -> list[str]:
    listed = json.loads(playhead("library", "list", "--json").out)["videos"]
    return [Path(video["path"]).name for video in listed]


def test_index_counts_tells_and_lists_only_what_it_was_asked_for(
    playhead: Run, film: Path, talk: Path
) -> None:
    playhead("index", talk)
    ran = playhead("index", film)
    assert [line.split("  ")[1].split(":")[0] for line in ran.out.splitlines()] == ["signal.mp4"]
    both = playhead("index", film, talk.parent / "gone.mp4", talk)
    assert both.code == 1
    assert len(both.out.splitlines()) == 2
    assert "playhead: 1 of 3 files could not be indexed: gone.mp4" in both.err


def test_progress_is_plain_lines_without_a_terminal(playhead: Run, film: Path, talk: Path) -> None:
    lines = playhead("index", film, talk).err.splitlines()
    assert "1 of 2  signal: screen" in lines
    assert "2 of 2  talk: speech" in lines
    assert playhead("index", film, "-q", "--captions", "needed").err == ""


@pytest.mark.parametrize("name", ["notvideo.txt", "notvideo.srt", "notvideo.mp4"])
def test_a_failed_question_leaves_nothing(playhead: Run, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("hello\n")
    ran = playhead("ask", file, "What is said?")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert videos(playhead) == []
    assert "no run 'last'" in playhead("show").err


def test_a_name_that_is_no_file_makes_no_library(playhead: Run, tmp_path: Path) -> None:
    assert playhead("ask", tmp_path / "gone.mp4", "What is said?").code == 1
    assert playhead("index", tmp_path / "gone.mp4").code == 1
    assert playhead("ask", "What is said?").code == 2
    assert not (tmp_path / "library").exists()


def test_a_video_without_a_question_is_said(playhead: Run, film: Path) -> None:
    ran = playhead("ask", film)
    assert (ran.code, "is a file; what do you ask of it?" in ran.err) == (2, True)


LOOKING = ["search key", "library", "library list", "library verify", "library remove x", "show", "doctor"]


@pytest.mark.parametrize("words", LOOKING)
def test_looking_makes_no_library(playhead: Run, tmp_path: Path, words: str) -> None:
    playhead(*words.split())
    assert not (tmp_path / "library").exists()


def test_options_of_the_library_stand_anywhere(playhead: Run, talk: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    playhead("index", talk, "--library", other)
    assert "speech: 1 from talk.vtt" in playhead("library", "show", "talk.vtt", "--library", other).out
    assert playhead("library", "verify", "--library", other).code == 0
    assert playhead("library", "remove", "talk.vtt", "--library", other).out.endswith("talk.vtt\n")
    assert "0 videos" in playhead("library", "--library", other, "list").out


def test_files_are_named_where_several_are_searched(playhead: Run, film: Path, talk: Path) -> None:
    playhead("index", film, talk)
    assert "speech · signal.mp4" in playhead("ask", QUESTION).out
    assert "speech · signal.mp4" in playhead("search", "copper key", "-n", "1").out
    assert "signal.mp4" not in playhead("ask", "signal.mp4", QUESTION).out


def test_search_has_a_floor(playhead: Run, film: Path) -> None:
    playhead("index", film)
    ran = playhead("search", "zzzqqq")
    assert (ran.code, ran.out) == (3, "")


def test_the_hint_about_models_comes_once(playhead: Run, film: Path) -> None:
    assert "--model" in playhead("ask", film, QUESTION).err
    assert playhead("ask", film, QUESTION).err == ""


def test_quiet_is_quiet(playhead: Run, film: Path) -> None:
    assert playhead("ask", film, QUESTION, "-q").err == ""


def test_a_question_is_read_from_stdin(playhead: Run, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(QUESTION + "\n"))
    assert "behind the station clock" in playhead("ask", film, "-").out


def test_printed_commands_name_the_library_given(playhead: Run, talk: Path, tmp_path: Path) -> None:
    other = tmp_path / "other library"
    out = playhead("ask", talk, "What does the night train carry?", "--library", other).out
    assert f"--library '{other}'" in out.splitlines()[-1]


def test_a_backend_that_is_not_installed_is_a_failure(playhead: Run, talk: Path) -> None:
    ran = playhead("ask", talk, "What does it carry?", "--model", "vllm:none-such", "-q")
    assert ran.code == 1
    assert ran.err.startswith("playhead: ")


def test_an_interrupted_index_names_what_works(
    playhead: Run, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playhead.agent.agent import VideoAgent

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(VideoAgent, "index", interrupted)
    ran = playhead("index", film)
    assert ran.code == 130
    assert ran.err.splitlines()[-1].endswith("run it again: it goes on where it was")


def test_a_page_that_cannot_be_written_is_one_line(playhead: Run, talk: Path, tmp_path: Path) -> None:
    playhead("ask", talk, "What does the night train carry?")
    ran = playhead("show", "--out", tmp_path / "no" / "such" / "page.html")
    assert (ran.code, "name another with --out" in ran.err) == (2, True)


def test_two_files_of_one_name_are_told_apart(playhead: Run, talk: Path, tmp_path: Path) -> None:
    for day in ("monday", "tuesday"):
        (tmp_path / day).mkdir()
        copy = Path(shutil.copy(talk, tmp_path / day / "cam.vtt"))
        copy.write_text(copy.read_text() + f"\n00:09.000 --> 00:11.000\nA {day} coal train.\n")
        playhead("index", copy)
    assert {"· monday/cam.vtt", "· tuesday/cam.vtt"} <= {
        f"· {line.rpartition('· ')[2]}" for line in playhead("search", "coal train").out.splitlines()
    }
