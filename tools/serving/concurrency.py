"""How many requests a server gets at once: grows while that brings throughput, shrinks when told to.

Slow start doubles the limit for as long as each doubling raises the measured throughput; afterwards the
limit creeps up by one and backs off when replies take much longer than the best seen (after TCP Vegas,
Brakmo and Peterson 1994, and Netflix's concurrency limits). A 429 cuts it at once.
"""

from __future__ import annotations

import asyncio
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]


@dataclass
class Limiter:
    """Admits at most `limit` requests at once, and moves the limit. Safe across threads and event loops."""

    ceiling: int = 64
    """The most requests ever in flight."""
    start: int = 16
    """Where growth begins; slow replies alone never push the limit below it."""
    tolerance: float = 2.0
    """How many times the best median latency counts as a queue building up at the server."""
    clock: Callable[[], float] = time.monotonic
    limit: float = 0.0
    in_flight: int = 0
    peak: int = 0
    growing: bool = True
    _window: list[float] = field(default_factory=list, repr=False)
    _window_from: float = 0.0
    _best_rate: float = 0.0
    _best_s: float = 0.0
    _cut_at: float = float("-inf")
    _waiters: deque[Waiter] = field(default_factory=deque, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.start = min(self.start, self.ceiling)
        self.limit = self.limit or float(self.start)

    async def acquire(self, *, first: bool = False) -> float:
        """Wait for a slot and return the time it was granted; `first` goes before everybody waiting."""
        with self._lock:
            if self.in_flight < int(self.limit) and (first or not self._waiters):
                self._enter()
                return self.clock()
            loop = asyncio.get_running_loop()
            waiter = (loop, loop.create_future())
            self._waiters.appendleft(waiter) if first else self._waiters.append(waiter)
        try:
            await waiter[1]
        except asyncio.CancelledError:
            self._abandon(waiter)
            raise
        return self.clock()

    def release(self, granted_at: float, *, answered: bool = False, overloaded: bool = False) -> None:
        """Give a slot back; `answered` replies teach the limit, `overloaded` ones cut it."""
        with self._lock:
            saturated = bool(self._waiters) or self.in_flight >= int(self.limit)
            self.in_flight -= 1
            if overloaded:
                self._cut(granted_at)
            elif answered:
                self._learn(self.clock() - granted_at, saturated)
            self._admit()

    def _enter(self) -> None:
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)

    def _admit(self) -> None:
        while self._waiters and self.in_flight < int(self.limit):
            loop, future = self._waiters.popleft()
            try:
                loop.call_soon_threadsafe(_grant, future)
            except RuntimeError:  # that loop is closed, its waiter is gone
                continue
            self._enter()

    def _abandon(self, waiter: Waiter) -> None:
        with self._lock:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
                return
            self.in_flight -= 1
            self._admit()

    def _cut(self, granted_at: float) -> None:
        if granted_at < self._cut_at:  # sent before the last cut: it says nothing about the new limit
            return
        self.growing = False
        self.limit = max(1.0, self.limit * 0.7)
        self._restart_window()
        self._cut_at = self.clock()

    def _restart_window(self) -> None:
        self._window.clear()
        self._window_from = self.clock()

    def _learn(self, latency_s: float, saturated: bool) -> None:
        if not saturated:
            self._restart_window()
            return
        if not self._window and not self._window_from:
            self._window_from = self.clock() - latency_s
        self._window.append(latency_s)
        if len(self._window) < max(self.start, int(self.limit)):
            return
        median_s = statistics.median(self._window)
        rate = len(self._window) / max(1e-6, self.clock() - self._window_from)
        self._move(rate, median_s)
        self._restart_window()

    def _move(self, rate: float, median_s: float) -> None:
        if self.growing and rate > 1.15 * self._best_rate:
            self._best_rate, self._best_s = rate, self._best_s or median_s
            self.limit = min(float(self.ceiling), self.limit * 2)
            return
        if self.growing:
            self.growing = False
            self.limit = max(float(self.start), self.limit * 0.625)
            return
        self._best_s = min(self._best_s * 1.02, median_s)
        if median_s > self.tolerance * self._best_s:
            self.limit = max(min(self.limit, float(self.start)), self.limit * 0.9)
        else:
            self.limit = min(float(self.ceiling), self.limit + 1)


def _grant(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
