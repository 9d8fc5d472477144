"""How the loop weighs the evidence and decides whether to stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from playhead.agent.context import Context, LoopConfig
from playhead.agent.events import Reflected
from playhead.agent.loop import confidence, prompting
from playhead.agent.loop.asking import Ask, ask, measure, numbers, share
from playhead.agent.loop.deciding import decide
from playhead.agent.loop.offer import offered
from playhead.agent.loop.replies import read_plan, read_whole
from playhead.agent.loop.schemas import option_index, reflect_schema
from playhead.agent.offline import rules
from playhead.agent.state import Reflection, State
from playhead.tools.protocols import ChatReply
from playhead.tools.serving.structured import fits

if TYPE_CHECKING:
    from playhead.agent.run import Run


async def reflect(run: Run) -> str:
    """End the round: why the loop is over, or nothing. The last round is forced to be.

    Raises BudgetExceededError and ModelError.
    """
    state, config = run.state, run.context.config
    number = state.round + 1

    async def work() -> tuple[Reflection, str]:
        if state.reflection and not grown(state):
            reflection, dropped = state.reflection, state.dropped
        else:
            reflection, dropped = await decide(run, state.dropped, _by_model, rules.weigh)
        forced = "" if enough(reflection, config) else _forced(run, number)
        run.emit(Reflected(number, reflection, forced))
        return reflection, dropped

    (reflection, dropped), _ = await run.once("reflect", work, tuple[Reflection, str])
    run.state = replace(run.state, round=number, reflection=reflection, dropped=dropped)
    return "confident" if enough(reflection, config) else _forced(run, number)


async def _by_model(run: Run) -> Reflection:
    """The verdict and, from a model that plans as well, the calls of the next round in the same reply."""
    state, context = run.state, run.context
    count, plans = len(state.options), _plans_too(state, context)
    schema = reflect_schema(count, offered(context) if plans else (), context.config.calls_per_round)
    task = prompting.weighing(state, context, plans=plans)
    wanted = Ask("reflect", task, schema, roles=("reflector", "planner"))
    data, reply = await ask(wanted, _read_verdict(count), state, context)
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


def _read_verdict(option_count: int) -> Callable[[ChatReply], Mapping[str, Any] | None]:
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
