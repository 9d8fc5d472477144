from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from playhead.agent import trace
from playhead.agent.agent import VideoAgent
from playhead.agent.trace import Trace
from playhead.tools.errors import ModelRejectedError
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel

KEY = "planted-secret-0123456789"


def test_keys_are_hidden_wherever_they_stand() -> None:
    facts = {"question": f"is {KEY} safe?", f"at {KEY}": [f"Bearer {KEY}", "sk-abcdefghijklmnop1234"]}
    text = json.dumps(Trace("r1", facts, [KEY]).to_dict())
    assert KEY not in text
    assert "sk-abc" not in text
    assert text.count(trace.HIDDEN) >= 4


def test_infinite_budgets_stay_valid_json() -> None:
    data = Trace("r1", {"budget": {"wall_s": float("inf")}}).to_dict()
    assert json.loads(json.dumps(data, allow_nan=False))["budget"] == {"wall_s": None}


def test_the_key_of_an_agent_is_nowhere_in_the_library(
    make: Callable[..., VideoAgent], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    model = ScriptedModel({"*": ModelRejectedError(f"the key {KEY} is wrong")})
    with pytest.raises(ModelRejectedError):
        make(model).ask("Who hides the key?")
    files = [path.read_bytes() for path in library.path.rglob("*") if path.is_file()]
    assert all(KEY.encode() not in content for content in files)
    stored: Any = library.run(library.runs()[0]["id"])
    assert stored["error"].startswith("the key [hidden] is wrong")
