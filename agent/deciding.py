"""How a node asks: the policy under the deadline, the fallback when the model fails."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from playhead.agent.context import Context
from playhead.agent.events import Event, Warned
from playhead.agent.policy import Policy
from playhead.tools.errors import ModelError, ModelRejectedError, ModelUnreachableError
from playhead.tools.metering import exceeded

Write = Callable[[Event], None]
T = TypeVar("T")


async def decide(
    ask: Callable[[Policy], Awaitable[T]], context: Context, write: Write, *, starting: bool = False
) -> T:
    """What the policy decides, or the fallback when its model fails.

    Raises BudgetExceededError when the time is up, and ModelError when no later call can do better: the
    server refuses for good, or cannot be reached when the run is `starting`.
    """
    try:
        return await within(ask(context.policy), context)
    except ModelError as error:
        if isinstance(error, ModelRejectedError) or (starting and isinstance(error, ModelUnreachableError)):
            raise
        write(Warned(f"the model failed, so rules decide this step: {error}"))
        return await ask(context.fallback)


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
