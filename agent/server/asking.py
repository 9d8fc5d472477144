"""Questions that are being answered, each followed by whoever watches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from playhead.agent.agent import VideoAgent
from playhead.agent.events import Answered
from playhead.agent.request import Request, new_run
from playhead.agent.server.told import LAST, Told, told
from playhead.tools import registry
from playhead.tools.errors import PlayheadError, UnknownPluginError, UsageError

log = logging.getLogger(__name__)


class Ask:
    """One question. `follow` tells everything since it was asked, to any number of watchers."""

    def __init__(self, run: str, request: Request, strategy: str) -> None:
        self.run, self.request, self.strategy = run, request, strategy
        self.task: asyncio.Task[None] | None = None
        self.error: PlayheadError | None = None
        """Why it failed."""
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

    @property
    def is_over(self) -> bool:
        """Whether its last event was told."""
        return bool(self._told) and self._told[-1]["event"] in LAST

    def answer(self) -> Mapping[str, Any]:
        """The answer once it was told. Raises the PlayheadError that it failed with."""
        last = self._told[-1] if self._told else {}
        if self.error:
            raise self.error
        if "answer" not in last:
            raise UsageError("the question was cancelled", "ask again")
        found: Mapping[str, Any] = last["answer"]
        return found


class Asks:
    """The questions of a server."""

    def __init__(self, agent: VideoAgent) -> None:
        self._agent = agent
        self._live: dict[str, Ask] = {}

    def begin(self, request: Request, *, client: str = "", strategy: str = "") -> Ask:  # noqa: ARG002
        """Ask a question on behalf of `client`, by the configured strategy or another one that is listed.

        Raises UsageError and UnknownPluginError before anything is spent on it.
        """
        ask = Ask(new_run(), request.checked(), self._listed(strategy))
        self._live[ask.run] = ask
        ask.task = asyncio.create_task(self._answer(ask))
        ask.task.add_done_callback(lambda _: self._ended(ask))
        return ask

    def find(self, run: str) -> Ask:
        """A question that is being answered. Raises UsageError when there is none."""
        if run not in self._live:
            raise UsageError(f"no question {run!r} is being answered", "it may have ended; see /api/runs")
        return self._live[run]

    async def watch(self, ask: Ask) -> AsyncGenerator[Told, None]:
        """Its events for the only one who wants to know: leaving early cancels it."""
        try:
            async for event in ask.follow():
                yield event
        finally:
            if not ask.is_over:
                await self.cancel(ask.run)

    async def finish(self, ask: Ask) -> Mapping[str, Any]:
        """Its answer for the only one who waits. Raises the PlayheadError that it failed with."""
        async with aclosing(self.watch(ask)) as events:
            async for _ in events:
                pass
        return ask.answer()

    async def cancel(self, run: str) -> None:
        """End a question and wait until its model request has ended. Raises UsageError."""
        if task := self.find(run).task:
            task.cancel()
            await asyncio.wait([task])

    async def aclose(self) -> None:
        tasks = [ask.task for ask in self._live.values() if ask.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _listed(self, strategy: str) -> str:
        """A strategy as it was named; a client cannot have outside code imported, as a setting can."""
        if strategy and strategy != self._agent.config.strategy:
            known = registry.names("strategies")
            if strategy.partition(":")[0] not in known:
                cure = f"choose one of: {', '.join(known)}"
                raise UnknownPluginError(f"there is no strategy {strategy[:80]!r}", cure)
        return strategy

    def _ended(self, ask: Ask) -> None:
        """Whoever follows is told, also of a question that was cancelled before it began."""
        if not ask.is_over:
            ask.tell({"event": "cancelled"})
        self._live.pop(ask.run, None)

    async def _answer(self, ask: Ask) -> None:
        ask.tell({"event": "started", "run": ask.run})
        try:
            request = await self._agent.completed(ask.request) if ask.request.history else ask.request
            async with aclosing(self._agent.events(request, ask.run, ask.strategy)) as events:
                last: Told = {}
                async for event in events:
                    if isinstance(event, Answered):
                        last = told(event)
                    elif told_now := told(event):
                        ask.tell(told_now)
            ask.tell(last)  # by now its trajectory is stored
        except Exception as error:
            ask.error = _told_to_people(error)
            ask.tell({"event": "failed", "cause": ask.error.cause, "cure": ask.error.cure})


def _told_to_people(error: Exception) -> PlayheadError:
    if isinstance(error, PlayheadError):
        return error
    log.error("a question failed", exc_info=error)
    return PlayheadError("something went wrong inside playhead", "the server's log says more")
