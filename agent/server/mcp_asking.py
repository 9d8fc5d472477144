"""MCP tools that answer and find; names and descriptions are what an assistant's model reads."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Annotated

from pydantic import Field
from starlette.requests import Request as HttpRequest

from playhead.agent.loop.ledger import line_of
from playhead.agent.request import Request
from playhead.agent.server import citing
from playhead.agent.server.mcp_calls import Call, Result, Telling, for_the_model, result
from playhead.agent.server.room import Room
from playhead.agent.server.sending import client_of
from playhead.tools.arguments import Names, Seconds
from playhead.tools.types import Kind

Several = Annotated[
    tuple[str, ...], Names, Field(description="recordings by id, file name or title; none: the whole library")
]


class Asking:
    """Answers and hits, with their seconds."""

    TOOLS = ("ask_video", "search_video")

    def __init__(self, room: Room) -> None:
        self._room = room

    async def ask_video(
        self,
        call: Call,
        question: Annotated[str, Field(description="a question that stands on its own")],
        videos: Several = (),
        options: Annotated[tuple[str, ...], Field(description="choices, if one has to be picked")] = (),
        before_s: Annotated[
            Seconds | None, Field(description="know nothing that comes later, in seconds")
        ] = None,
    ) -> Result:
        """Answer a question about recordings, with the seconds that prove it.

        Looks as often as it must, so it takes seconds to minutes. Says so when the recordings do not answer.
        """
        tell = Telling(call)
        with for_the_model():
            scope = await self._room.named(videos)
            begun = self._room.questions.begin(
                Request(question, scope, options, before_s), client=_client(call)
            )
            async with aclosing(self._room.questions.watch(begun)) as events:
                async for event in events:
                    await tell.event(event)
            answer = begun.answer()
        return result(citing.text(answer), dict(answer))

    async def search_video(
        self,
        query: Annotated[str, Field(description="words or meaning to look for")],
        videos: Several = (),
        kinds: Annotated[
            tuple[Kind, ...], Names, Field(description="only what was heard, read, described…; none: all")
        ] = (),
        limit: Annotated[int, Field(ge=1, le=100)] = 10,
    ) -> Result:
        """Moments that come near to a query, best first, at once and without reasoning."""
        with for_the_model():
            scope = await self._room.known(videos)
            found = await asyncio.to_thread(self._room.agent.search, query, scope, kinds, limit)
        hits = [line_of(line) for line in found]
        shown = [citation.line for citation in citing.citations(hits)]
        return result("\n".join(shown) or "nothing comes near it", {"hits": hits})


def _client(call: Call) -> str:
    """Whose turn a question takes; over stdio there is only one."""
    request = call.request_context.request
    return client_of(request) if isinstance(request, HttpRequest) else ""
