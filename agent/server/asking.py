"""The questions of a server: each waits in the line, is worked on, and is followed by whoever watches.

A question is stored before it waits. One that a stop or a crash cut off goes on under its own run when the
server starts again, behind the last step that was finished.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from playhead.agent.agent import VideoAgent
from playhead.agent.events import Answered, Event
from playhead.agent.request import Request, new_run
from playhead.agent.server.asked import Ask, Asked
from playhead.agent.server.line import Line, Ticket
from playhead.agent.server.refusals import NotFoundError
from playhead.agent.server.store import Store
from playhead.agent.server.told import Told, answer_from, told
from playhead.agent.streaming import Stream
from playhead.tools import registry
from playhead.tools.errors import PlayheadError, UnknownPluginError

log = logging.getLogger(__name__)

STOPPED = ("the server stops", "the question goes on when it starts again")

Events = AsyncGenerator[Event, None] | Stream[Event]


class Asks:
    """For one event loop; `slots` questions are worked on at once."""

    def __init__(self, agent: VideoAgent, store: Store, slots: int) -> None:
        self._agent, self._store = agent, store
        self._line = Line(slots)
        self._live: dict[str, Ask] = {}
        self._stopping = False

    def begin(
        self, request: Request, *, client: str = "", strategy: str = "", chat: str = "", key: str = ""
    ) -> Ask:
        """Ask a question on behalf of `client`, by the configured strategy or another one that is listed.

        With a `key` that was used before, the question of that time, unless it failed. Raises UsageError,
        UnknownPluginError and CrowdedError before anything is spent on it.
        """
        if key and (before := self._store.get("ask", f"{client} {key}")):
            if before.get("last", {}).get("event", "answered") == "answered":
                return self.find(before["run"])
            self._store.forget("ask", before["run"])
        asked = Asked(new_run(), request.checked(), self._listed(strategy), client, chat)
        ask = Ask(asked, outlasts=bool(key))
        ticket = self._line.join(chat or client, lambda place: ask.tell({"event": "waiting", "place": place}))
        try:
            self._store.add("ask", ask.run, asked.to_dict(), f"{client} {key}" if key else None)
        except PlayheadError:
            self._line.leave(ticket)
            raise
        return self._start(ask, ticket, again=False)

    def resume(self) -> None:
        """Go on with every question that was cut off."""
        for row in self._store.open_rows("ask"):
            ask = Ask(Asked.from_dict(row))
            where = ask.asked.chat or ask.asked.client
            ticket = self._line.join(where, lambda place, ask=ask: ask.tell(_waiting(place)))  # type: ignore[misc]
            self._start(ask, ticket, again=True)

    def find(self, run: str) -> Ask:
        """A question that is being answered, or was. Raises NotFoundError when there is none."""
        if run in self._live:
            return self._live[run]
        row = self._store.get("ask", run)
        if row is None or "last" not in row:
            raise NotFoundError(f"there is no question {run[:80]!r}", "see /api/runs")
        return self._ended_before(row)

    def of_chat(self, chat: str) -> Ask | None:
        """The question of a conversation that is not answered yet."""
        return next((ask for ask in self._live.values() if ask.asked.chat == chat), None)

    async def watch(self, ask: Ask) -> AsyncGenerator[Told, None]:
        """Its events for the only one who wants to know: leaving early cancels what does not outlast it."""
        try:
            async for event in ask.follow():
                yield event
        finally:
            if not ask.is_over and not ask.outlasts:
                await self.cancel(ask.run)

    async def finish(self, ask: Ask) -> Mapping[str, Any]:
        """Its answer for the only one who waits. Raises the PlayheadError that it failed with."""
        async with aclosing(self.watch(ask)) as events:
            async for _ in events:
                pass
        return ask.answer()

    async def cancel(self, run: str) -> None:
        """End a question and wait until its model request has ended. Raises NotFoundError."""
        if task := self.find(run).task:
            task.cancel()
            await asyncio.wait([task])

    async def aclose(self) -> None:
        """Interrupt what is being answered; it stays in the store, and `resume` goes on with it."""
        self._stopping = True
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

    def _start(self, ask: Ask, ticket: Ticket, *, again: bool) -> Ask:
        self._live[ask.run] = ask
        ask.task = asyncio.create_task(self._work(ask, ticket, again))
        ask.task.add_done_callback(lambda _: self._ended(ask, ticket))
        return ask

    def _ended(self, ask: Ask, ticket: Ticket) -> None:
        """Whoever follows is told, also of a question that was cancelled before it began."""
        self._line.leave(ticket)
        self._live.pop(ask.run, None)
        if ask.is_over:
            return
        if self._stopping:
            ask.error = PlayheadError(*STOPPED)
            ask.tell({"event": "failed", "cause": ask.error.cause, "cure": ask.error.cure})
        else:
            ask.tell({"event": "cancelled"})
            self._settle(ask)

    def _settle(self, ask: Ask) -> None:
        """Note how it ended; its answer is in its trajectory."""
        last = {name: value for name, value in ask.last.items() if name != "answer"}
        self._store.put("ask", ask.run, {**ask.asked.to_dict(), "last": last}, "over")

    def _ended_before(self, row: Mapping[str, Any]) -> Ask:
        ask = Ask(Asked.from_dict(row))
        trajectory = self._agent.library.run(ask.run) or {"steps": []}
        for step in trajectory["steps"]:
            ask.tell(step)
        if row["last"]["event"] == "answered" and trajectory.get("answer"):
            ask.tell({"event": "answered", "answer": answer_from(trajectory)})
            return ask
        ask.tell(row["last"])
        if row["last"]["event"] == "failed":
            ask.error = PlayheadError(row["last"]["cause"], row["last"]["cure"])
        return ask

    async def _work(self, ask: Ask, ticket: Ticket, again: bool) -> None:
        await ticket.turn
        ask.tell({"event": "started", "run": ask.run})
        try:
            async with aclosing(await self._events(ask.asked, again)) as events:
                last: Told = {}
                async for event in events:
                    if isinstance(event, Answered):
                        last = told(event)
                    elif told_now := told(event):
                        ask.tell(told_now)
            if any(not line["video_id"] for line in last["answer"]["evidence"]):
                last = {**last, "answer": answer_from(self._agent.library.run(ask.run) or {})}
            ask.tell(last)  # by now its trajectory is stored
        except Exception as error:
            ask.error = _told_to_people(error)
            ask.tell({"event": "failed", "cause": ask.error.cause, "cure": ask.error.cure})
        self._settle(ask)

    async def _events(self, asked: Asked, again: bool) -> Events:
        """The run's own, of a conversation or not; of one that was begun before, what is left of it."""
        begun = again and await asyncio.to_thread(self._agent.library.run, asked.run) is not None
        request = asked.request
        if asked.chat:
            session = await asyncio.to_thread(self._agent.chat, resume=asked.chat)
            if begun:
                return session.stream_resumed(asked.run)
            return session.stream(
                request.question,
                request.options,
                videos=request.videos,
                before_s=request.before_s,
                run_id=asked.run,
                strategy=asked.strategy,
            )
        if begun:
            return self._agent.stream_resumed(asked.run)
        request = await self._agent.completed(request) if request.history else request
        return self._agent.events(request, asked.run, asked.strategy)


def _waiting(place: int) -> Told:
    return {"event": "waiting", "place": place}


def _told_to_people(error: Exception) -> PlayheadError:
    if isinstance(error, PlayheadError):
        return error
    log.error("a question failed", exc_info=error)
    return PlayheadError("something went wrong inside playhead", "the server's log says more")
