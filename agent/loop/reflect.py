"""How the loop weighs the evidence and decides whether to stop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playhead.agent.context import LoopConfig
from playhead.agent.events import Reflected
from playhead.agent.loop.deciding import decide
from playhead.agent.state import Reflection, State

if TYPE_CHECKING:
    from playhead.agent.run import Run


async def reflect(run: Run) -> str:
    """End the round: why the loop is over, or nothing. The last round is forced to be.

    Raises BudgetExceededError and ModelError.
    """
    state, context = run.state, run.context
    number = state.round + 1
    run.state = replace(state, round=number)

    async def work() -> tuple[Reflection, str]:
        if state.reflection and not grown(state):
            reflection, dropped = state.reflection, state.dropped
        else:
            asked = decide(lambda policy: policy.reflect(state, context), state, context, run.emit)
            reflection, dropped = await asked
        forced = "" if enough(reflection, context.config) else _forced(run, number)
        run.emit(Reflected(number, reflection, forced))
        return reflection, dropped

    (reflection, dropped), _ = await run.once("reflect", work, tuple[Reflection, str])
    run.state = replace(run.state, reflection=reflection, dropped=dropped)
    return "confident" if enough(reflection, context.config) else _forced(run, number)


def _forced(run: Run, number: int) -> str:
    return "rounds" if number >= run.context.meter.budget.rounds else ""


def grown(state: State) -> bool:
    """Whether the calls of this round found anything that no earlier call had."""
    number = state.round + 1
    before = {line for record in state.calls if record.round < number for line in record.numbers}
    return any(set(record.numbers) - before for record in state.calls if record.round == number)


def enough(reflection: Reflection, config: LoopConfig) -> bool:
    """Sufficient and confident, or an option whose token is nearly certain and that evidence endorses."""
    signals = reflection.signals
    certain = (
        signals.get("option_token", 0.0) >= config.option_token_stop and signals.get("endorsed", 0.0) > 0
    )
    return certain or (reflection.sufficient and reflection.confidence >= config.threshold)
