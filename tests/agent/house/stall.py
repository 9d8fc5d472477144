"""A tool that never ends. `started` tells other threads that it runs, `cancelled` that it was stopped."""

from __future__ import annotations

import asyncio
import threading

from playhead.tools.context import Observation, ToolContext

started, cancelled = threading.Event(), threading.Event()


async def stall(context: ToolContext) -> Observation:
    """Wait for ever."""
    started.set()
    try:
        await asyncio.Event().wait()
    finally:
        cancelled.set()
    return Observation("never")
