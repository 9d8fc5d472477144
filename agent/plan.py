"""The node that chooses the next calls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from langgraph.runtime import Runtime

from playhead.agent.context import Context
from playhead.agent.deciding import decide
from playhead.agent.events import Planned, Warned
from playhead.agent.state import Plan, State
from playhead.tools.errors import BudgetExceededError


async def plan(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask for one to four calls. A plan without calls means that there is nothing left to look at."""
    context, write = runtime.context, runtime.stream_writer
    if helpless(state):
        context = replace(context, policy=context.fallback)
    try:
        planned = await decide(
            lambda policy: policy.plan(state, context), context, write, starting=not state.round
        )
    except BudgetExceededError as error:
        return {"planned": Plan(()), "forced": f"budget:{error.limit}", "spent": context.meter.snapshot()}
    if not planned.calls and not state.ledger:
        write(Warned("the planner would look at nothing, so rules choose this round"))
        planned = await context.fallback.plan(state, context)
    planned = replace(planned, calls=planned.calls[: context.config.calls_per_round])
    write(Planned(state.round + 1, planned))
    forced = "" if planned.calls else "exhausted"
    return {"planned": planned, "forced": forced, "spent": context.meter.snapshot()}


def helpless(state: State) -> bool:
    """Two rounds or more in which no call worked: a planner that cannot write calls will not learn to."""
    return state.round > 1 and not state.ledger and all(record.error for record in state.calls)


def after_plan(state: State) -> Literal["act", "answer"]:
    return "answer" if state.forced else "act"
