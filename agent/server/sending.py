"""Events to a browser or a program, as they happen (server-sent events)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import StreamingResponse

from playhead.agent.server.payloads import Payload
from playhead.tools.errors import PlayheadError

T = TypeVar("T")

KEEP_ALIVE_S = 15.0
"""Silence after which a comment is sent, so that nothing on the way gives the connection up."""


class LeftError(PlayheadError):
    """Nobody waits for the reply any more."""


def stream(blocks: AsyncGenerator[str, None]) -> StreamingResponse:
    """Blocks of server-sent events; leaving closes the generator."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_alive(blocks), media_type="text/event-stream", headers=headers)


async def named(events: AsyncGenerator[Payload, None]) -> AsyncGenerator[str, None]:
    """Each event of a question under its own name."""
    async with aclosing(events):
        async for event in events:
            yield block(event, event["event"])


def client_of(request: Request) -> str:
    """Whose turn a question takes: what the client calls itself, else where it comes from."""
    address = request.client.host if request.client else ""
    return request.headers.get("x-playhead-client", "")[:80] or address


def block(data: Any, name: str = "") -> str:
    """One event that holds JSON, under a name if it has one."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n"


async def unless_left(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives; it is cancelled when the client hangs up before, and LeftError raised."""
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait([task, gone], return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise LeftError("the client hung up", "ask again")
        return task.result()
    finally:
        for each in (task, gone):
            each.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _alive(blocks: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    """The blocks, with a comment wherever nothing else is said for long."""
    step = asyncio.ensure_future(anext(blocks, None))
    try:
        while True:
            await asyncio.wait([step], timeout=KEEP_ALIVE_S)
            if not step.done():
                yield ": still here\n\n"
                continue
            if (told := step.result()) is None:
                return
            yield told
            step = asyncio.ensure_future(anext(blocks, None))
    finally:
        step.cancel()
        await asyncio.gather(step, return_exceptions=True)
        await blocks.aclose()
