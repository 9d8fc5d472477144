"""Events to a browser or a program, as they happen (server-sent events)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator

from fastapi.responses import StreamingResponse

from playhead.agent.server.told import Told

KEEP_ALIVE_S = 15.0
"""Silence after which a comment is sent, so that nothing on the way gives the connection up."""


def stream(events: AsyncGenerator[Told, None]) -> StreamingResponse:
    """Each event under its own name; leaving closes the generator."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_lines(events), media_type="text/event-stream", headers=headers)


async def _lines(events: AsyncGenerator[Told, None]) -> AsyncGenerator[str, None]:
    step = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            await asyncio.wait([step], timeout=KEEP_ALIVE_S)
            if not step.done():
                yield ": still here\n\n"
                continue
            if (event := step.result()) is None:
                return
            yield f"event: {event['event']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"
            step = asyncio.ensure_future(anext(events, None))
    finally:
        step.cancel()
        await asyncio.wait([step])
        await events.aclose()
