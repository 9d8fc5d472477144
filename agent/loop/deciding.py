"""Who decides a step: the model under the deadline; once it fails, rules until the run ends."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from playhead.agent.context import Context
from playhead.agent.events import Event, Warned
from playhead.tools.errors import ModelError, ModelRejectedError, ModelTimeoutError, ModelUnreachableError
from playhead.tools.metering import exceeded

if TYPE_CHECKING:
    from playhead.agent.run import Run

T = TypeVar("T")
Write = Callable[[Event], None]
Decision = Callable[["Run"], Awaitable[T]]


async def decide(run: Run, dropped: str, by_model: Decision[T], by_rules: Decision[T]) -> tuple[T, str]:
    """What is decided, and why the model is `dropped` from now on (empty while it is not).

    Raises BudgetExceededError when the time is up, and ModelError when no later call can do better: the
    server refuses for good, or nobody listens there at the first call.
    """
    if dropped:
        return await by_rules(run), dropped
    try:
        return await within(by_model(run), run.context), ""
    except ModelError as error:
        if is_final(error, run.context):
            raise
        run.emit(Warned(f"the model failed, so rules decide from here on: {error}"))
        return await by_rules(run), error.cause


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
