"""Every strategy: with a model and without one, its calls are valid, its verdicts in range, and it ends in
one honest answer whose citations exist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playhead.agent.events import Answered, Event, Reflected, ToolCalled
from playhead.agent.strategy import find, load
from playhead.tools import registry
from playhead.tools.errors import ModelUnreachableError, UsageError
from playhead.tools.library import Library
from playhead.tools.metering import Budget
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.toolbox import Toolbox
from tests.contracts.conftest import STRATEGIES, play

SEARCH = {"tool": "search_memory", "arguments": {"query": "the key", "limit": None}}
SCRIPT: dict[str, Any] = {
    "plan": {"thought": "", "calls": [SEARCH]},
    "reflect": {
        "missing": "", "candidate": "", "option": "A", "cites": [1], "sufficient": True, "confidence": 0.9,
    },
    "answer": {"found": True, "option": "A", "answer": "The cook.", "cites": [1, 77]},
    "*": "nothing that any shape fits",
}  # fmt: skip
OPTIONS = ("the cook", "the twin")
pytestmark = pytest.mark.usefixtures("outside")


def without_options(script: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: row[key] for key in row if key != "option"} if isinstance(row, dict) else row
        for name, row in script.items()
    }


def check_steps(events: list[Event], option_count: int) -> None:
    toolbox = Toolbox()
    for event in events:
        if isinstance(event, ToolCalled):
            toolbox.validate(event.call.name, event.call.arguments)
        if isinstance(event, Reflected):
            assert 0 <= event.reflection.confidence <= 1
            assert event.reflection.option in (None, *range(option_count))
            assert all(isinstance(value, float) for value in event.reflection.signals.values())


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("options", [(), OPTIONS])
async def test_with_a_model(told: Library, strategy: str, options: tuple[str, ...]) -> None:
    script = SCRIPT if options else without_options(SCRIPT)
    events = await play(told, ScriptedModel(script), strategy, options=options)
    check_steps(events, len(options))
    last = events[-1]
    assert isinstance(last, Answered)
    assert sum(isinstance(event, Answered) for event in events) == 1
    assert last.answer.text.casefold().startswith("the cook")
    assert last.answer.option == (0 if options else None)
    assert 0 <= last.answer.confidence <= 1
    assert all(line.number != 77 and line.span.end_s <= 6 for line in last.answer.evidence)
    assert last.answer.confidence <= 0.6 or last.answer.evidence
    assert told.run(last.answer.run)["strategy"] == strategy  # type: ignore[index]


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_without_a_model(told: Library, strategy: str) -> None:
    events = await play(told, None, strategy)
    check_steps(events, 0)
    last = events[-1]
    assert isinstance(last, Answered)
    assert last.answer.text
    assert last.answer.found == bool(last.answer.evidence)
    assert last.answer.found or last.answer.stopped_because in ("no_model", "not_found")


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_nothing_after_the_cut_off_is_shown(told: Library, strategy: str) -> None:
    model = ScriptedModel(SCRIPT)
    last = (await play(told, model, strategy, options=OPTIONS, before_s=3.0))[-1]
    assert isinstance(last, Answered)
    assert all(line.span.end_s <= 3 for line in last.answer.evidence)
    assert all("finds the key" not in text for text in model.asked("answer"))


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_server_that_was_never_there_is_said(told: Library, strategy: str) -> None:
    gone = ScriptedModel({"*": ModelUnreachableError("gone", "start it")})
    if strategy == "quotes":
        assert isinstance((await play(told, gone, strategy))[-1], Answered)
    else:
        with pytest.raises(ModelUnreachableError, match="gone — start it"):
            await play(told, gone, strategy)


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_spent_budget_ends_in_an_answer(told: Library, strategy: str) -> None:
    last = (await play(told, ScriptedModel(SCRIPT), strategy, options=OPTIONS, budget=Budget(model_calls=0)))[
        -1
    ]
    assert isinstance(last, Answered)
    if strategy != "quotes":
        assert last.answer.stopped_because == "budget:model_calls"
    assert last.answer.text


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_no_video_at_all_is_said(tmp_path: Path, strategy: str) -> None:
    store, embedder = registry.load("stores", "in_memory"), registry.load("embedders", "hashing")
    with Library(tmp_path / "empty", embedder, store) as library:
        if find(strategy)[1].needs == "nothing":
            assert isinstance((await play(library, ScriptedModel(SCRIPT), strategy, videos=[]))[-1], Answered)
        else:
            with pytest.raises(UsageError, match="name a video"):
                await play(library, ScriptedModel(SCRIPT), strategy, videos=[])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_it_says_what_it_is(strategy: str) -> None:
    info = find(strategy)[1]
    assert info.idea
    assert info.calls
    assert set(info.instead) <= set(info.uses)
    assert load(strategy).settings is not None


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_forty_options(told: Library, strategy: str) -> None:
    options = tuple(f"the person number {number}" for number in range(40))
    script = SCRIPT | {"answer": {"found": True, "option": "7", "answer": "Seven.", "cites": [1]}}
    last = (await play(told, ScriptedModel(script), strategy, options=options))[-1]
    assert isinstance(last, Answered)
    assert last.answer.option in (*range(40), None)


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_replies_that_fit_nothing_choose_nothing(told: Library, strategy: str) -> None:
    model = ScriptedModel({"*": "A A A A"})
    last = (await play(told, model, strategy, options=("the horse", "the moon")))[-1]
    assert isinstance(last, Answered)
    assert last.answer.option is None or last.answer.route == "quotes"
