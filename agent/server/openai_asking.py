"""From a request of OpenAI's API to a question that is being answered."""

from __future__ import annotations

import asyncio

from fastapi import Request

from playhead.agent import request as asked
from playhead.agent.server.mentions import mentioned, without
from playhead.agent.server.openai_request import Body, Conversation
from playhead.agent.server.payloads import Payload
from playhead.agent.server.question import LiveQuestion
from playhead.agent.server.refusals import NotFoundError
from playhead.agent.server.room import Room
from playhead.agent.server.sending import client_of, unless_left
from playhead.tools import registry


def models(room: Room) -> list[str]:
    """The name of every model, which is one a strategy, the configured one first."""
    first = room.agent.config.strategy.partition(":")[0]
    names = sorted(registry.names("strategies"), key=lambda name: (name != first, name))
    return [f"playhead/{name}" for name in names]


async def begin(room: Room, body: Body, talk: Conversation, request: Request) -> LiveQuestion:
    """Ask the question of a conversation. Raises NotFoundError for an unknown model or recording."""
    prefix, _, strategy = body.model.partition("/")
    if f"{prefix}/{strategy.partition(':')[0]}" not in models(room):
        choices = ", ".join(models(room))
        raise NotFoundError(f"there is no model {body.model[:80]!r}", f"choose one of: {choices}")
    if named := body.recordings or talk.recordings:
        videos, words = await unless_left(request, room.named(named)), talk.question
    else:
        videos, words = await asyncio.to_thread(_mentioned, room, talk)
    question = asked.Request(
        words,
        videos,
        tuple(body.options),
        body.before_s,
        history=talk.history,
        asked=talk.question,
    )
    key = request.headers.get("idempotency-key", "")
    return room.questions.begin(question, client=client_of(request), strategy=strategy, key=key)


def draft(question: LiveQuestion, event: Payload) -> str:
    """The words that a model writes at this moment; empty with options, whose letter comes before them."""
    is_draft = event["event"] == "answering" and not question.stored.request.options
    return str(event["text"]) if is_draft else ""


def _mentioned(room: Room, talk: Conversation) -> tuple[tuple[str, ...], str]:
    """The recordings that the latest message that names any names, and the question without their names."""
    videos = room.agent.library.videos()
    found = next((ids for text in talk.texts if (ids := mentioned(text, videos))), ())
    return found, without(talk.question, [video for video in videos if video.id in found])
