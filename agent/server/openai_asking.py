"""From a request of OpenAI's API to a question that is being answered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import Request

from playhead.agent import request as asked
from playhead.agent.server.asking import Ask
from playhead.agent.server.mentions import mentioned
from playhead.agent.server.openai_request import Body, Conversation
from playhead.agent.server.refusals import NotFoundError
from playhead.agent.server.room import Room
from playhead.tools import registry


def models(room: Room) -> list[str]:
    """The name of every model, which is one a strategy, the configured one first."""
    first = room.agent.config.strategy.partition(":")[0]
    names = sorted(registry.names("strategies"), key=lambda name: (name != first, name))
    return [f"playhead/{name}" for name in names]


async def begin(room: Room, body: Body, talk: Conversation, request: Request) -> Ask:
    """Ask the question of a conversation. Raises NotFoundError for an unknown model or recording."""
    prefix, _, strategy = body.model.partition("/")
    if f"{prefix}/{strategy.partition(':')[0]}" not in models(room):
        choices = ", ".join(models(room))
        raise NotFoundError(f"there is no model {body.model[:80]!r}", f"choose one of: {choices}")
    named = body.recordings or talk.recordings
    videos = await room.named(named) if named else await asyncio.to_thread(_mentioned, room, talk.texts)
    question = asked.Request(
        talk.question,
        videos,
        tuple(body.options),
        body.before_s,
        history=talk.history,
        asked=talk.question if talk.history else "",
    )
    client = request.client.host if request.client else ""
    return room.asks.begin(question, client=client, strategy=strategy)


def _mentioned(room: Room, texts: Sequence[str]) -> tuple[str, ...]:
    """The recordings that the latest message that names any names."""
    videos = room.agent.library.videos()
    return next((found for text in texts if (found := mentioned(text, videos))), ())
