"""How a node asks: the policy under the deadline; once its model fails, the fallback until the run ends."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from playhead.agent.context import Context
from playhead.agent.events import Event, Warned
from playhead.agent.policy import Policy
from playhead.agent.state import State
from playhead.tools.errors import ModelError, ModelRejectedError, ModelTimeoutError, ModelUnreachableError
from playhead.tools.metering import exceeded

Write = Callable[[Event], None]
T = TypeVar("T")


async def decide(
    ask: Callable[[Policy], Awaitable[T]], state: State, context: Context, write: Write
) -> tuple[T, str]:
    """What is decided, and why the model is dropped from now on (empty while it is not).

    Raises BudgetExceededError when the time is up, and ModelError when no later call can do better: the
    server refuses for good, or nobody listens there at the first call.
    """
    if state.dropped:
        return await ask(context.fallback), state.dropped
    try:
        return await within(ask(context.policy), context), ""
    except ModelError as error:
        if is_final(error, context):
            raise
        write(Warned(f"the model failed, so rules decide from here on: {error}"))
        return await ask(context.fallback), error.cause


def is_final(error: ModelError, context: Context) -> bool:
    """Whether no later call can do better: the server refuses, or nobody listened there from the first call
    on."""
    absent = isinstance(error, ModelUnreachableError) and not isinstance(error, ModelTimeoutError)
    return isinstance(error, ModelRejectedError) or (absent and not _answered(context))


def _answered(context: Context) -> bool:
    """Whether any model has replied in this run."""
    return any(usage.output_tokens for usage in context.meter.by_role().values())


async def within(work: Awaitable[T], context: Context) -> T:
    """`work`, cancelled with BudgetExceededError when the run's time is up."""
    left_s = context.meter.left_s()
    try:
        async with asyncio.timeout(left_s if math.isfinite(left_s) else None) as deadline:
            return await work
    except TimeoutError:
        if not deadline.expired():
            raise
        raise exceeded("wall_s", context.meter.budget.wall_s, "run") from None
