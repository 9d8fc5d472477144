"""A tool that ends only when two of its calls run at the same time."""

from __future__ import annotations

import asyncio
from typing import Annotated

from playhead.tools.context import Observation, ToolContext

together = asyncio.Barrier(2)


async def meet(context: ToolContext, who: Annotated[str, "a name"]) -> Observation:
    """Wait for another."""
    await asyncio.wait_for(together.wait(), 300)
    return Observation(f"met {who}")
