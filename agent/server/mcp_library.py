"""MCP tools for what the library holds; names and descriptions are what an assistant's model reads."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Annotated, Any

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from playhead.agent.server.api.library import row
from playhead.agent.server.mcp_calls import Call, Result, Telling, for_the_model, result
from playhead.agent.server.room import Room
from playhead.tools.timecode import clock


class Holdings:
    """The recordings that are known, and becoming so."""

    TOOLS = ("list_videos", "index_video")

    def __init__(self, room: Room) -> None:
        self._room = room

    async def list_videos(self) -> Result:
        """The recordings of the library, with what is known of each."""
        library = self._room.agent.library
        rows = await asyncio.to_thread(lambda: [row(library, video) for video in library.videos()])
        lines = [f"{one['id'][:12]} {one['name']} {clock(one['duration_s'])}{_known(one)}" for one in rows]
        return result("\n".join(lines) or "the library is empty", {"videos": rows})

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
            allowed = await asyncio.to_thread(self._room.reach.path, path)
            async with aclosing(self._room.jobs.watch([allowed])) as moves:
                async for job in moves:
                    await tell.event({**job, "event": "indexing"})
        if job["status"] != "done":
            raise ToolError(job.get("error") or f"the indexing was {job['status']}; call again to go on")
        rows = await asyncio.to_thread(self._inside, allowed)
        await call.notify_resources_changed()
        lines = [f"indexed: {one['id'][:12]} {one['name']}{_known(one)}" for one in rows]
        lines += [f"note: {words}" for words in job["warnings"]]
        return result("\n".join(lines), {"videos": rows, "warnings": job["warnings"]})

    def _inside(self, place: Path) -> list[dict[str, Any]]:
        """The recordings of the library whose files lie at a place or in it."""
        library = self._room.agent.library
        found = [video for video in library.videos() if Path(video.path).is_relative_to(place)]
        return [row(library, video) for video in found]


def _known(one: dict[str, Any]) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in one["known"].items())
    return f" ({counts})" if counts else ""
