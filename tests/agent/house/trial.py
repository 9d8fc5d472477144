"""A strategy from outside the package that does what a test gives it, and keeps what came out."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info

INFO = Info(idea="does what a test says", calls="1", baseline=True)
work: list[Callable[[Run], Any]] = []
values: list[Any] = []


async def answer(run: Run) -> Draft:
    """The test's work, then the answer."""
    value = work[-1](run)
    values.append(await value if inspect.isawaitable(value) else value)
    return await run.answer()
