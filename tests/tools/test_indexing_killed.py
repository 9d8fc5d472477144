"""Indexing killed with SIGKILL at twenty points, each time resumed, gives the library of an unkilled run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from playhead.tools.synthesis import Scene, Script
from playhead.tools.types import Cue, Span

CHILD = Path(__file__).with_name("indexing_child.py")


def test_twenty_kills_change_nothing(tmp_path: Path) -> None:
    colours = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (220, 220, 220)]
    scenes = tuple(Scene(i * 7, i * 7 + 7, colours[i % 4], moving=i == 3) for i in range(6))
    cues = tuple(Cue(Span(i * 4, i * 4 + 3), f"Sentence number {i} about topic {i // 4}.") for i in range(10))
    video = tmp_path / "film.synthetic.json"
    video.write_text(Script(scenes, width_px=64, height_px=48, fps=4, cues=cues).to_json())
    command = [sys.executable, str(CHILD), str(video), str(tmp_path), "20", "7"]
    result = json.loads(subprocess.check_output(command, text=True))
    assert set(result) == {"first", "changed"}
    for way in result.values():
        assert way["ended"] == [-1] * 20
        assert list(way["different"].values()) == [[]] * 20
        assert way["counts"]["memories"] == way["counts"]["words"] == way["counts"]["vectors"] > 15
