"""Guards on the shape of the project: packages, import direction, import cost, no side effects."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("prompts", "tools", "agent", "eval")
HEAVY = (
    "torch",
    "transformers",
    "vllm",
    "rapidocr",
    "faster_whisper",
    "scenedetect",
    "chromadb",
    "langgraph",
)


def sources(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*.py") if "_root" not in path.parts]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""}
    return found


def test_every_package_folder_is_in_the_wheel() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    folders = {
        path.parent.relative_to(ROOT) for layer in LAYERS for path in (ROOT / layer).rglob("__init__.py")
    }
    expected = {".".join(("playhead", *folder.parts)) for folder in folders if "_root" not in folder.parts}
    assert listed == expected | {"playhead"}


def test_types_are_checked_of_the_files_that_are_shipped() -> None:
    found = [path for path in (ROOT / ".typing" / "playhead").iterdir() if path.name != "__pycache__"]
    assert found
    assert all(path.is_symlink() for path in found)


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_down(layer: str) -> None:
    above = {f"playhead.{name}" for name in LAYERS[LAYERS.index(layer) + 1 :]} | {"playhead.cli"}
    for path in sources(layer):
        wrong = {name for name in imports(path) if any((name + ".").startswith(top + ".") for top in above)}
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def test_only_their_homes_import_langgraph_and_chroma() -> None:
    for path in (file for layer in LAYERS for file in sources(layer)):
        tops = {name.split(".")[0] for name in imports(path)}
        assert "langgraph" not in tops or path.is_relative_to(ROOT / "agent"), path
        assert "chromadb" not in tops or path.is_relative_to(ROOT / "tools" / "stores"), path


def test_import_is_fast_and_loads_nothing_heavy() -> None:
    code = f"import sys, playhead; print([m for m in {HEAVY!r} + ('numpy', 'typer') if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
    bare, ours = (min(_seconds(code) for _ in range(5)) for code in ("pass", "import playhead"))
    assert ours - bare < 0.05


def _seconds(code: str) -> float:
    """CPU seconds of an interpreter that runs `code`; the clock on the wall belongs to other programs too."""
    before = os.times()
    subprocess.check_call([sys.executable, "-c", code])
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system
