"""Questions that are being answered, each followed by whoever watches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from playhead.agent.agent import VideoAgent
from playhead.agent.request import Request, new_run
from playhead.agent.server.told import LAST, Told, told
from playhead.tools.errors import PlayheadError, UsageError


class Ask:
    """One question. `follow` tells everything since it was asked, to any number of watchers."""

    def __init__(self, run: str, request: Request, strategy: str) -> None:
        self.run, self.request, self.strategy = run, request, strategy
        self.task: asyncio.Task[None] | None = None
        self._told: list[Told] = []
        self._more = asyncio.Event()

    def tell(self, event: Told) -> None:
        self._told.append(event)
        self._more.set()
        self._more = asyncio.Event()

    async def follow(self) -> AsyncGenerator[Told, None]:
        """Its events, the last one being answered, failed or cancelled."""
        told = 0
        while True:
            more = self._more
            for event in self._told[told:]:
                told += 1
                yield event
                if event["event"] in LAST:
                    return
            await more.wait()


class Asks:
    """The questions of a server."""

    def __init__(self, agent: VideoAgent) -> None:
        self._agent = agent
        self._live: dict[str, Ask] = {}

    def begin(self, request: Request, *, client: str = "", strategy: str = "") -> Ask:  # noqa: ARG002
        """Ask a question on behalf of `client`. Raises UsageError before anything is spent on it."""
        ask = Ask(new_run(), request.checked(), strategy)
        self._live[ask.run] = ask
        ask.task = asyncio.create_task(self._answer(ask))
        ask.task.add_done_callback(lambda _: self._live.pop(ask.run, None))
        return ask

    def find(self, run: str) -> Ask:
        """A question that is being answered. Raises UsageError when there is none."""
        if run not in self._live:
            raise UsageError(f"no question {run!r} is being answered", "it may have ended; see /api/runs")
        return self._live[run]

    async def cancel(self, run: str) -> None:
        """End a question and wait until its model request has ended. Raises UsageError."""
        if task := self.find(run).task:
            task.cancel()
            await asyncio.wait([task])

    async def aclose(self) -> None:
        for run in list(self._live):
            await self.cancel(run)

    async def _answer(self, ask: Ask) -> None:
        ask.tell({"event": "started", "run": ask.run})
        try:
            async with aclosing(self._agent.events(ask.request, ask.run, ask.strategy)) as events:
                async for event in events:
                    if told_now := told(event):
                        ask.tell(told_now)
        except asyncio.CancelledError:
            ask.tell({"event": "cancelled"})
        except PlayheadError as error:
            ask.tell({"event": "failed", "cause": error.cause, "cure": error.cure})
