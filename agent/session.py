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
from playhead.agent.followups.standalone import standalone
from playhead.agent.ledger import add, renumber
from playhead.agent.loop import PrivateLoop
from playhead.agent.request import Request, new_run
from playhead.agent.result import Answer
from playhead.agent.state import Turn
from playhead.agent.trace import clean, line_of
from playhead.agent.wiring import Setup
from playhead.tools.errors import UsageError
from playhead.tools.indexing import resolve
from playhead.tools.metering import Meter, Metered
from playhead.tools.types import Evidence, Span, Usage, Vectors

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
        self.history: tuple[Turn, ...] = ()
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

    async def stream(self, question: str, options: Sequence[str] = ()) -> AsyncGenerator[Event, None]:
        """The events of the next question; the turn is saved before `Answered` is yielded."""
        request = replace(self._scope, question=question, options=tuple(options), asked=question).checked()
        request = await self._loop.arun(self._complete(request))
        async with aclosing(self._agent.events(request)) as events:
            async for event in events:
                if isinstance(event, Answered):
                    self._remember(question, event.answer)
                    await asyncio.to_thread(self.save)
                yield event

    def save(self) -> None:
        """Store the conversation in the library, for `resume`."""
        data = {
            "session": self.id,
            "question": self.history[0].question if self.history else "",
            "references": list(self._scope.videos),
            "subtitles": list(self._scope.subtitles),
            "before_s": self._scope.before_s,
            "turns": [{"question": turn.question, "answer": turn.answer} for turn in self.history],
            "evidence": [line_of(line) for line in self.evidence],
            "near": [line_of(line) for line in self._last_cited],
        }
        self._setup.library().put_run(self.id, clean(data, self._setup.secrets))

    def restore(self, data: Mapping[str, Any]) -> None:
        """Continue from what `save` stored; its videos hold unless others were given."""
        self.history = tuple(Turn(turn["question"], turn["answer"]) for turn in data["turns"])
        self.evidence = renumber(_line(line) for line in data["evidence"])
        self._last_cited = tuple(_line(line) for line in data.get("near", ()))
        if not self._scope.videos:
            self._scope = replace(
                self._scope,
                videos=tuple(data["references"]),
                subtitles=tuple(data["subtitles"]),
                before_s=data["before_s"],
            )

    async def _complete(self, request: Request) -> Request:
        """The request with its question made to stand alone, and what the conversation knows."""
        meter = Meter(self._setup.config.budget)
        planner = self._setup.models.get("planner")
        model = Metered(planner, "planner", meter) if planner else None
        follow = await standalone(request.question, self.history, model, self._embed)
        return replace(
            request,
            question=follow.question,
            history=self.history,
            kept=self.evidence[-MOST_EVIDENCE:],
            near=self._last_cited if follow.leans else (),
            spent=meter.by_role(),
        )

    def _embed(self, texts: Sequence[str]) -> Vectors:
        return self._setup.library().embedder.embed_texts(list(texts))

    def _remember(self, question: str, answer: Answer) -> None:
        self.history = (*self.history, Turn(question, answer.text))
        self.answers = (*self.answers, answer)
        self.evidence = add(self.evidence, answer.evidence, MOST_NUMBERED)[0]
        self._last_cited = answer.evidence or self._last_cited

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


def _line(data: Mapping[str, Any]) -> Evidence:
    span = Span(data["start_s"], data["end_s"])
    return Evidence(
        data["video_id"],
        data["video"],
        span,
        data["kind"],
        data["text"],
        data["tool"],
        data["score"],
        data["perceived"],
        origin=data.get("source", ""),
        confidence=data.get("confidence"),
    )
