"""What the README shows is what happens: the demo, its answer, the Python, the commands, the links."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from playhead.tools import registry

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def playhead(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "playhead", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=600).stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which `playhead demo`, which is what `make demo` runs, has made and indexed its film."""
    folder = tmp_path_factory.mktemp("demo")
    out = playhead(folder, "demo", "--folder", str(folder), "--quiet")
    assert "9 of 9 as expected" in out, out
    return folder


@pytest.mark.timeout(900)
def test_the_answer_shown_is_the_answer_given(demo: Path) -> None:
    shown = blocks("")[0]
    question = re.search(r'"(.*)"', shown)
    assert question
    out = playhead(demo, "ask", "kestrel-sound.mp4", question[1], "--library", "library")
    assert _without_run(out) == _without_run(shown.partition("\n")[2])


@pytest.mark.timeout(900)
def test_the_python_runs(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demo)
    monkeypatch.setenv("PLAYHEAD_LIBRARY", "library")
    script = demo / "readme.py"
    script.write_text(blocks("python")[0], "utf-8")
    out = subprocess.check_output([sys.executable, str(script)], text=True)
    assert out.startswith("After the gearbox we test the brake.")


def test_make_runs_what_is_tested_here(root: Path) -> None:
    recipes = subprocess.check_output(["make", "-n", "-s", "demo", "test"], cwd=root, text=True)
    assert ".venv/bin/playhead demo" in recipes
    assert "-m pytest" in recipes


def test_every_backend_and_command_named_exists() -> None:
    for backend in re.findall(r"--model (\w+):", README):
        assert backend in registry.names("models")
    for command in re.findall(r"^\| `(\w+)[` ]", README, re.MULTILINE):
        assert command in ["ask", "index", "chat", "search", "library", "show", "bench", "doctor", "demo"]


def test_settings_shown_are_settings(tmp_path: Path) -> None:
    from playhead.agent.config import load

    file = tmp_path / "playhead.toml"
    file.write_text(blocks("toml")[0], "utf-8")
    assert load({}, file, {}).config.budget.rounds == 6


def test_links_lead_somewhere(root: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (root / target).exists(), target


def _without_run(text: str) -> list[str]:
    return [re.sub(r"show \S+", "show RUN", line) for line in text.strip().splitlines()]
