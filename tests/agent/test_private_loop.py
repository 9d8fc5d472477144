from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator

import pytest

from playhead.agent.private_loop import PrivateLoop


@pytest.fixture
def loop() -> Iterator[PrivateLoop]:
    private = PrivateLoop()
    yield private
    private.close()


async def count(limit: int, put_away: threading.Event) -> AsyncGenerator[int, None]:
    try:
        for number in range(limit):
            yield number
        await asyncio.Event().wait()
    finally:
        put_away.set()


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


async def fail() -> None:
    raise ValueError("no")


def test_work_runs_and_errors_come_back(loop: PrivateLoop) -> None:
    assert loop.run(double(4)) == 8
    with pytest.raises(ValueError, match="no"):
        loop.run(fail())


async def test_work_is_awaited_from_another_loop(loop: PrivateLoop) -> None:
    assert await asyncio.gather(*(loop.arun(double(n)) for n in range(3))) == [0, 2, 4]
    with pytest.raises(ValueError, match="no"):
        await loop.arun(fail())


async def test_leaving_a_stream_early_waits_until_things_are_put_away(loop: PrivateLoop) -> None:
    put_away = threading.Event()
    stream = loop.stream(count(3, put_away))
    assert [await anext(stream), await anext(stream)] == [0, 1]
    await stream.aclose()
    assert put_away.is_set()


async def test_cancelling_here_cancels_there(loop: PrivateLoop) -> None:
    put_away, started = threading.Event(), threading.Event()

    async def forever() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            put_away.set()

    task = asyncio.create_task(loop.arun(forever()))
    assert await asyncio.to_thread(started.wait, 300)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert put_away.is_set()


async def test_closing_cancels_what_still_runs_and_the_loop_can_be_used_again() -> None:
    private, put_away = PrivateLoop(), threading.Event()
    stream = private.stream(count(1, put_away))
    assert await anext(stream) == 0
    await asyncio.to_thread(private.close)
    assert put_away.is_set()
    assert await private.arun(double(1)) == 2
    private.close()
    with pytest.raises(asyncio.CancelledError):
        await anext(stream)
