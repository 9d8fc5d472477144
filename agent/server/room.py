"""What all requests of a server share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Request

from playhead.agent.agent import VideoAgent
from playhead.agent.server.asking import Asks
from playhead.agent.server.refusals import NotFoundError


class Room:
    """The agent and all that goes on with it; entered when the server starts, left when it stops."""

    def __init__(self, agent: VideoAgent) -> None:
        self.agent = agent
        self.asks = Asks(agent)

    async def __aenter__(self) -> Room:
        await asyncio.to_thread(lambda: self.agent.library)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.asks.aclose()
        await self.agent.aclose()

    async def known(self, references: Sequence[str]) -> tuple[str, ...]:
        """The ids of recordings named by id, name or title. Raises UsageError for what the library lacks."""
        return tuple(await asyncio.to_thread(lambda: [self._id(name) for name in references]))

    def _id(self, reference: str) -> str:
        video = self.agent.library.find(reference)
        if video is None:
            raise NotFoundError(f"the library holds no video {reference[:200]!r}", "see /api/library")
        return video.id


def _room(request: Request) -> Room:
    found: Room = request.app.state.room
    return found


Here = Annotated[Room, Depends(_room)]
"""The room, as a parameter of a route."""
