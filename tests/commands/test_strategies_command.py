"""`playhead strategies`"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playhead.tools import registry

Run = Callable[..., Any]
OURS = {"observe", "quotes", "blind", "direct", "topk", "ensemble"}


def test_all_are_listed_in_eighty_columns(playhead: Run) -> None:
    printed = playhead("strategies").out.splitlines()
    assert all(any(line.startswith(name) for line in printed) for name in registry.names("strategies"))
    assert max(map(len, printed)) <= 80


def test_one_tells_its_source_what_replaces_what_and_its_settings(playhead: Run) -> None:
    told = playhead("strategies", "videolucy").out
    assert "NeurIPS 2025" in told
    assert "without:" in told
    assert "strategies.videolucy.depth = 5" in told


def test_every_published_one_names_its_source_and_what_replaces_what_it_uses(playhead: Run) -> None:
    rows = json.loads(playhead("strategies", "--json").out)
    published = [row for row in rows if row["name"] not in OURS]
    assert len(published) >= 26
    for row in published:
        assert row["source"], row["name"]
        assert row["claimed"], row["name"]
        assert all(row["uses"].values()), row["name"]
