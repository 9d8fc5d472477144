"""Doing many slow things at once, bounded: results as they come, the next input made meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import ParamSpec, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Value = TypeVar("Value")
Params = ParamSpec("Params")

AHEAD = 2
"""Inputs made before a worker is free, so that decoding overlaps with waiting for the model."""


async def fan_out(
    items: AsyncGenerator[Item, None], work: Callable[[Item], Awaitable[Result]], parallel: int
) -> AsyncGenerator[Result, None]:
    """`work` on every item, `parallel` at once, in the order they finish.

    At most parallel + AHEAD + 1 items exist at a time. The first failure cancels the rest and is
    raised. Close the iterator (`contextlib.aclosing`) when leaving it early.
    """
    waiting: asyncio.Queue[tuple[Item] | None] = asyncio.Queue(AHEAD)
    finished: asyncio.Queue[tuple[Result] | None] = asyncio.Queue()

    async def feed() -> None:
        async with aclosing(items):
            async for item in items:
                await waiting.put((item,))
        for _ in range(parallel):
            await waiting.put(None)

    async def labour() -> None:
        while (held := await waiting.get()) is not None:
            finished.put_nowait((await work(held[0]),))

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(feed())
            for _ in range(parallel):
                group.create_task(labour())

    running = asyncio.create_task(run())
    running.add_done_callback(lambda _: finished.put_nowait(None))
    try:
        while (result := await finished.get()) is not None:
            yield result[0]
        await _unwrapped(running)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _unwrapped(task: asyncio.Task[None]) -> None:
    try:
        await task
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


async def in_thread(
    function: Callable[Params, Value], /, *args: Params.args, **kwargs: Params.kwargs
) -> Value:
    """`asyncio.to_thread` that, when cancelled, still waits for the thread: it holds an open decoder."""
    task = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
