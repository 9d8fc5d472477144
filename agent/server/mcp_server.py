"""playhead as an MCP server: its tools, and the transcripts of the library as resources."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import Resource, ToolAnnotations
from starlette.routing import BaseRoute

from playhead import __version__
from playhead.agent.server.mcp_asking import Asking
from playhead.agent.server.mcp_library import Holdings
from playhead.agent.server.mcp_looking import Looking
from playhead.agent.server.room import Room
from playhead.agent.server.transcripts import spoken
from playhead.tools.errors import PlayheadError
from playhead.tools.words.writing import webvtt

INSTRUCTIONS = (
    "playhead knows recordings: films, lectures, meetings. list_videos says which. ask_video answers with "
    "the seconds that prove it; cite them. search_video and read_transcript are quick; watch shows pictures."
)
TRANSCRIPT = "transcript://"
MOST_SESSIONS = 500
"""Assistants that are connected at once; one that says nothing for half an hour makes room."""


class Server(MCPServer[Any]):
    """Lists a transcript for every recording that there is at the time of asking."""

    def __init__(self, room: Room) -> None:
        super().__init__("playhead", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")
        self._room = room
        for tools in (Asking(room), Looking(room), Holdings(room)):
            for name in tools.TOOLS:
                self.add_tool(getattr(tools, name), annotations=_hints(name))
        told = "What is said in a recording of the library, as a WebVTT file"
        self.resource(TRANSCRIPT + "{video}", name="transcript", description=told, mime_type="text/vtt")(
            self.transcript
        )

    def routes(self) -> list[BaseRoute]:
        """`/mcp` (streamable HTTP), served while `session_manager.run()`; it lets everybody in."""
        open_door = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        return self.streamable_http_app(transport_security=open_door, max_sessions=MOST_SESSIONS).routes

    async def list_resources(self) -> list[Resource]:
        return await asyncio.to_thread(self._transcripts)

    async def transcript(self, video: str) -> str:
        """The WebVTT file of a recording. Raises ResourceNotFoundError."""
        try:
            one = await self._room.recording(video)
            said = await asyncio.to_thread(spoken, self._room.agent.library, one)
        except PlayheadError as error:
            raise ResourceNotFoundError(str(error)) from error
        return webvtt([(memory.span, memory.text) for memory in said])

    def _transcripts(self) -> list[Resource]:
        library = self._room.agent.library
        return [
            Resource(
                uri=TRANSCRIPT + quote(video.id, safe=""),
                name=f"{video.name} (transcript)",
                mime_type="text/vtt",
            )
            for video in library.videos()
            if library.count(video.id).get("speech")
        ]


def _hints(tool: str) -> ToolAnnotations:
    """Nothing is ever destroyed; indexing again does nothing more."""
    reads = tool != "index_video"
    return ToolAnnotations(read_only_hint=reads, destructive_hint=False, idempotent_hint=True)
