"""The adaptive limit, against a simulated server whose time is counted, not waited for."""

from __future__ import annotations

import asyncio
import heapq

import pytest

from playhead.tools.serving.concurrency import Limiter


class Simulation:
    """A server with `slots` and `latency_s`; more requests queue, or are rejected with a 429."""

    def __init__(self, slots: int, latency_s: float = 0.3, rejects: bool = False) -> None:
        self.now_s = 0.0
        self.limiter = Limiter(clock=lambda: self.now_s)
        self.slots, self.latency_s, self.rejects = slots, latency_s, rejects

    async def run(self, requests: int) -> float:
        """Seconds until all are answered."""
        running: list[tuple[float, int, float, bool]] = []
        free = [0.0] * self.slots
        tasks = [asyncio.create_task(self.limiter.acquire()) for _ in range(requests)]
        sent: set[int] = set()
        while len(sent) < requests or running:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            for index, task in enumerate(tasks):
                if task.done() and index not in sent:
                    sent.add(index)
                    heapq.heappush(running, self._serve(index, free, len(running)))
            self.now_s, _, granted_s, rejected = heapq.heappop(running)
            self.limiter.release(granted_s, answered=not rejected, overloaded=rejected)
        return self.now_s

    def _serve(self, index: int, free: list[float], ahead: int) -> tuple[float, int, float, bool]:
        if self.rejects and ahead >= self.slots:
            return self.now_s + 0.01, index, self.now_s, True
        start_s = max(self.now_s, heapq.heappop(free))
        heapq.heappush(free, start_s + self.latency_s)
        return start_s + self.latency_s, index, self.now_s, False


async def test_320_requests_to_16_slots_take_little_more_than_the_ideal() -> None:
    assert await Simulation(slots=16).run(320) <= 1.15 * 320 / 16 * 0.3


async def test_growth_stops_where_throughput_stops() -> None:
    simulation = Simulation(slots=16)
    await simulation.run(600)
    assert 16 <= simulation.limiter.limit <= 40


async def test_a_429_cuts_the_limit_at_once() -> None:
    simulation = Simulation(slots=4, rejects=True)
    await simulation.run(200)
    assert simulation.limiter.limit < simulation.limiter.start


async def test_many_429s_of_one_moment_count_once() -> None:
    limiter = Limiter(start=10, clock=lambda: 1.0)
    granted = [await limiter.acquire() for _ in range(10)]
    for granted_at in granted:
        limiter.release(granted_at - 0.5, overloaded=True)
    assert limiter.limit == 7


async def test_never_more_in_flight_than_the_ceiling() -> None:
    simulation = Simulation(slots=1000)
    simulation.limiter.ceiling = 20
    await simulation.run(500)
    assert simulation.limiter.peak == 20


async def test_the_first_of_the_queue_is_who_asks_to_be() -> None:
    limiter = Limiter(start=1)
    granted = await limiter.acquire()
    order: list[str] = []

    async def wait(name: str, *, first: bool) -> None:
        limiter.release(await limiter.acquire(first=first))
        order.append(name)

    tasks = [asyncio.create_task(wait(name, first=name == "again")) for name in ("new", "again")]
    await asyncio.sleep(0)
    limiter.release(granted)
    await asyncio.gather(*tasks)
    assert order == ["again", "new"]


@pytest.mark.parametrize("granted_first", [True, False])
async def test_a_cancelled_waiter_loses_no_slot(granted_first: bool) -> None:
    limiter = Limiter(start=1)
    granted = await limiter.acquire()
    waiter = asyncio.create_task(limiter.acquire())
    await asyncio.sleep(0)
    if granted_first:
        limiter.release(granted)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    if not granted_first:
        limiter.release(granted)
    assert limiter.in_flight == 0
    await asyncio.wait_for(limiter.acquire(), 300)
