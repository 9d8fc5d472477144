"""What the README shows is what happens: the demo, its answer, the Python, the commands, the links."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from playhead.cli import app
from playhead.tools import registry

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
PROGRAM = Path(sys.executable).parent / "playhead"
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which `playhead demo`, which is what `make demo` runs, has made and indexed its film."""
    folder = tmp_path_factory.mktemp("demo")
    out = run(folder, [str(PROGRAM), "demo", "--folder", str(folder / "films"), "--quiet"])
    assert "9 of 9 as expected" in out, out
    return folder


def run(home: Path, command: list[str]) -> str:
    """What a command prints for a user with this home and nothing configured."""
    here = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "COLUMNS": "120"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLAYHEAD_")}
    done = subprocess.run(command, cwd=home, env=environment | here, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_answer_shown_is_the_answer_given(home: Path) -> None:
    typed, _, shown = blocks("")[0].partition("\n")
    program, *words = shlex.split(typed.removeprefix("$ "))
    assert program == ".venv/bin/playhead"
    assert _without_run(run(home, [str(PROGRAM), *words])) == _without_run(shown)


def test_the_python_runs(home: Path) -> None:
    script = home / "readme.py"
    script.write_text(blocks("python")[0], "utf-8")
    assert run(home, [sys.executable, str(script)]).startswith("The miller, Agnes Lorne, kept a diary")


def test_make_runs_what_is_tested_here(root: Path) -> None:
    recipes = subprocess.check_output(["make", "-n", "-s", "demo", "test"], cwd=root, text=True)
    assert ".venv/bin/playhead demo" in recipes
    assert "-m pytest" in recipes


def test_every_backend_and_command_named_exists() -> None:
    for backend in re.findall(r"--model (\w+):", README):
        assert backend in registry.names("models")
    made = {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }
    groups = {str(group.name) for group in app.registered_groups}
    assert set(re.findall(r"^\| `(\w+)[` ]", README, re.MULTILINE)) == made | groups


def test_settings_shown_are_settings(tmp_path: Path) -> None:
    from playhead.agent.config_layers import load

    file = tmp_path / "playhead.toml"
    file.write_text(blocks("toml")[0], "utf-8")
    assert load({}, file, {}).config.budget.rounds == 6


def test_links_lead_somewhere(root: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (root / target).exists(), target


def _without_run(text: str) -> list[str]:
    lines = (line.rstrip() for line in text.strip().splitlines())
    return [re.sub(r"· \S*playhead show \S+", "show RUN", line) for line in lines]
