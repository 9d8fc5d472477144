"""What the shell is told when Tab is pressed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def complete(playhead: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """The completions of the last word of a command line."""

    def completed(line: str) -> list[str]:
        words = line.split(" ")
        monkeypatch.setenv("_PLAYHEAD_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        found: list[str] = playhead().out.split()
        for name in ("_PLAYHEAD_COMPLETE", "COMP_WORDS", "COMP_CWORD"):
            monkeypatch.delenv(name)
        return found

    return completed


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("playhead se", ["search"]),
        ("playhead ask --strategy o", ["observe"]),
        ("playhead bench nex", ["nextqa"]),
        ("playhead bench own --strategy bl", ["blind"]),
    ],
)
def test_names_are_completed(complete: Callable[[str], list[str]], line: str, found: list[str]) -> None:
    assert found[0] in complete(line)


def test_recordings_and_runs_of_the_library(
    playhead: Run, complete: Callable[[str], list[str]], film: Path
) -> None:
    playhead("ask", film, "Where does the copper key hang?")
    assert complete("playhead library remove sig") == ["signal.mp4"]
    assert complete("playhead show la") == ["last"]


def test_completing_makes_no_library(complete: Callable[[str], list[str]], tmp_path: Path) -> None:
    assert complete("playhead library show x") == []
    assert not (tmp_path / "library").exists()
