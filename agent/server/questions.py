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
from playhead.agent.private_loop import Stream
from playhead.agent.request import Request, new_run
from playhead.agent.server.line import Line, Ticket
from playhead.agent.server.payloads import Payload, answer_from, payload
from playhead.agent.server.question import LiveQuestion, StoredQuestion
from playhead.agent.server.refusals import NotFoundError
from playhead.agent.server.store import Store
from playhead.tools import registry
from playhead.tools.errors import PlayheadError, UnknownPluginError

log = logging.getLogger(__name__)

STOPPED = ("the server stops", "the question goes on when it starts again")

Events = AsyncGenerator[Event, None] | Stream[Event]


class Questions:
    """For one event loop; `slots` questions are worked on at once."""

    def __init__(self, agent: VideoAgent, store: Store, slots: int) -> None:
        self._agent, self._store = agent, store
        self._line = Line(slots)
        self._live: dict[str, LiveQuestion] = {}
        self._stopping = False

    def begin(
        self, request: Request, *, client: str = "", strategy: str = "", chat: str = "", key: str = ""
    ) -> LiveQuestion:
        """Ask a question on behalf of `client`, by the configured strategy or another one that is listed.

        With a `key` that was used before, the question of that time, unless it failed. Raises UsageError,
        UnknownPluginError and CrowdedError before anything is spent on it.
        """
        if key and (before := self._store.get("ask", f"{client} {key}")):
            if before.get("last", {}).get("event", "answered") == "answered":
                return self.find(before["run"])
            self._store.forget("ask", before["run"])
        stored = StoredQuestion(new_run(), request.checked(), self._listed(strategy), client, chat)
        question = LiveQuestion(stored, outlasts=bool(key))
        ticket = self._join(question)
        try:
            self._store.add("ask", question.run, stored.to_dict(), f"{client} {key}" if key else None)
        except PlayheadError:
            self._line.leave(ticket)
            raise
        return self._start(question, ticket, again=False)

    def resume(self) -> None:
        """Go on with every question that was cut off."""
        for row in self._store.open_rows("ask"):
            question = LiveQuestion(StoredQuestion.from_dict(row))
            self._start(question, self._join(question), again=True)

    def find(self, run: str) -> LiveQuestion:
        """A question that is being answered, or was. Raises NotFoundError when there is none."""
        if run in self._live:
            return self._live[run]
        row = self._store.get("ask", run)
        if row is None or "last" not in row:
            raise NotFoundError(f"there is no question {run[:80]!r}", "see /api/runs")
        return self._ended_before(row)

    def of_chat(self, chat: str) -> LiveQuestion | None:
        """The question of a conversation that is not answered yet."""
        return next((question for question in self._live.values() if question.stored.chat == chat), None)

    async def watch(self, question: LiveQuestion) -> AsyncGenerator[Payload, None]:
        """Its events for the only one who wants to know: leaving early cancels what does not outlast it."""
        try:
            async for event in question.follow():
                yield event
        finally:
            if not question.is_over and not question.outlasts:
                await self.cancel(question.run)

    async def finish(self, question: LiveQuestion) -> Mapping[str, Any]:
        """Its answer for the only one who waits. Raises the PlayheadError that it failed with."""
        async with aclosing(self.watch(question)) as events:
            async for _ in events:
                pass
        return question.answer()

    async def cancel(self, run: str) -> None:
        """End a question and wait until its model request has ended. Raises NotFoundError."""
        if task := self.find(run).task:
            task.cancel()
            await asyncio.wait([task])

    async def aclose(self) -> None:
        """Interrupt what is being answered; it stays in the store, and `resume` goes on with it."""
        self._stopping = True
        tasks = [question.task for question in self._live.values() if question.task]
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

    def _join(self, question: LiveQuestion) -> Ticket:
        """A place in the line; the question is told whenever it changes. Raises CrowdedError."""
        client = question.stored.chat or question.stored.client
        return self._line.join(client, lambda place: question.publish({"event": "waiting", "place": place}))

    def _start(self, question: LiveQuestion, ticket: Ticket, *, again: bool) -> LiveQuestion:
        self._live[question.run] = question
        question.task = asyncio.create_task(self._work(question, ticket, again))
        question.task.add_done_callback(lambda _: self._ended(question, ticket))
        return question

    def _ended(self, question: LiveQuestion, ticket: Ticket) -> None:
        """Whoever follows is told, also of a question that was cancelled before it began."""
        self._line.leave(ticket)
        self._live.pop(question.run, None)
        if question.is_over:
            return
        if self._stopping:
            question.fail(PlayheadError(*STOPPED))
        else:
            question.publish({"event": "cancelled"})
            self._settle(question)

    def _settle(self, question: LiveQuestion) -> None:
        """Note how it ended; its answer is in its trajectory."""
        last = {name: value for name, value in question.last.items() if name != "answer"}
        self._store.put("ask", question.run, {**question.stored.to_dict(), "last": last}, "over")

    def _ended_before(self, row: Mapping[str, Any]) -> LiveQuestion:
        question = LiveQuestion(StoredQuestion.from_dict(row))
        trajectory = self._agent.library.run(question.run) or {"steps": []}
        for step in trajectory["steps"]:
            question.publish(step)
        if row["last"]["event"] == "answered" and trajectory.get("answer"):
            question.publish({"event": "answered", "answer": answer_from(trajectory)})
        elif row["last"]["event"] == "failed":
            question.fail(PlayheadError(row["last"]["cause"], row["last"]["cure"]))
        else:
            question.publish(row["last"])
        return question

    async def _work(self, question: LiveQuestion, ticket: Ticket, again: bool) -> None:
        await ticket.turn
        question.publish({"event": "started", "run": question.run})
        try:
            async with aclosing(await self._events(question.stored, again)) as events:
                last: Payload = {}
                async for event in events:
                    if isinstance(event, Answered):
                        last = payload(event)
                    elif step := payload(event):
                        question.publish(step)
            if any(not line["video_id"] for line in last["answer"]["evidence"]):
                last = {**last, "answer": answer_from(self._agent.library.run(question.run) or {})}
            question.publish(last)  # by now its trajectory is stored
        except Exception as error:
            question.fail(_for_people(error))
        self._settle(question)

    async def _events(self, stored: StoredQuestion, again: bool) -> Events:
        """The run's own, of a conversation or not; of one that was begun before, what is left of it."""
        begun = again and await asyncio.to_thread(self._agent.library.run, stored.run) is not None
        request = stored.request
        if stored.chat:
            session = await asyncio.to_thread(self._agent.chat, resume=stored.chat)
            if begun:
                return session.stream_resumed(stored.run)
            return session.stream(
                request.question,
                request.options,
                videos=request.videos,
                before_s=request.before_s,
                run_id=stored.run,
                strategy=stored.strategy,
            )
        if begun:
            return self._agent.stream_resumed(stored.run)
        request = await self._agent.completed(request) if request.history else request
        return self._agent.events(request, stored.run, stored.strategy)


def _for_people(error: Exception) -> PlayheadError:
    if isinstance(error, PlayheadError):
        return error
    log.error("a question failed", exc_info=error)
    return PlayheadError("something went wrong inside playhead", "the server's log says more")
