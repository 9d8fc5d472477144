"""A tool with a bug."""

from __future__ import annotations

from playhead.tools.context import Observation, ToolContext


async def broken(context: ToolContext) -> Observation:
    """Fail."""
    raise KeyError(len(context.videos))
