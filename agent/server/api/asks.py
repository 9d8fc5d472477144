"""`/api/ask`: one question, answered as one JSON object or as events while it is worked on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from playhead.agent import request as asked
from playhead.agent.server.room import Here
from playhead.agent.server.sending import client_of, named, stream, unless_left

router = APIRouter(prefix="/api", tags=["ask"])


class Question(BaseModel):
    """`videos` are ids, names or titles in the library; none means all of it."""

    model_config = ConfigDict(extra="forbid")

    question: str
    videos: list[str] = Field(default=[], max_length=1000)
    options: list[str] = []
    before_s: float | None = None
    strategy: str = ""


@router.post("/ask")
async def ask(question: Question, request: Request, room: Here) -> Response:
    """Answer; with `Accept: text/event-stream`, tell the steps as they happen. Hanging up cancels."""
    videos = await room.known(question.videos)
    given = asked.Request(question.question, videos, tuple(question.options), question.before_s)
    key = request.headers.get("idempotency-key", "")
    begun = room.questions.begin(given, client=client_of(request), strategy=question.strategy, key=key)
    if "text/event-stream" in request.headers.get("accept", ""):
        return stream(named(room.questions.watch(begun)))
    return JSONResponse(await unless_left(request, room.questions.finish(begun)))


@router.get("/asks/{run}")
async def follow(run: str, room: Here) -> Response:
    """Events of a question from its first one on; leaving does not cancel it."""
    return stream(named(room.questions.find(run).follow()))


@router.post("/asks/{run}/cancel")
async def cancel(run: str, room: Here) -> dict[str, Any]:
    """End a question; answered when its model request has ended."""
    await room.questions.cancel(run)
    return {"cancelled": run}
