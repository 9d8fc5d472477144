"""A language model decides. What it says is never taken for what was seen."""

from __future__ import annotations

from typing import Any

from playhead.agent.context import Context
from playhead.agent.loop import confidence, prompting
from playhead.agent.loop.asking import Ask, ask, ask_answer, measure, numbers, read_object, share
from playhead.agent.loop.offer import offered
from playhead.agent.loop.replies import read_plan
from playhead.agent.loop.schemas import option_index, plan_schema, reflect_schema
from playhead.agent.state import Draft, Plan, Reflection, State
from playhead.prompts import render
from playhead.tools.types import Evidence


class LlmPolicy:
    """The `planner` model plans and answers; the `reflector`, or else the planner, weighs evidence."""

    name = "llm"

    async def plan(self, state: State, context: Context) -> Plan:
        schema = plan_schema(offered(context), context.config.calls_per_round)
        task = prompting.planning(state, context)
        plan, _ = await ask(Ask("plan", task, schema), read_plan, state, context)
        return plan

    async def reflect(self, state: State, context: Context) -> Reflection:
        count = len(state.options)
        schema = reflect_schema(count)
        task = render("reflect", options=state.options)
        wanted = Ask("reflect", task, schema, roles=("reflector", "planner"))
        data, reply = await ask(wanted, read_object(schema), state, context)
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
        )

    async def evidence(self, state: State, context: Context) -> tuple[Evidence, ...]:  # noqa: ARG002
        """Nothing beyond the ledger: a model cites what tools found."""
        return ()

    async def answer(self, state: State, context: Context) -> Draft:
        candidate = state.reflection.candidate if state.reflection else ""
        return await ask_answer(render("answer", options=state.options, candidate=candidate), state, context)


def create(argument: str = "", **settings: Any) -> LlmPolicy:  # noqa: ARG001
    """The policy; its models come with the context."""
    return LlmPolicy()
