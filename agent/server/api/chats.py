"""`/api/chats`: conversations that are kept, named, gone on with and exported."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from playhead.agent import request as asked
from playhead.agent.server import chats
from playhead.agent.server.refusals import ConflictError
from playhead.agent.server.room import Here, Room
from playhead.agent.server.sending import named, stream
from playhead.tools.timecode import clock
from playhead.tools.types import Span

router = APIRouter(prefix="/api/chats", tags=["chats"])

Name = Annotated[str, Field(max_length=chats.LONGEST_NAME)]


class Scope(BaseModel):
    """What a conversation is about: ids, names or titles, none meaning the whole library."""

    model_config = ConfigDict(extra="forbid")

    videos: Annotated[list[str], Field(max_length=1000)] = []
    before_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    name: Name = ""


class Naming(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name


class Moment(BaseModel):
    """A stretch of one recording that a question is about."""

    model_config = ConfigDict(extra="forbid")

    video: str
    start_s: Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]
    end_s: Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str
    options: list[str] = []
    moment: Moment | None = None
    before_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    strategy: str = ""


@router.get("")
async def listed(room: Here) -> dict[str, Any]:
    """Every conversation, the newest first."""
    found = await asyncio.to_thread(chats.listed, room.agent.library)
    return {"chats": [chat | _asking(room, chat["id"]) for chat in found]}


@router.post("", status_code=201)
async def begin(scope: Scope, room: Here) -> dict[str, Any]:
    """A new conversation."""
    videos = await room.known(scope.videos)

    def make() -> str:
        session = room.agent.chat(videos, before_s=scope.before_s)
        session.name = scope.name
        session.save()
        return session.id

    return await _shown(room, await asyncio.to_thread(make))


@router.get("/{chat_id}")
async def one(chat_id: str, room: Here) -> dict[str, Any]:
    """All of a conversation; `asking` is the question that is not answered yet."""
    return await _shown(room, chat_id)


@router.patch("/{chat_id}")
async def rename(chat_id: str, given: Naming, room: Here) -> dict[str, Any]:
    """Call it something else."""
    _idle(room, chat_id)

    def change() -> None:
        chats.stored(room.agent.library, chat_id)
        session = room.agent.chat(resume=chat_id)
        session.name = given.name
        session.save()

    await asyncio.to_thread(change)
    return await _shown(room, chat_id)


@router.delete("/{chat_id}")
async def remove(chat_id: str, room: Here) -> dict[str, Any]:
    """Forget it; the runs that answered its questions stay."""
    if ask := room.questions.of_chat(chat_id):
        await room.questions.cancel(ask.run)
    await asyncio.to_thread(chats.stored, room.agent.library, chat_id)
    await asyncio.to_thread(room.agent.library.forget_run, chat_id)
    return {"removed": chat_id}


@router.post("/{chat_id}/ask")
async def ask(chat_id: str, question: Question, request: Request, room: Here) -> Response:
    """Ask the next question. It is answered also when nobody waits for it; `stop` ends it."""
    await asyncio.to_thread(chats.stored, room.agent.library, chat_id)
    words, videos = question.question, tuple[str, ...]()
    if question.moment:
        videos = await room.known([question.moment.video])
        words = f"{words} ({_when(question.moment)})"
    given = asked.Request(words, videos, tuple(question.options), question.before_s)
    _idle(room, chat_id)
    key = request.headers.get("idempotency-key", "")
    begun = room.questions.begin(given, client=chat_id, strategy=question.strategy, chat=chat_id, key=key)
    if "text/event-stream" in request.headers.get("accept", ""):
        return stream(named(begun.follow()))
    async for _ in begun.follow():
        pass
    return JSONResponse(begun.answer())


@router.post("/{chat_id}/stop")
async def stop(chat_id: str, room: Here) -> dict[str, Any]:
    """End its question; answered when the model request has ended."""
    begun = room.questions.of_chat(chat_id)
    if begun:
        await room.questions.cancel(begun.run)
    return {"stopped": begun.run if begun else None}


@router.get("/{chat_id}/export")
async def export(chat_id: str, room: Here, format: Literal["md", "json"] = "md") -> Response:  # noqa: A002
    """A file to keep."""
    chat = await asyncio.to_thread(chats.shown, room.agent.library, chat_id)
    text = chats.markdown(chat) if format == "md" else json.dumps(chat, ensure_ascii=False, indent=1)
    mime = "text/markdown" if format == "md" else "application/json"
    headers = {"Content-Disposition": f'attachment; filename="{chat_id}.{format}"'}
    return Response(text, media_type=f"{mime}; charset=utf-8", headers=headers)


async def _shown(room: Room, chat_id: str) -> dict[str, Any]:
    chat = await asyncio.to_thread(chats.shown, room.agent.library, chat_id)
    return chat | _asking(room, chat_id)


def _asking(room: Room, chat_id: str) -> dict[str, str | None]:
    """The run and the words of the question that is not answered yet."""
    ask = room.questions.of_chat(chat_id)
    return {"asking": ask.run if ask else None, "question": ask.stored.request.question if ask else None}


def _idle(room: Room, chat_id: str) -> None:
    if room.questions.of_chat(chat_id):
        raise ConflictError("its last question is not answered yet", "wait for it, or stop it")


def _when(moment: Moment) -> str:
    """The stretch in words that every strategy understands. Raises ValueError as Span does."""
    low_s, high_s = sorted((moment.start_s, moment.end_s))
    span = Span(low_s, max(high_s, low_s + 1))
    return f"from {clock(span.start_s)} to {clock(span.end_s + 0.999)}"
