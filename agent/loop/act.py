"""Calls run side by side. Nothing a tool raises ends a run."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playhead.agent.context import Context
from playhead.agent.state import ToolCall
from playhead.tools.errors import BudgetExceededError, ModelError, ModelReplyError, ToolError
from playhead.tools.types import Evidence


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call gave; `limit` is the budget that stopped it, or empty."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    error: bool = False
    limit: str = ""
    wall_s: float = 0.0
    warning: str = ""
    """What a person should know besides: a model that a role cannot use."""
    data: Mapping[str, Any] = field(default_factory=dict)


async def side_by_side(calls: Mapping[str, ToolCall], context: Context) -> dict[str, Outcome]:
    """Run all calls at once; those still running when the time is up are cancelled."""
    left_s = context.meter.left_s()
    tasks = {name: asyncio.create_task(_perform(call, context)) for name, call in calls.items()}
    try:
        if tasks:
            await asyncio.wait(tasks.values(), timeout=left_s if math.isfinite(left_s) else None)
    finally:
        await _cancel([task for task in tasks.values() if not task.done()])
    late = Outcome("stopped: the time of this question is up", error=True, limit="wall_s")
    return {name: late if task.cancelled() else task.result() for name, task in tasks.items()}


async def _cancel(tasks: Sequence[asyncio.Task[Outcome]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _perform(call: ToolCall, context: Context) -> Outcome:
    started_s = time.monotonic()
    try:
        seen = await context.toolbox.call(call.name, call.arguments, context.tools)
    except ToolError as error:
        words = _unusable(error, call.name)
        return Outcome(str(error), error=True, wall_s=time.monotonic() - started_s, warning=words)
    except BudgetExceededError as error:
        return Outcome(error.cause, error=True, limit=error.limit, wall_s=time.monotonic() - started_s)
    evidence = tuple(line for line in seen.evidence if context.tools.knows(line.span))
    return Outcome(seen.text, evidence, wall_s=time.monotonic() - started_s, data=seen.data)


def _unusable(error: ToolError, name: str) -> str:
    """A warning when a model is to blame, and not a single reply of it."""
    cause = error.__cause__
    if isinstance(cause, ModelError) and not isinstance(cause, ModelReplyError):
        return f"{name} goes without its model: {cause}"
    return ""
