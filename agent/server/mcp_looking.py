"""MCP tools that show and read one recording; names and descriptions are what an assistant's model reads."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

import anyio
from mcp.types import ContentBlock
from pydantic import Field

from playhead.agent.server.mcp_calls import Result, for_the_model, result
from playhead.agent.server.mcp_pictures import MOST_PICTURES, pictures
from playhead.agent.server.room import Room
from playhead.agent.server.transcripts import spoken
from playhead.agent.terminal.overview_console import overview_lines
from playhead.tools.arguments import Seconds
from playhead.tools.timecode import clock_range

One = Annotated[str, Field(description="a recording of the library: its id, file name or title")]
MOST_LINES = 300
"""Lines of a transcript in one reply."""


class Looking:
    """Pictures, words and the outline of a recording."""

    TOOLS = ("watch", "read_transcript", "overview_video")

    def __init__(self, room: Room) -> None:
        self._room = room

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
            one = await self._room.recording(video)
            look = partial(pictures, one, at_s, start_s, end_s, count, side_px)
            return await anyio.to_thread.run_sync(look, limiter=self._room.decoders)

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
            one = await self._room.recording(video)
            said = await asyncio.to_thread(spoken, self._room.agent.library, one, start_s, end_s)
        shown, rest = said[:MOST_LINES], said[MOST_LINES:]
        text = [f"{clock_range(memory.span)} {memory.text}" for memory in shown]
        text += [f"{len(rest)} more lines: go on with start_s={rest[0].span.start_s:g}"] if rest else []
        lines = [
            {"start_s": memory.span.start_s, "end_s": memory.span.end_s, "text": memory.text}
            for memory in shown
        ]
        data = {"video": one.name, "video_id": one.id, "lines": lines, "lines_left": len(rest)}
        return result("\n".join(text) or "nothing is said there, as far as is known", data)

    async def overview_video(self, video: One) -> Result:
        """What a recording is about: summary, chapters, topics, key moments and who speaks, with times."""
        with for_the_model():
            one = await self._room.recording(video)
            found = await self._room.agent.aoverview(one.id)
        return result("\n".join(overview_lines(found)), found.to_dict())
