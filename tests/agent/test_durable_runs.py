"""Strategies of plain Python are gone on with where they died, and nothing is paid for twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.events import Noted, Observed
from playhead.agent.run import Run
from playhead.tools.errors import ModelUnreachableError
from playhead.tools.library import Library
from playhead.tools.metering import Budget
from playhead.tools.models.scripted import ScriptedModel

HERE = Path(__file__).parent
ASKED = 9
"""Model calls of the walk: two for each of four places, and the answer."""


def reply(request: Any) -> Any:
    if request.purpose == "answer":
        return {"found": True, "answer": "The cook.", "cites": [1]}
    return {"word": request.messages[-1].parts[-1][:7]}


@pytest.fixture(autouse=True)
def _house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))


def walked(library: Library, call: int) -> None:
    """Ask in a process that dies at this model call."""
    command = [sys.executable, str(HERE / "killed_walk.py"), str(library.path), str(call)]
    died = subprocess.run(command, check=False, capture_output=True, env={"PYTHONPATH": str(HERE)})
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()


@pytest.mark.parametrize("call", [1, 4, 8])
def test_a_killed_strategy_goes_on_and_pays_nothing_twice(library: Library, call: int) -> None:
    walked(library, call)
    model = ScriptedModel({"*": reply})
    with VideoAgent(model, library) as agent:
        answer = agent.resume("last")
    assert (answer.text, answer.usage.model_calls) == ("The cook.", ASKED)
    assert len(model.requests) == ASKED - (call - 1)
    stored = library.run(answer.run)
    assert stored is not None
    told = [step["event"] for step in stored["steps"]]
    assert (told.count("observed"), told.count("noted")) == (4, 1)


def test_an_observation_that_was_not_yet_recorded_is_told_when_the_run_goes_on(library: Library) -> None:
    walked(library, 8)
    (row,) = library.runs(10)
    stored = library.run(row["id"])
    assert stored is not None
    stored["steps"] = [step for step in stored["steps"] if step["event"] != "observed"][:1]
    library.put_run(row["id"], stored)
    with VideoAgent(ScriptedModel({"*": reply}), library) as agent:
        events = list(agent.stream_resumed("last"))
    assert sum(isinstance(event, Observed) for event in events) == 4


def test_what_is_found_keeps_its_number_side_by_side(make: Callable[..., VideoAgent]) -> None:
    model = ScriptedModel({"*": reply})
    agent = make(model, strategy="house.walk:4")
    events = list(agent.stream("Who hides the key?"))
    (note,) = [event for event in events if isinstance(event, Noted)]
    assert note.data["words"] == [f"place {number}" for number in range(4)]


def test_a_failed_item_of_a_map_is_told_apart(trial: Callable[..., Any]) -> None:
    async def work(run: Run) -> Any:
        async def one(number: int) -> int:
            if number == 1:
                raise ModelUnreachableError("gone")
            return number

        return await run.map(range(3), one)

    mapped, *_ = trial(work)
    assert mapped.done == ((0, 0), (2, 2))
    assert mapped.failed == ((1, "gone"),)


def test_a_spent_budget_ends_a_strategy_with_an_answer_from_the_ledger(
    make: Callable[..., VideoAgent],
) -> None:
    model = ScriptedModel({"*": reply})
    answer = make(model, strategy="house.walk", budget=Budget(model_calls=4)).ask("Who hides the key?")
    assert answer.stopped_because == "budget:model_calls"
    assert answer.evidence
    assert answer.usage.model_calls == 4


def test_a_model_that_fails_midway_leaves_the_quoted_answer(make: Callable[..., VideoAgent]) -> None:
    model = ScriptedModel({"first": reply, "second": ModelUnreachableError("gone"), "answer": reply})
    answer = make(model, strategy="house.walk").ask("Who hides the key?")
    assert (answer.found, answer.stopped_because) == (True, "confident")
