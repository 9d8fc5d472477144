"""Recordings that are converted while they are played: so many at once, each from its request to its end."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from playhead.agent.server.refusals import refusal

CROWDED = ("too many recordings are converted for players at this moment", "close one, or try again")


class Streams:
    """For one event loop: `most` at once."""

    def __init__(self, most: int) -> None:
        self.most, self.open = most, 0

    def response(self, parts: AsyncGenerator[bytes, None], mime: str) -> StreamingResponse:
        """A reply that sends the parts, or 429 when it would be one too many."""
        return _Converted(self, parts, mime)


class _Converted(StreamingResponse):
    def __init__(self, streams: Streams, parts: AsyncGenerator[bytes, None], mime: str) -> None:
        super().__init__(parts, media_type=mime, headers={"Cache-Control": "no-store"})
        self._streams, self._parts = streams, parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._streams.open >= self._streams.most:
            await refusal(429, *CROWDED)(scope, receive, send)
            return
        self._streams.open += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.open -= 1
            await self._parts.aclose()
