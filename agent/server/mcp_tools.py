"""What assistants can do over MCP; names and descriptions are what their models read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import anyio
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, ContentBlock, TextContent
from pydantic import Field

from playhead.agent.ledger import line_of
from playhead.agent.request import Request
from playhead.agent.server import citing
from playhead.agent.server.api.library import row
from playhead.agent.server.mcp_calls import Telling, for_the_model
from playhead.agent.server.mcp_pictures import MOST_PICTURES, pictures
from playhead.agent.server.room import Room
from playhead.agent.server.transcripts import spoken
from playhead.tools.arguments import Names, Seconds
from playhead.tools.timecode import clock, clock_range
from playhead.tools.types import Kind

Call = Context[Any, Any]
Result = Annotated[CallToolResult, dict[str, Any]]
One = Annotated[
    str, Field(description="a recording: its id, file name or title, or a path that may be opened")
]
Several = Annotated[
    tuple[str, ...], Names, Field(description="recordings by id, file name or title; none: the whole library")
]
MOST_LINES = 300
"""Lines of a transcript in one reply."""


class Tools:
    """The tools of one server."""

    def __init__(self, room: Room) -> None:
        self.room = room

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
            scope = await self.room.named(videos)
            ask = self.room.asks.begin(Request(question, scope, options, before_s), client="mcp")
            async with aclosing(self.room.asks.watch(ask)) as events:
                async for event in events:
                    await tell.event(event)
            answer = ask.answer()
        return _result(citing.text(answer), dict(answer))

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
            scope = await self.room.known(videos)
            found = await asyncio.to_thread(self.room.agent.search, query, scope, kinds, limit)
        hits = [line_of(line) for line in found]
        shown = [citation.line for citation in citing.citations(hits)]
        return _result("\n".join(shown) or "nothing comes near it", {"hits": hits})

    async def watch(
        self,
        video: One,
        at_s: Annotated[tuple[Seconds, ...], Field(description="moments, in seconds")] = (),
        start_s: Annotated[Seconds | None, Field(description="or a stretch, looked at evenly")] = None,
        end_s: Annotated[Seconds | None, Field(description="end of the stretch")] = None,
        count: Annotated[int, Field(ge=1, le=MOST_PICTURES, description="pictures of the stretch")] = 6,
        side_px: Annotated[int, Field(ge=64, le=2048, description="longest side of a picture")] = 768,
    ) -> list[ContentBlock]:
        """Pictures of a recording, each with its time, to be looked at."""
        with for_the_model():
            one = await self.room.recording(video)
            look = partial(pictures, one, at_s, start_s, end_s, count, side_px)
            return await anyio.to_thread.run_sync(look, limiter=self.room.decoders)

    async def read_transcript(
        self,
        video: One,
        start_s: Annotated[
            Seconds | None, Field(description="from here; the beginning when left out")
        ] = None,
        end_s: Annotated[Seconds | None, Field(description="to here; the end when left out")] = None,
    ) -> Result:
        """What is said in a recording, word for word, with times."""
        with for_the_model():
            one = await self.room.recording(video)
            said = await asyncio.to_thread(spoken, self.room.agent.library, one, start_s, end_s)
        shown, rest = said[:MOST_LINES], said[MOST_LINES:]
        text = [f"{clock_range(memory.span)} {memory.text}" for memory in shown]
        text += [f"{len(rest)} more lines: go on with start_s={rest[0].span.start_s:g}"] if rest else []
        lines = [
            {"start_s": memory.span.start_s, "end_s": memory.span.end_s, "text": memory.text}
            for memory in shown
        ]
        data = {"video": one.name, "video_id": one.id, "lines": lines, "lines_left": len(rest)}
        return _result("\n".join(text) or "nothing is said there, as far as is known", data)

    async def list_videos(self) -> Result:
        """The recordings of the library, with what is known of each."""
        library = self.room.agent.library
        rows = await asyncio.to_thread(lambda: [row(library, video) for video in library.videos()])
        lines = [f"{one['id'][:12]} {one['name']} {clock(one['duration_s'])}{_known(one)}" for one in rows]
        return _result("\n".join(lines) or "the library is empty", {"videos": rows})

    async def index_video(
        self,
        call: Call,
        path: Annotated[str, Field(description="a file or folder that may be opened")],
    ) -> Result:
        """See, hear and remember a recording now, so that questions about it are answered quickly.

        Tells how far it is. Can be cancelled and called again: it goes on where it was.
        """
        tell = Telling(call)
        job: Mapping[str, Any] = {"status": "cancelled", "warnings": []}
        with for_the_model():
            allowed = await asyncio.to_thread(self.room.reach.path, path)
            async with aclosing(self.room.jobs.watch([allowed])) as moves:
                async for job in moves:
                    await tell.event({**job, "event": "indexing"})
        if job["status"] != "done":
            raise ToolError(job.get("error") or f"the indexing was {job['status']}; call again to go on")
        rows = await asyncio.to_thread(self._inside, allowed)
        await call.notify_resources_changed()
        lines = [f"indexed: {one['id'][:12]} {one['name']}{_known(one)}" for one in rows]
        lines += [f"note: {words}" for words in job["warnings"]]
        return _result("\n".join(lines), {"videos": rows, "warnings": job["warnings"]})

    def _inside(self, place: Path) -> list[dict[str, Any]]:
        """The recordings of the library whose files lie at a place or in it."""
        library = self.room.agent.library
        found = [video for video in library.videos() if Path(video.path).is_relative_to(place)]
        return [row(library, video) for video in found]


def _result(text: str, data: dict[str, Any]) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=data)


def _known(one: dict[str, Any]) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in one["known"].items())
    return f" ({counts})" if counts else ""
