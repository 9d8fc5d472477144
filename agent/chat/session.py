"""A conversation: follow-ups understood from what was said, evidence kept, every turn saved.

A cancelled question leaves the conversation as it was before it. The library keeps conversations under
ids that begin with `chat-`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from playhead.agent.events import Answered, Event
from playhead.agent.followups.standalone import completed
from playhead.agent.loop.ledger import add, line_from, line_of, renumber
from playhead.agent.private_loop import PrivateLoop
from playhead.agent.request import Request, new_run
from playhead.agent.result import Answer
from playhead.agent.state import Turn
from playhead.agent.trace import clean
from playhead.agent.wiring import Setup
from playhead.tools.errors import UsageError
from playhead.tools.indexing import resolve
from playhead.tools.types import Evidence, Usage

if TYPE_CHECKING:
    from playhead.agent.agent import VideoAgent

PREFIX = "chat-"
MOST_NUMBERED = 10_000
MOST_EVIDENCE = 24
"""Evidence lines that the next question begins with; the newest cited ones."""


class Session:
    """Made by `VideoAgent.chat`. Questions are asked one after the other."""

    def __init__(
        self, agent: VideoAgent, setup: Setup, loop: PrivateLoop, scope: Request, session_id: str
    ) -> None:
        self.id = session_id
        self.name = ""
        """What a person calls it; its first question where nobody named it."""
        self.history: tuple[Turn, ...] = ()
        self.runs: tuple[str, ...] = ()
        """The run that answered each turn of `history`; empty where it was not kept."""
        self.evidence: tuple[Evidence, ...] = ()
        """What the answers cited, numbered from 1 as it was first cited; a number is never given twice."""
        self.answers: tuple[Answer, ...] = ()
        """The answers of this sitting."""
        self._last_cited: tuple[Evidence, ...] = ()
        self._agent = agent
        self._setup = setup
        self._loop = loop
        self._scope = scope

    @property
    def videos(self) -> tuple[str, ...]:
        """What the conversation is about, as it was given."""
        return self._scope.videos

    @property
    def subtitles(self) -> tuple[str, ...]:
        """The subtitle files that were given for them."""
        return self._scope.subtitles

    def wait(self, wait_s: float | None) -> None:
        """How long to index at most before each of the next answers; None waits for all of it."""
        self._scope = replace(self._scope, wait_s=wait_s)

    @property
    def usage(self) -> Usage:
        """What this sitting has cost."""
        return sum((answer.usage for answer in self.answers), Usage())

    def ask(self, question: str, options: Sequence[str] = ()) -> Answer:
        """Ask the next question. Raises PlayheadError; a failed question leaves no turn behind."""
        return self._loop.run(self.aask(question, options))

    async def aask(self, question: str, options: Sequence[str] = ()) -> Answer:
        """`ask` for asynchronous code; cancelling it cancels the question, not the conversation."""
        answers = [e.answer async for e in self.stream(question, options) if isinstance(e, Answered)]
        return answers[-1]

    async def stream(
        self,
        question: str,
        options: Sequence[str] = (),
        *,
        videos: Sequence[str] = (),
        before_s: float | None = None,
        run_id: str = "",
        strategy: str = "",
    ) -> AsyncGenerator[Event, None]:
        """The events of the next question; the turn is saved before `Answered` is yielded.

        `videos` and `before_s` hold for this question instead of those of the conversation; the others are
        as in `VideoAgent.events`.
        """
        request = replace(
            self._scope,
            videos=tuple(videos) or self._scope.videos,
            before_s=self._scope.before_s if before_s is None else before_s,
            question=question,
            options=tuple(options),
            asked=question,
            history=self.history,
            kept=self.evidence[-MOST_EVIDENCE:],
            near=self._last_cited,
        ).checked()
        request = await self._loop.arun(completed(self._setup, request))
        async with aclosing(self._agent.events(request, run_id, strategy)) as events:
            async for event in events:
                if isinstance(event, Answered):
                    await asyncio.to_thread(self._remember, question, event.answer)
                yield event

    async def stream_resumed(self, run_id: str) -> AsyncGenerator[Event, None]:
        """`VideoAgent.stream_resumed` for a question of this conversation; it becomes a turn, once."""
        async with aclosing(self._agent.stream_resumed(run_id)) as events:
            async for event in events:
                if isinstance(event, Answered) and run_id not in self.runs:
                    trajectory = await asyncio.to_thread(self._setup.library().run, run_id) or {}
                    await asyncio.to_thread(self._remember, trajectory.get("asked", ""), event.answer)
                yield event

    def save(self) -> None:
        """Store the conversation in the library, for `resume`."""
        data = {
            "session": self.id,
            "name": self.name,
            "question": self.history[0].question if self.history else "",
            "references": list(self._scope.videos),
            "subtitles": list(self._scope.subtitles),
            "before_s": self._scope.before_s,
            "turns": [
                {"question": turn.question, "answer": turn.answer, "run": run}
                for turn, run in zip(self.history, self.runs, strict=True)
            ],
            "evidence": [line_of(line) for line in self.evidence],
            "near": [line_of(line) for line in self._last_cited],
        }
        self._setup.library().put_run(self.id, clean(data, self._setup.secrets))

    def restore(self, data: Mapping[str, Any]) -> None:
        """Continue from what `save` stored; its videos hold unless others were given."""
        self.name = data.get("name", "")
        self.history = tuple(Turn(turn["question"], turn["answer"]) for turn in data["turns"])
        self.runs = tuple(turn.get("run", "") for turn in data["turns"])
        self.evidence = renumber(line_from(line) for line in data["evidence"])
        self._last_cited = tuple(line_from(line) for line in data.get("near", ()))
        if not self._scope.videos:
            self._scope = replace(
                self._scope,
                videos=tuple(data["references"]),
                subtitles=tuple(data["subtitles"]),
                before_s=data["before_s"],
            )

    def _remember(self, question: str, answer: Answer) -> None:
        """Add a turn and save it."""
        self.history = (*self.history, Turn(question, answer.words))
        self.runs = (*self.runs, answer.run)
        self.answers = (*self.answers, answer)
        self.evidence = add(self.evidence, answer.evidence, MOST_NUMBERED)[0]
        if answer.found or not self._last_cited:
            self._last_cited = answer.evidence or self._last_cited
        self.save()

    def numbers(self, answer: Answer) -> tuple[int, ...]:
        """The number in this conversation of each line that an answer of it cites."""
        return add(self.evidence, answer.evidence, MOST_NUMBERED)[1]


def open_session(
    agent: VideoAgent, setup: Setup, loop: PrivateLoop, scope: Request, resume: str | None
) -> Session:
    """A new conversation, or an earlier one by id or `last`.

    Raises UsageError when there is none, MediaError for a video that is neither a file nor in the library.
    """
    for name in scope.videos:
        resolve(name, setup.library())
    if resume is None:
        return Session(agent, setup, loop, scope, PREFIX + new_run())
    library = setup.library()
    if resume == "last":
        resume = next((row["id"] for row in library.runs(10_000) if row["id"].startswith(PREFIX)), "")
    data = library.run(resume) if resume.startswith(PREFIX) else None
    if data is None:
        raise UsageError("there is no such conversation to resume", "start one with: playhead chat VIDEO")
    session = Session(agent, setup, loop, scope, resume)
    session.restore(data)
    return session
