"""Runs that are cancelled, killed, read back and gone on with."""

from __future__ import annotations

import asyncio
import importlib
import logging
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.events import Answered, Event
from playhead.agent.loop.durable import FILE
from playhead.tools.errors import UsageError
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel

Make = Callable[..., VideoAgent]
WHO = "Who hides the key?"
PLAN = {
    "thought": "",
    "calls": [{"tool": "search_memory", "arguments": {"query": "hides the key", "limit": 2}}],
}
STALL = {"thought": "", "calls": [{"tool": "stall", "arguments": {}}]}
REFLECT = {"missing": "", "candidate": "the cook", "cites": [1], "sufficient": True, "confidence": 0.9}
ANSWER = {"found": True, "answer": "The cook.", "cites": [1]}


def last_run(library: Library) -> dict[str, Any]:
    stored = library.run(library.runs()[0]["id"])
    assert stored is not None
    return stored


@pytest.fixture
def stall(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    module = importlib.import_module("house.stall")
    module.started.clear()
    module.cancelled.clear()
    return module


async def test_a_cancelled_run_stops_its_tools_and_is_kept(make: Make, library: Library, stall: Any) -> None:
    agent = make(ScriptedModel({"plan": [STALL]}), actions=["house.stall"])
    task = asyncio.create_task(agent.aask(WHO))
    assert await asyncio.to_thread(stall.started.wait, 300)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stall.cancelled.is_set()
    stored = last_run(library)
    assert (stored["status"], stored["answer"]) == ("interrupted", None)
    assert stored["steps"][0]["event"] == "planned"


async def test_leaving_the_events_early_interrupts_the_run(make: Make, library: Library, stall: Any) -> None:
    events = make(ScriptedModel({"plan": [PLAN], "reflect": [stalls]})).stream(WHO)
    async for _ in events:
        break
    await events.aclose()
    assert last_run(library)["status"] == "interrupted"


async def test_an_interrupted_run_goes_on_where_it_was(make: Make, library: Library, stall: Any) -> None:
    agent = make(ScriptedModel({"plan": [PLAN], "reflect": [stalls]}))
    task = asyncio.create_task(agent.aask(WHO))
    assert await asyncio.to_thread(stall.started.wait, 300)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    run = last_run(library)["run"]
    second = ScriptedModel({"reflect": [REFLECT], "answer": [ANSWER]})
    events = [event async for event in make(second).stream_resumed(run)]
    assert [type(event).__name__ for event in events] == ["Reflected", "Answered"]
    assert second.asked("plan") == []
    check_whole(library, run, events[-1])


async def stalls(_: Any) -> None:
    importlib.import_module("house.stall").started.set()
    await asyncio.Event().wait()


def check_whole(library: Library, run: str, last: Event) -> None:
    assert isinstance(last, Answered)
    assert (last.answer.text, last.answer.run) == ("The cook.", run)
    assert last.answer.usage.model_calls >= 3
    stored = last_run(library)
    assert stored["status"] == "answered"
    assert [step["event"] for step in stored["steps"]] == ["planned", "tool_called", "observed", "reflected"]


def killed(library: Library, moment: str) -> dict[str, Any]:
    """The trajectory of a run whose process died at that moment."""
    script = Path(__file__).with_name("killed_run.py")
    command = [sys.executable, str(script), str(library.path), moment]
    died = subprocess.run(command, check=False, capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    run = last_run(library)
    assert run["status"] == "running"
    return run


def test_a_run_killed_before_its_answer_was_written_pays_for_nothing_again(library: Library) -> None:
    run, model = killed(library, "saving"), ScriptedModel({})
    with VideoAgent(model, library) as agent:
        answer = agent.resume(run["run"])
    assert (answer.text, answer.usage.model_calls, model.requests) == ("The cook.", 2, [])


def test_a_killed_run_is_resumed_by_its_id(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    run = killed(library, "weighing")
    model = ScriptedModel({"reflect": [REFLECT], "answer": [ANSWER]})
    with VideoAgent(model, library) as agent, caplog.at_level(logging.WARNING):
        answer = agent.resume(run["run"])
    assert (answer.text, answer.stopped_because) == ("The cook.", "confident")
    assert answer.evidence[0].number == 1
    assert model.asked("plan") == []
    assert caplog.records == []


def test_an_answered_run_gives_its_answer_again(make: Make) -> None:
    agent = make(ScriptedModel({"plan": [PLAN], "reflect": [REFLECT], "answer": [ANSWER]}))
    answer = agent.ask(WHO)
    assert agent.resume(answer.run).to_dict() == answer.to_dict()


def test_an_unknown_run_cannot_be_resumed(make: Make) -> None:
    with pytest.raises(UsageError, match="no run 'nothing'"):
        make(ScriptedModel({})).resume("nothing")


def test_answered_runs_leave_no_checkpoint(make: Make, library: Library) -> None:
    import sqlite3

    make(ScriptedModel({"plan": [PLAN], "reflect": [REFLECT], "answer": [ANSWER]})).ask(WHO)
    with sqlite3.connect(library.path / FILE) as connection:
        assert connection.execute("SELECT count(*) FROM checkpoints").fetchone() == (0,)


async def test_ask_works_where_a_loop_runs_already(make: Make) -> None:
    agent = make(ScriptedModel({"plan": PLAN, "reflect": REFLECT, "answer": ANSWER}))
    assert agent.ask(WHO).text == "The cook."
    both = await asyncio.gather(agent.aask(WHO), agent.aask("Where is the key?"))
    assert [answer.text for answer in both] == ["The cook.", "The cook."]
