"""The command line, run inside the test's process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from playhead.cli import main
from playhead.tools.synthesis import Scene, Script, encode, write_srt
from playhead.tools.types import Cue, Span

CUES = (
    Cue(Span(1, 4), "Welcome to the night shift at the signal box."),
    Cue(Span(5, 9), "The copper key hangs behind the station clock."),
    Cue(Span(11, 13), "The last train to Marlow leaves at half past nine."),
    Cue(Span(13.5, 15.5), "That key was cut by Amos Birch, the smith."),
)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def playhead(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `playhead WORDS…` with a library of the test's own and the hashing embedder."""
    monkeypatch.setenv("PLAYHEAD_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("PLAYHEAD_EMBEDDER", "hashing")
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["playhead", *map(str, words)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen seconds of two slides, with a subtitle file beside it."""
    folder = tmp_path_factory.mktemp("films")
    slides = (
        Scene(0, 8, (20, 40, 80), ("Signal box", "Frame 12")),
        Scene(8, 16, (80, 30, 20), ("Timetable", "Platform 7")),
    )
    path = encode(Script(slides, fps=5), folder / "signal.mp4")
    write_srt(CUES, path.with_suffix(".srt"))
    return path
