"""The node that weighs the evidence and decides whether to stop."""

from __future__ import annotations

from typing import Any, Literal

from langgraph.runtime import Runtime

from playhead.agent.context import Context, LoopConfig
from playhead.agent.deciding import decide
from playhead.agent.events import Reflected
from playhead.agent.state import Reflection, State
from playhead.tools.errors import BudgetExceededError


async def reflect(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """End the round. `stopped_because` is set when the loop is over; the last round is forced to be."""
    context, write = runtime.context, runtime.stream_writer
    number = state.round + 1
    try:
        weighed = None if grown(state) else state.reflection
        reflection, dropped = (
            (weighed, state.dropped)
            if weighed
            else await decide(lambda policy: policy.reflect(state, context), state, context, write)
        )
    except BudgetExceededError as error:
        return {"round": number, "forced": f"budget:{error.limit}", "spent": context.meter.snapshot()}
    forced = "rounds" if number >= context.meter.budget.rounds else ""
    confident = enough(reflection, context.config)
    write(Reflected(number, reflection, "" if confident else forced))
    return {
        "round": number,
        "reflection": reflection,
        "forced": "" if confident else forced,
        "stopped_because": "confident" if confident else "",
        "dropped": dropped,
        "spent": context.meter.snapshot(),
    }


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


def after_reflect(state: State) -> Literal["plan", "answer"]:
    return "answer" if state.forced or state.stopped_because else "plan"
