"""No event loop waits for SQLite or a file in the middle of a question: other questions go on meanwhile."""

from __future__ import annotations

import asyncio
import builtins
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playhead import prompts
from playhead.agent.agent import VideoAgent
from playhead.tools.memory.database import Database
from playhead.tools.models.scripted import ScriptedModel

CALLS = {
    "overview": {},
    "search_memory": {"query": "key"},
    "read_transcript": {"start_s": 0, "end_s": 50},
    "inspect_frames": {"spans": [[0, 3]], "question": "Where?"},
    "caption_clips": {"spans": [[0, 3]]},
    "ask_every_clip": {"question": "Where?"},
    "find_entity": {"name": "cook"},
    "read_screen": {"start_s": 0, "end_s": 9},
}
SCRIPT: dict[str, Any] = {
    "reflect": {"missing": "", "candidate": "", "cites": [1], "sufficient": True, "confidence": 0.9},
    "answer": {"found": True, "answer": "The cook.", "cites": [1]},
    "rewrite": {"question": "Who hides the key?"},
}


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement and every file that was waited for in a thread that runs an event loop."""
    found: list[str] = []

    def watch(owner: Any, name: str, is_ours: Callable[..., bool]) -> None:
        original = getattr(owner, name)

        def watched(*given: Any, **named: Any) -> Any:
            if _in_a_loop() and is_ours(*given):
                found.append(f"{name}{given[-1]!r}"[:200])
            return original(*given, **named)

        monkeypatch.setattr(owner, name, watched)

    for name in ("rows", "value", "run", "many", "transaction"):
        watch(Database, name, lambda *_: True)
    for owner in (builtins, io):
        watch(owner, "open", lambda path, *_: "playhead" in str(path) and not str(path).endswith(".pyc"))
    prompts._environment.cache_clear()
    return found


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@pytest.mark.parametrize("tool", CALLS)
def test_a_conversation_with_a_model(make: Callable[..., VideoAgent], waited: list[str], tool: str) -> None:
    plan = {"thought": "", "calls": [{"tool": tool, "arguments": CALLS[tool]}]}
    session = make(ScriptedModel({**SCRIPT, "plan": plan})).chat(["film.mkv"])
    waited.clear()
    for question in ("Who hides the key?", "And where?"):
        session.ask(question)
    assert waited == []


def test_a_question_without_a_model(
    make: Callable[..., VideoAgent], waited: list[str], tmp_path: Path
) -> None:
    talk = tmp_path / "talk.vtt"
    talk.write_text("WEBVTT\n\n00:05.000 --> 00:08.000\nThe twin sings at dawn.\n")
    agent = make()
    waited.clear()
    assert agent.ask("Who sings at dawn?", [talk], options=["the twin", "the cook"]).option == 0
    assert waited == []
