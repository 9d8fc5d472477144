"""One round of the loop: its next calls are chosen, and what they found is weighed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from playhead.agent.context import Context, LoopConfig
from playhead.agent.events import Planned, Reflected, Warned
from playhead.agent.loop import confidence, prompting
from playhead.agent.loop.asking import Ask, ask, decide, measure
from playhead.agent.loop.ledger import repeated
from playhead.agent.loop.replies import numbers, read_plan, read_whole, share
from playhead.agent.loop.schemas import offered, option_index, plan_schema, reflect_schema
from playhead.agent.offline import rules
from playhead.agent.state import Plan, Reflection, State
from playhead.tools.protocols import ChatReply
from playhead.tools.serving.structured import fits

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
    dropped = state.dropped or _hopeless(state, 1 if config.first_plan == "model" else 2)

    async def work() -> tuple[Plan, str]:
        if dropped and not state.dropped:
            run.emit(Warned(f"{dropped}, so rules decide from here on"))
        if not state.round and config.first_plan == "rules":
            planned, failed = await rules.plan(run), dropped
        else:
            planned, failed = await decide(run, dropped, _planned, rules.plan)
        if not planned.calls and not state.ledger:
            run.emit(Warned("the planner would look at nothing, so rules choose this round"))
            planned = await rules.plan(run)
        planned = replace(planned, calls=planned.calls[: config.calls_per_round])
        run.emit(Planned(state.round + 1, planned))
        return planned, failed

    (planned, failed), _ = await run.once("plan", work, tuple[Plan, str])
    run.state = replace(run.state, dropped=failed)
    return planned


async def reflect(run: Run) -> str:
    """End the round: why the loop is over, or nothing. The last round is forced to be.

    Raises BudgetExceededError and ModelError.
    """
    state, config = run.state, run.context.config
    number = state.round + 1
    last = "rounds" if number >= run.context.meter.budget.rounds else ""

    async def work() -> tuple[Reflection, str]:
        if state.reflection and not _grown(state):
            reflection, dropped = state.reflection, state.dropped
        else:
            reflection, dropped = await decide(run, state.dropped, _weighed, rules.weigh)
        forced = "" if enough(reflection, config) else last
        run.emit(Reflected(number, reflection, forced))
        return reflection, dropped

    (reflection, dropped), _ = await run.once("reflect", work, tuple[Reflection, str])
    run.state = replace(run.state, round=number, reflection=reflection, dropped=dropped)
    return "confident" if enough(reflection, config) else last


def enough(reflection: Reflection, config: LoopConfig) -> bool:
    """Sufficient and confident, or an option whose token is nearly certain and that evidence endorses."""
    signals = reflection.signals
    certain = (
        signals.get("option_token", 0.0) >= config.option_token_stop and signals.get("endorsed", 0.0) > 0
    )
    return certain or (reflection.sufficient and reflection.confidence >= config.threshold)


def _hopeless(state: State, first: int) -> str:
    """Why the planner is dropped: every call of its last two rounds failed or had been made before.

    `first` is the first round that it planned.
    """
    last = range(max(first, state.round - USELESS_ROUNDS + 1), state.round + 1)
    made = [[record for record in state.calls if record.round == number] for number in last]
    useless = len(made) == USELESS_ROUNDS and all(r.error or r.repeated for records in made for r in records)
    return f"{USELESS_ROUNDS} rounds of the planner's calls failed or repeated themselves" if useless else ""


async def _planned(run: Run) -> Plan:
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


async def _weighed(run: Run) -> Reflection:
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


def _grown(state: State) -> bool:
    """Whether the calls of this round found anything that no earlier call had."""
    number = state.round + 1
    before = {line for record in state.calls if record.round < number for line in record.numbers}
    return any(set(record.numbers) - before for record in state.calls if record.round == number)
