"""How the loop chooses its next calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playhead.agent.context import Context
from playhead.agent.events import Planned, Warned
from playhead.agent.loop.deciding import Write, decide
from playhead.agent.state import Plan, State

if TYPE_CHECKING:
    from playhead.agent.run import Run

USELESS_ROUNDS = 2
"""Rounds without one new call that worked, after which a planner is not asked again."""


async def plan(run: Run) -> Plan:
    """Choose one to four calls. A plan without calls means that there is nothing left to look at.

    Unless told otherwise, rules make the first plan: it costs no call, and all later decisions have something
    to stand on. Raises BudgetExceededError and ModelError.
    """
    state, context = run.state, run.context
    dropped = state.dropped or hopeless(state, 1 if context.config.first_plan == "model" else 2)

    async def work() -> tuple[Plan, str]:
        if dropped and not state.dropped:
            run.emit(Warned(f"{dropped}, so rules decide from here on"))
        planned, failed = await _planned(replace(state, dropped=dropped), context, run.emit)
        if not planned.calls and not state.ledger:
            run.emit(Warned("the planner would look at nothing, so rules choose this round"))
            planned = await context.fallback.plan(state, context)
        planned = replace(planned, calls=planned.calls[: context.config.calls_per_round])
        run.emit(Planned(state.round + 1, planned))
        return planned, failed

    (planned, failed), _ = await run.once("plan", work, tuple[Plan, str])
    run.state = replace(run.state, dropped=failed)
    return planned


async def _planned(state: State, context: Context, write: Write) -> tuple[Plan, str]:
    if not state.round and context.config.first_plan == "rules":
        known = context.toolbox.names
        planned = await context.fallback.plan(state, context)
        return Plan(tuple(call for call in planned.calls if call.name in known), planned.thought), ""
    return await decide(lambda policy: policy.plan(state, context), state, context, write)


def hopeless(state: State, first: int) -> str:
    """Why the planner is dropped: every call of its last two rounds failed or had been made before.

    `first` is the first round that it planned.
    """
    last = range(max(first, state.round - USELESS_ROUNDS + 1), state.round + 1)
    made = [[record for record in state.calls if record.round == number] for number in last]
    useless = len(made) == USELESS_ROUNDS and all(r.error or r.repeated for records in made for r in records)
    return f"{USELESS_ROUNDS} rounds of the planner's calls failed or repeated themselves" if useless else ""
