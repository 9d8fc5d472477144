"""The public face: ask videos questions, index them, search what is remembered, talk about them.

agent = VideoAgent(model="openai:Qwen/Qwen3-VL-8B-Instruct", base_url="http://localhost:8000/v1")
answer = agent.ask("Who hides the key?", videos=["film.mkv"], options=["the cook", "the twin"])
answer.text, answer.option, answer.evidence[0].span
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from playhead.agent.base_agent import BaseAgent
from playhead.agent.events import Answered, Event, Indexing
from playhead.agent.pricing import priced, total
from playhead.agent.private_loop import Stream
from playhead.agent.request import Request, listed, new_run
from playhead.agent.result import Answer
from playhead.agent.scope import remember
from playhead.tools import registry
from playhead.tools.types import Evidence, Usage, Video

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool

    from playhead.agent.chat.session import Session
    from playhead.agent.overview import Overview

__all__ = ["Answer", "VideoAgent"]

log = logging.getLogger(__name__)
Reference = str | Path


class VideoAgent(BaseAgent):
    """Answers questions about videos, with a model or without one.

    `model` is `backend:name` or a ChatModel and plays all roles (planner, reflector, captioner, inspector);
    `models` gives single roles their own. Without either, rules answer by quoting evidence. `config` holds
    every other setting; the arguments here go over it. Safe to use from several threads and event loops;
    close it, or use it as a context manager, to free models and the library.
    """

    def ask(
        self,
        question: str,
        videos: Sequence[Reference] | Reference = (),
        options: Sequence[str] = (),
        *,
        before_s: float | None = None,
        subtitles: Sequence[Reference] = (),
        wait_s: float | None = None,
    ) -> Answer:
        """Answer a question about videos (files, folders, library ids; none: the whole library).

        Nothing after `before_s` seconds is known. What must be indexed first is waited for, or only for
        `wait_s` seconds: `Answer.coverage` then says how much was heard by then, and the next question goes
        on. Raises PlayheadError; a video that does not show the answer is no error (`found` is False).
        """
        request = Request.of(question, videos, options, before_s, subtitles, wait_s)
        from playhead.agent.loop.running import run  # LangGraph takes a second to import

        return self._loop.run(_last(run(self._setup, request, new_run())))

    async def aask(
        self,
        question: str,
        videos: Sequence[Reference] | Reference = (),
        options: Sequence[str] = (),
        *,
        before_s: float | None = None,
        subtitles: Sequence[Reference] = (),
        wait_s: float | None = None,
    ) -> Answer:
        """`ask` for asynchronous code; cancelling it interrupts the run, which can be resumed."""
        return await _last(self.events(Request.of(question, videos, options, before_s, subtitles, wait_s)))

    def stream(
        self,
        question: str,
        videos: Sequence[Reference] | Reference = (),
        options: Sequence[str] = (),
        *,
        before_s: float | None = None,
        subtitles: Sequence[Reference] = (),
        wait_s: float | None = None,
    ) -> Stream[Event]:
        """The events of `ask` as they happen, for `async for` or `for`; the last one is `Answered`."""
        return self.events(Request.of(question, videos, options, before_s, subtitles, wait_s))

    async def completed(self, request: Request) -> Request:
        """A request with history, its question made to stand alone (by the planner, or by rules)."""
        from playhead.agent.followups.standalone import completed

        return await self._loop.arun(completed(self._setup, request))

    def events(self, request: Request, run_id: str = "", strategy: str = "") -> Stream[Event]:
        """`stream` for a prepared request, under an id of the caller's and by another strategy, if given.

        Raises UnknownPluginError.
        """
        registry.module("strategies", (strategy or self.config.strategy).partition(":")[0])
        from playhead.agent.loop.running import run

        events = lambda: run(self._setup, request, run_id or new_run(), strategy)  # noqa: E731
        return Stream(self._loop, events, "stream", "ask() gives the answer alone")

    def resume(self, run_id: str) -> Answer:
        """Go on with an interrupted or killed run, or with the `last`; an answered one answers again."""
        from playhead.agent.loop.running import resumed

        return self._loop.run(_last(resumed(self._setup, run_id)))

    def stream_resumed(self, run_id: str) -> Stream[Event]:
        """`resume` as events. Raises UsageError when the library has no such run."""
        from playhead.agent.loop.running import resumed

        events = lambda: resumed(self._setup, run_id)  # noqa: E731
        return Stream(self._loop, events, "stream_resumed", "resume() gives the answer alone")

    def index(
        self, paths: Sequence[Reference] | Reference, *, subtitles: Sequence[Reference] = ()
    ) -> Stream[Indexing]:
        """Index videos now and tell how far it is, for `async for` or `for`; `add` needs no loop.

        Can be stopped and gone on with. A file that cannot be used is told as `failed`; raises MediaError
        when there is no other.
        """
        return Stream(
            self._loop,
            lambda: remember(self._setup, listed(paths), subtitles),
            "index",
            "add() needs no loop",
        )

    def add(
        self, paths: Sequence[Reference] | Reference, *, subtitles: Sequence[Reference] = ()
    ) -> tuple[Video, ...]:
        """`index` without telling how far it is: the videos that are in the library afterwards.

        Files that cannot be used are logged and left out; raises MediaError when there are no others.
        """
        ids = self._loop.run(_ids(remember(self._setup, listed(paths), subtitles)))
        return tuple(video for name in ids if (video := self.library.video(name)))

    def indexing_cost(self) -> tuple[Usage, float | None]:
        """What models have spent in `index` and `add` so far, and the money where they have a price."""
        roles = self._setup.indexing.by_role()
        names = {role: model.name for role, model in self._setup.models.items()}
        return sum(roles.values(), Usage()), total(priced(roles, names, self.config.prices), roles)

    def search(
        self,
        query: str,
        videos: Sequence[Reference] | Reference = (),
        kinds: Sequence[str] = (),
        limit: int = 16,
    ) -> tuple[Evidence, ...]:
        """Search the memory itself, best first: no planner, no model; nothing when nothing comes near.

        Raises UsageError for unknown kinds and videos, LibraryError where nothing is indexed yet.
        """
        from playhead.agent.recalling import recalled

        return recalled(
            self._setup.library(make=False), query, [str(name) for name in listed(videos)], kinds, limit
        )

    def overview(self, video: Reference, *, subtitles: Sequence[Reference] = ()) -> Overview:
        """What one video is about: summary, chapters, topics, key moments and speakers, with their times.

        It is indexed first where it is not yet. Without a model everything is extracted; with one, chapters
        are summarised and merged. Raises PlayheadError.
        """
        return self._loop.run(self._overview(video, subtitles))

    async def aoverview(self, video: Reference, *, subtitles: Sequence[Reference] = ()) -> Overview:
        """`overview` for asynchronous code."""
        return await self._loop.arun(self._overview(video, subtitles))

    async def _overview(self, video: Reference, subtitles: Sequence[Reference]) -> Overview:
        from playhead.agent.overview import look_over

        return await look_over(self._setup, str(video), [str(path) for path in subtitles])

    def chat(
        self,
        videos: Sequence[Reference] | Reference = (),
        *,
        before_s: float | None = None,
        subtitles: Sequence[Reference] = (),
        wait_s: float | None = None,
        resume: str | None = None,
    ) -> Session:
        """A conversation. `wait_s` holds for each question; `resume` goes on with an earlier one: its id, or
        `last`.
        """
        from playhead.agent.chat.session import open_session

        request = Request.of("", videos, (), before_s, subtitles, wait_s)
        return open_session(self, self._setup, self._loop, request, resume)

    def langchain_tools(
        self, videos: Sequence[Reference] | Reference = (), *, before_s: float | None = None
    ) -> list[StructuredTool]:
        """The planner's tools over indexed videos (none: the whole library), for agents built with LangChain.

        A tool's content is what playhead's own planner would read, a failed call its reason; the artifact
        lists the evidence as dictionaries. Raises UsageError for a video that is not indexed.
        """
        from playhead.agent.langchain_tools import offered

        return offered(self._setup, self._loop, listed(videos), before_s)


async def _last(events: AsyncIterator[Event]) -> Answer:
    answers = [event.answer async for event in events if isinstance(event, Answered)]
    return answers[-1]


async def _ids(events: AsyncIterator[Indexing]) -> list[str]:
    found: dict[str, None] = {}
    async for event in events:
        if event.progress.failed:
            log.warning("not indexed: %s", event.progress.message)
        elif event.progress.stage == "done":
            found[event.progress.video_id] = None
    return list(found)
