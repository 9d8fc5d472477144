"""`playhead overview VIDEO`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playhead.agent.overview import Overview, Part
from playhead.agent.terminal.overview_console import overview_lines
from playhead.tools.words.cues import load_cues

Run = Callable[..., Any]


def test_an_overview_of_one_chapter_is_told_once(playhead: Run, film: Path) -> None:
    ran = playhead("overview", film)
    assert ran.code == 0
    assert [word in ran.out for word in ("About\n", "Chapters\n", "Topics\n")] == [True, False, False]
    data = json.loads(playhead("overview", film, "--json").out)
    assert data["chapters"][0]["start_s"] == 0
    assert data["about"]


def test_an_overview_has_chapters_topics_and_key_moments() -> None:
    parts = (Part(0.0, 60.0, "Keys"), Part(60.0, 120.0, "Trains"))
    found = Overview("a", "Signals", 120.0, ("Of keys.",), (), parts, ("00:01 keys",), ("00:05 A key.",), ())
    lines = list(overview_lines(found))
    headings = [line for line, before in zip(lines[1:], lines, strict=False) if not before]
    assert headings == ["About", "Chapters", "Topics", "Key moments"]


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
