"""What all requests of a server share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import anyio
from fastapi import Depends, Request

from playhead.agent.agent import VideoAgent
from playhead.agent.server.asking import Asks
from playhead.agent.server.recordings import named
from playhead.agent.server.stills import Stills

DECODERS = 4


class Room:
    """The agent and all that goes on with it; entered when the server starts, left when it stops."""

    def __init__(self, agent: VideoAgent) -> None:
        self.agent = agent
        self.asks = Asks(agent)
        self.stills = Stills()
        self.decoders = anyio.CapacityLimiter(DECODERS)
        """Holds back who wants pictures or sound decoded while that many others do."""
        self._scratch: TemporaryDirectory[str] = TemporaryDirectory(prefix="playhead-")

    @property
    def scratch(self) -> Path:
        """A folder for files that live no longer than a request."""
        return Path(self._scratch.name)

    async def __aenter__(self) -> Room:
        await asyncio.to_thread(lambda: self.agent.library)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.asks.aclose()
        await self.agent.aclose()
        self._scratch.cleanup()

    async def known(self, references: Sequence[str]) -> tuple[str, ...]:
        """The ids of recordings named by id, name or title. Raises UsageError for what the library lacks."""
        library = self.agent.library
        return tuple(await asyncio.to_thread(lambda: [named(library, name).id for name in references]))


def _room(request: Request) -> Room:
    found: Room = request.app.state.room
    return found


Here = Annotated[Room, Depends(_room)]
"""The room, as a parameter of a route."""
