from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playhead.agent import trace
from playhead.agent.agent import VideoAgent
from playhead.agent.events import Warned
from playhead.agent.trace import Trace
from playhead.tools.errors import ModelRejectedError, UsageError
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel

KEY = "planted-secret-0123456789"


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    written = Trace("r1", {"question": "who?"})
    written.record(Warned("careful"))
    file = tmp_path / "run.json"
    trace.write(file, written.to_dict())
    data = trace.read(file)
    assert data == json.loads(json.dumps(written.to_dict()))
    assert data["steps"][0]["message"] == "careful"
    assert list(tmp_path.iterdir()) == [file]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    trace.write(file, Trace("old", {}).to_dict())
    with pytest.raises(TypeError):
        trace.write(file, {"version": 1, "bad": object()})
    assert trace.read(file)["run"] == "old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("content", [None, "", "[]", '{"version": 99}'])
def test_other_files_are_no_trajectories(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "run.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(UsageError):
        trace.read(file)


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
