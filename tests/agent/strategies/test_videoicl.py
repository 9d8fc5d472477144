"""VideoICL: other examples each try, until one is sure."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.config import Config
from playhead.agent.strategies.videoicl import read
from playhead.tools.errors import UsageError
from playhead.tools.models.scripted import ScriptedModel

SAID = {"found": True, "answer": "The cook.", "cites": [1]}


def tried(confidence: float) -> dict[str, Any]:
    return {"answer": "the cook", "times_s": [], "confidence": confidence}


def test_three_tries_have_six_examples(make: Callable[..., Any], tmp_path: Path) -> None:
    store = tmp_path / "store.jsonl"
    rows = [{"question": f"Who hides thing {n}?", "answer": f"person {n}"} for n in range(10)]
    store.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    model = ScriptedModel({"try": [tried(0.3), tried(0.4), tried(0.7)], "answer": SAID})
    config = Config(strategies={"videoicl": {"examples": str(store)}})
    make(model, strategy="videoicl", config=config).ask("Who hides the key?")
    shown = {n for text in model.asked("try") for n in range(10) if f"person {n}<" in text}
    assert len(model.asked("try")) == 3
    assert len(shown) == 6


def test_without_a_store_it_is_one_look(make: Callable[..., Any]) -> None:
    model = ScriptedModel({"try": tried(0.3), "answer": SAID})
    make(model, strategy="videoicl").ask("Who hides the key?")
    assert len(model.asked("try")) == 1


def test_a_store_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "store.jsonl").write_text('{"question": 1}', "utf-8")
    with pytest.raises(UsageError, match="examples"):
        read(str(tmp_path / "store.jsonl"))
