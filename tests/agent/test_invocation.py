"""Commands that are printed work when they are typed again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import playhead
from playhead.agent.terminal.invocation import advice, command, program, runnable


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in an environment that the shell does not search."""
    made = tmp_path / ".venv" / "bin" / "playhead"
    made.parent.mkdir(parents=True)
    made.write_text("#!/bin/sh\n")
    made.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    return made


def started(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setattr(sys, "argv", list(words))


def test_outside_the_path_it_is_named_as_it_was_started(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(monkeypatch, str(elsewhere), "ask", "x")
    assert command("show", "r1") == ".venv/bin/playhead show r1"
    assert runnable("see: playhead library list") == "see: .venv/bin/playhead library list"
    assert runnable("a newer playhead wrote it") == "a newer playhead wrote it"


def test_on_the_path_it_is_playhead(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(elsewhere.parent))
    started(monkeypatch, str(elsewhere))
    assert program() == "playhead"


def test_as_a_module_it_is_the_interpreter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    started(monkeypatch, str(Path(playhead.__file__).parent / "__main__.py"))
    assert program() == f"{sys.executable} -m playhead"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ask", "a.mp4", "Who?"), "go on with: playhead ask --resume last"),
        (("chat", "--library", "L"), "go on with: playhead chat --resume last --library L"),
        (("index", "--library=L", "a.mp4"), "run it again: it goes on where it was"),
        (("bench", "own"), "run it again"),
    ],
)
def test_what_to_type_after_an_interrupt(
    words: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(monkeypatch, "playhead", *words)
    assert advice() == told
