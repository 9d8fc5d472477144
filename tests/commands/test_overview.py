"""`playhead overview VIDEO`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playhead.tools.words.cues import load_cues

Run = Callable[..., Any]


def test_an_overview_has_about_chapters_and_topics(playhead: Run, film: Path) -> None:
    ran = playhead("overview", film)
    assert ran.code == 0
    assert [word in ran.out for word in ("About\n", "Chapters\n", "Topics\n", "Key moments\n")] == [True] * 4
    data = json.loads(playhead("overview", film, "--json").out)
    assert data["chapters"][0]["start_s"] == 0
    assert data["about"]


def test_chapters_as_a_file_that_players_read(playhead: Run, film: Path, tmp_path: Path) -> None:
    target = tmp_path / "chapters.vtt"
    assert playhead("overview", film, "--format", "vtt", "--out", target).out == ""
    listed = playhead("overview", film, "--chapters").out.splitlines()
    assert len(load_cues(target)) == len(listed)
    assert playhead("overview", film, "--format", "vtt").out == target.read_text("utf-8")


def test_what_cannot_be_looked_over_says_why(playhead: Run, tmp_path: Path) -> None:
    assert "nofile.mp4" in playhead("overview", "nofile.mp4").err
    assert "is a folder" in playhead("overview", tmp_path).err
    assert playhead("overview", "x.mp4", "--json", "--format", "vtt").code == 2
