"""How the loop chooses its next calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playhead.agent.events import Planned, Warned
from playhead.agent.loop import prompting
from playhead.agent.loop.asking import Ask, ask
from playhead.agent.loop.deciding import decide
from playhead.agent.loop.ledger import repeated
from playhead.agent.loop.offer import offered
from playhead.agent.loop.replies import read_plan
from playhead.agent.loop.schemas import plan_schema
from playhead.agent.offline import rules
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
    state, config = run.state, run.context.config
    dropped = state.dropped or hopeless(state, 1 if config.first_plan == "model" else 2)

    async def work() -> tuple[Plan, str]:
        if dropped and not state.dropped:
            run.emit(Warned(f"{dropped}, so rules decide from here on"))
        if not state.round and config.first_plan == "rules":
            planned, failed = await rules.plan(run), dropped
        else:
            planned, failed = await decide(run, dropped, _by_model, rules.plan)
        if not planned.calls and not state.ledger:
            run.emit(Warned("the planner would look at nothing, so rules choose this round"))
            planned = await rules.plan(run)
        planned = replace(planned, calls=planned.calls[: config.calls_per_round])
        run.emit(Planned(state.round + 1, planned))
        return planned, failed

    (planned, failed), _ = await run.once("plan", work, tuple[Plan, str])
    run.state = replace(run.state, dropped=failed)
    return planned


async def _by_model(run: Run) -> Plan:
    """What was decided with the last reflection, unless it has been done; else asked for by itself."""
    state, context = run.state, run.context
    decided = state.reflection.following if state.reflection else None
    if decided is not None and (fresh := _fresh(decided, state)) is not None:
        return fresh
    schema = plan_schema(offered(context), context.config.calls_per_round)
    wanted = Ask("plan", prompting.planning(state, context), schema)
    return (await ask(wanted, read_plan, state, context))[0]


def _fresh(decided: Plan, state: State) -> Plan | None:
    """The decided calls that were not made yet; None when all were, since nothing was decided then."""
    calls = tuple(call for call in decided.calls if repeated(call, state.calls, state.ledger) is None)
    return replace(decided, calls=calls) if calls or not decided.calls else None


def hopeless(state: State, first: int) -> str:
    """Why the planner is dropped: every call of its last two rounds failed or had been made before.

    `first` is the first round that it planned.
    """
    last = range(max(first, state.round - USELESS_ROUNDS + 1), state.round + 1)
    made = [[record for record in state.calls if record.round == number] for number in last]
    useless = len(made) == USELESS_ROUNDS and all(r.error or r.repeated for records in made for r in records)
    return f"{USELESS_ROUNDS} rounds of the planner's calls failed or repeated themselves" if useless else ""
