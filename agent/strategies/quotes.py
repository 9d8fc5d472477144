"""No model at all: what was heard, read and noted is searched, and the answer is a quote, a time, a count or
the option that the words support. The default without a model."""

from __future__ import annotations

from dataclasses import replace

from playhead.agent.events import Planned, Reflected
from playhead.agent.loop.rounds import enough
from playhead.agent.offline import rules
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info

INFO = Info(
    idea="rules search the words and quote them, without any model",
    uses=("speech", "screen text"),
    calls="0 without a model that sees; with one, those of a look through the video",
    most_calls=12,
    model=False,
    baseline=True,
)


async def answer(run: Run) -> Draft:
    """Search for the question and its likeliest options, read the places that speak for the answer, quote
    them."""
    because = "rounds"
    for number in range(1, run.context.meter.budget.rounds + 1):
        planned = await rules.plan(run)
        run.report(Planned(number, planned))
        if not planned.calls:
            because = "exhausted"
            break
        await run.call(*planned.calls)
        reflection = await rules.weigh(run)
        done = enough(reflection, run.context.config)
        last = number == run.context.meter.budget.rounds and not done
        run.state = replace(run.state, round=number, reflection=reflection)
        run.report(Reflected(number, reflection, "rounds" if last else ""))
        if done:
            because = "confident"
            break
    return replace(await rules.answer(run), because=because)
