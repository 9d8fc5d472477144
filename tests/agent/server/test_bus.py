"""What a reader of updates gets who was busy while they were published."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from playhead.agent.agent import VideoAgent
from playhead.agent.server.bus import Bus, Update
from playhead.agent.server.reach import Reach
from playhead.agent.server.room import Room


@asynccontextmanager
async def busy_reader(bus: Bus) -> AsyncIterator[Callable[[], asyncio.Future[Update]]]:
    """Follows the bus from now on; what is called gets the next update."""
    async with aclosing(bus.follow()) as updates:
        first = asyncio.ensure_future(anext(updates))
        await asyncio.sleep(0)
        waiting = [first]
        yield lambda: waiting.pop() if waiting else asyncio.ensure_future(anext(updates))


async def test_the_latest_of_each_subject_in_the_order_they_were_published() -> None:
    bus = Bus()
    async with busy_reader(bus) as update:
        for subject, number in [("a", 1), ("b", 2), ("a", 3)]:
            bus.publish("moved", subject, {"number": number})
        got = [await update(), await update()]
    assert [data["number"] for _, data in got] == [2, 3]


async def test_no_stage_of_a_job_is_missed(make: Callable[..., VideoAgent], tmp_path: Path) -> None:
    (tmp_path / "talk.srt").write_text(
        "1\n00:00:01,000 --> 00:00:04,000\nThe copper key hangs behind the clock.\n"
    )
    async with Room(make(), Reach.of([tmp_path])) as room, busy_reader(room.bus) as update:
        job = room.jobs.add([tmp_path / "talk.srt"])
        while job.status != "done":
            await asyncio.sleep(0.01)
        stages: list[str] = []
        while not stages or stages[-1] != "done":
            name, data = await update()
            stages += [data["stage"]] if name == "job" else []
    assert stages[0] == ""
    assert {"probe", "speech"} < set(stages)
