"""What `from playhead import …` promises is what docs/architecture.md says, and all of it is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import playhead


def test_the_documented_names_are_the_exported_ones(root: Path) -> None:
    table = (root / "docs/architecture.md").read_text("utf-8").partition("## The public surface")[2]
    rows = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named | {"__version__"} == set(playhead.__all__)


def test_every_name_is_there_and_says_what_it_is() -> None:
    for name in set(playhead.__all__) - {"__version__"}:
        assert getattr(playhead, name).__doc__, name


def test_importing_playhead_loads_nothing_heavy() -> None:
    heavy = "{'torch', 'langgraph', 'chromadb', 'numpy'} & set(sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, playhead; print({heavy})"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert told.stdout.strip() == "set()"
