"""A language model decides. What it says is never taken for what was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from playhead.agent.context import Context
from playhead.agent.loop import confidence, prompting
from playhead.agent.loop.asking import Ask, ask, ask_answer, measure, numbers, share
from playhead.agent.loop.ledger import repeated
from playhead.agent.loop.offer import offered
from playhead.agent.loop.replies import read_plan, read_whole
from playhead.agent.loop.schemas import option_index, plan_schema, reflect_schema
from playhead.agent.state import Draft, Plan, Reflection, State
from playhead.tools.protocols import ChatReply
from playhead.tools.serving.structured import fits
from playhead.tools.types import Evidence


class LlmPolicy:
    """The `planner` model plans and answers; the `reflector`, or else the planner, weighs evidence."""

    name = "llm"

    async def plan(self, state: State, context: Context) -> Plan:
        """What was decided with the last reflection, unless it has been done; else asked for by itself."""
        decided = state.reflection.following if state.reflection else None
        if decided is not None and (fresh := _fresh(decided, state)) is not None:
            return fresh
        schema = plan_schema(offered(context), context.config.calls_per_round)
        task = prompting.planning(state, context)
        plan, _ = await ask(Ask("plan", task, schema), read_plan, state, context)
        return plan

    async def reflect(self, state: State, context: Context) -> Reflection:
        """The verdict and, from a model that plans as well, the calls of the next round in the same reply."""
        count, plans = len(state.options), _plans_too(state, context)
        tools = offered(context) if plans else ()
        schema = reflect_schema(count, tools, context.config.calls_per_round)
        task = prompting.weighing(state, context, plans=plans)
        wanted = Ask("reflect", task, schema, roles=("reflector", "planner"))
        data, reply = await ask(wanted, read_verdict(count), state, context)
        option, cites = option_index(data.get("option"), count), numbers(data["cites"])
        signals = measure(share(data["confidence"]), data["candidate"], option, cites, reply, state)
        return Reflection(
            sufficient=data["sufficient"],
            confidence=confidence.blend(signals),
            missing=data["missing"].strip(),
            candidate=data["candidate"].strip(),
            option=option,
            signals=signals,
            cites=cites,
            following=read_plan(replace(reply, data=data)) if "calls" in data else None,
        )

    async def evidence(self, state: State, context: Context) -> tuple[Evidence, ...]:  # noqa: ARG002
        """Nothing beyond the ledger: a model cites what tools found."""
        return ()

    async def answer(self, state: State, context: Context) -> Draft:
        return await ask_answer(prompting.answering(state), state, context)


def read_verdict(option_count: int) -> Callable[[ChatReply], Mapping[str, Any] | None]:
    """A reader of reflections; calls that cannot be read leave the verdict as it is."""
    schema = reflect_schema(option_count)

    def read(reply: ChatReply) -> Mapping[str, Any] | None:
        data = reply.data or read_whole(reply.text)
        bare = {name: value for name, value in data.items() if name != "calls"}
        return data if fits(bare, schema) else None

    return read


def _plans_too(state: State, context: Context) -> bool:
    """Whether one model plans and weighs, and there is a round left to plan for."""
    planner, reflector = context.models.get("planner"), context.models.get("reflector")
    one = reflector is None or (planner is not None and planner.name == reflector.name)
    return one and state.round + 1 < context.meter.budget.rounds


def _fresh(decided: Plan, state: State) -> Plan | None:
    """The decided calls that were not made yet; None when all were, since nothing was decided then."""
    calls = tuple(call for call in decided.calls if repeated(call, state.calls, state.ledger) is None)
    return replace(decided, calls=calls) if calls or not decided.calls else None


def create(argument: str = "", **settings: Any) -> LlmPolicy:  # noqa: ARG001
    """The policy; its models come with the context."""
    return LlmPolicy()
