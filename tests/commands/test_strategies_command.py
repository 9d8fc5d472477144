"""`playhead strategies`"""

from __future__ import annotations

import json
from typing import Any

from typer.testing import CliRunner

from playhead.__main__ import cli
from playhead.tools import registry


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, ["strategies", *arguments], env={"COLUMNS": "80"})


def test_all_are_listed_in_eighty_columns() -> None:
    printed = run().stdout.splitlines()
    assert all(any(line.startswith(name) for line in printed) for name in registry.names("strategies"))
    assert max(map(len, printed)) <= 80


def test_one_tells_its_source_what_replaces_what_and_its_settings() -> None:
    told = run("videolucy").stdout
    assert "NeurIPS 2025" in told
    assert "without:" in told
    assert "strategies.videolucy.depth = 5" in told


def test_every_published_one_names_its_source_and_what_replaces_what_it_uses() -> None:
    rows = json.loads(run("--json").stdout)
    ours = {"observe", "quotes", "blind", "direct", "topk", "ensemble"}
    assert len(rows) >= 32
    for row in rows:
        if row["name"] not in ours:
            assert row["source"], row["name"]
            assert row["claimed"], row["name"]
            assert all(row["uses"].values()), row["name"]
