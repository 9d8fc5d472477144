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
from playhead.agent.server.reach import LIBRARY_ALONE, Reach
from playhead.agent.server.refusals import NotFoundError
from playhead.agent.server.stills import Stills
from playhead.tools.types import Video

DECODERS = 4


class Room:
    """The agent and all that goes on with it; entered when the server starts, left when it stops."""

    def __init__(self, agent: VideoAgent, reach: Reach = LIBRARY_ALONE) -> None:
        self.agent, self.reach = agent, reach
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
        return tuple(await asyncio.to_thread(lambda: [self._id(name) for name in references]))

    async def recording(self, reference: str) -> Video:
        """A recording of the library by id, name or title. Raises NotFoundError and UsageError."""
        return await asyncio.to_thread(self._video, reference)

    async def named(self, references: Sequence[str]) -> tuple[str, ...]:
        """`known`, and files and folders within reach, which are indexed when a question is asked of them.

        Raises UsageError and MediaError.
        """
        return await asyncio.to_thread(lambda: tuple(map(self._id_or_path, references)))

    def _id(self, reference: str) -> str:
        return self._video(reference).id

    def _video(self, reference: str) -> Video:
        video = self.agent.library.find(reference)
        if video is None:
            raise NotFoundError(
                f"the library holds no video {reference[:200]!r}", "name one that the library lists"
            )
        return video

    def _id_or_path(self, reference: str) -> str:
        video = self.agent.library.find(reference)
        return video.id if video else str(self.reach.path(reference))


def _room(request: Request) -> Room:
    found: Room = request.app.state.room
    return found


Here = Annotated[Room, Depends(_room)]
"""The room, as a parameter of a route."""
