"""Every policy: its calls are valid, its numbers in range, its citations in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.context import Context
from playhead.agent.loop.ledger import add
from playhead.agent.policy import Policy
from playhead.agent.state import State
from playhead.tools import registry
from playhead.tools.context import ToolContext
from playhead.tools.library import Library
from playhead.tools.metering import Meter
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.toolbox import Toolbox
from playhead.tools.types import Memory, Span, Video

FILM = Video("f" * 24, "film.mkv", "film", 60.0, source="memories", complete=True)
OPTIONS = ("the cook", "the twin", "the gardener")
WEIGHED = {"missing": "", "candidate": "the cook", "option": "A", "cites": [1, 9], "sufficient": True}
REPLIES: dict[str, Any] = {
    "plan": {"thought": "", "calls": [{"tool": "search_memory", "arguments": {"query": "the key"}}]},
    "reflect": {**WEIGHED, "confidence": 95},
    "answer": {"found": True, "option": "A", "answer": "The cook.", "cites": [1]},
}


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    store = registry.load("stores", "in_memory")
    with Library(tmp_path, registry.load("embedders", "hashing"), store) as library:
        library.put_video(FILM)
        for at_s, text in ((10, "The cook hides the key."), (50, "The twin finds the key at midnight.")):
            library.add(FILM.id, [Memory(FILM.id, Span(at_s, at_s + 3), "speech", text)])
        model = ScriptedModel(REPLIES)
        scripted = registry.load("policies", "scripted")
        tools = ToolContext(library, (FILM,))
        yield Context(Toolbox(), tools, scripted, scripted, Meter(), {"planner": model})


@pytest.fixture(params=registry.names("policies"))
def policy(request: pytest.FixtureRequest) -> Policy:
    loaded: Policy = registry.load("policies", request.param)
    assert loaded.name == request.param
    return loaded


def asked(options: tuple[str, ...] = OPTIONS, before_s: float | None = None) -> State:
    return State("Who hides the key?", options=options, videos=(FILM,), before_s=before_s)


async def looked(state: State, policy: Policy, context: Context) -> State:
    """The state after the policy's own calls."""
    for call in (await policy.plan(state, context)).calls:
        seen = await context.toolbox.call(call.name, call.arguments, context.tools)
        state = replace(state, ledger=add(state.ledger, seen.evidence, 80)[0])
    return replace(state, round=1)


async def test_its_first_calls_are_few_and_valid(policy: Policy, context: Context) -> None:
    plan = await policy.plan(asked(), context)
    assert 1 <= len(plan.calls) <= 4
    for call in plan.calls:
        context.toolbox.validate(call.name, call.arguments)


async def test_it_weighs_evidence_in_range(policy: Policy, context: Context) -> None:
    state = await looked(asked(), policy, context)
    reflection = await policy.reflect(state, context)
    assert 0 <= reflection.confidence <= 1
    assert reflection.option == 0
    assert reflection.signals
    assert all(isinstance(value, float) for value in reflection.signals.values())


async def test_its_answer_cites_the_ledger(policy: Policy, context: Context) -> None:
    state = await looked(asked(), policy, context)
    draft = await policy.answer(replace(state, reflection=await policy.reflect(state, context)), context)
    assert draft.found
    assert (draft.option, 0 < draft.confidence <= 1) == (0, True)
    cited = state.evidence(draft.cites)
    assert any(line.text == "The cook hides the key." for line in cited)


async def test_it_answers_in_words_without_options(policy: Policy, context: Context) -> None:
    bare = {
        name: {key: value for key, value in row.items() if key != "option"} for name, row in REPLIES.items()
    }
    context = replace(context, models={"planner": ScriptedModel(bare)})
    state = await looked(asked(()), policy, context)
    draft = await policy.answer(state, context)
    assert draft.option is None
    assert "cook" in draft.text.lower()


async def test_without_evidence_it_does_not_pretend_to_be_sure(policy: Policy, context: Context) -> None:
    tools = replace(context.tools, before_s=5.0)
    reflection = await policy.reflect(asked(before_s=5.0), replace(context, tools=tools))
    assert reflection.confidence < 0.7


async def test_deciding_twice_gives_the_same(policy: Policy, context: Context) -> None:
    state = await looked(asked(), policy, context)
    assert await policy.answer(state, context) == await policy.answer(state, context)
    assert await policy.plan(asked(), context) == await policy.plan(asked(), context)
