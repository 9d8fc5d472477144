"""`/v1/models` and `/v1/chat/completions`: recordings for every program that speaks OpenAI's API."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from playhead.agent.server.narration import Narrator
from playhead.agent.server.openai_asking import begin, draft, models
from playhead.agent.server.openai_reply import Frame
from playhead.agent.server.openai_request import Body, Message, conversation
from playhead.agent.server.question import LiveQuestion
from playhead.agent.server.refusals import NotFoundError, status_of, told_as
from playhead.agent.server.room import Here, Room
from playhead.agent.server.sending import block, stream, unless_left
from playhead.agent.server.wording import Words
from playhead.tools.errors import PlayheadError, UsageError

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])
DONE = "data: [DONE]\n\n"


class Chat(Body):
    """The body of `/v1/chat/completions`; sampling, token limits and tools do not apply."""

    messages: list[Message] = Field(min_length=1)
    n: int | None = None
    response_format: dict[str, Any] | None = None
    stream_options: dict[str, Any] | None = None

    def check(self) -> None:
        """Raises UsageError for what would promise another reply than the one that is given."""
        if (self.n or 1) != 1:
            raise UsageError(f"n is {self.n}", "one question has one answer; ask again for another")
        if (self.response_format or {}).get("type", "text") != "text":
            cure = "the field `playhead` of the reply is the answer as JSON"
            raise UsageError("answers have no other format than text", cure)
        if self.tool_choice not in (None, "auto", "none"):
            raise UsageError("tools of a client are not called", "leave tool_choice out")


@router.get("/models")
async def listed(room: Here) -> dict[str, Any]:
    """One model a strategy."""
    return {"object": "list", "data": [_model(name) for name in models(room)]}


@router.get("/models/{name:path}")
async def one(name: str, room: Here) -> dict[str, Any]:
    if name not in models(room):
        raise NotFoundError(f"there is no model {name[:80]!r}", "see /v1/models")
    return _model(name)


@router.post("/chat/completions")
async def complete(body: Chat, request: Request, room: Here) -> Response:
    """Answer the last message. Hanging up ends the model's request."""
    body.check()
    talk = conversation(body.messages, request.url.netloc)
    question = await begin(room, body, talk, request)
    frame = Frame(question.run, body.model, str(request.base_url))
    if body.stream:
        return stream(
            _chunks(room, question, frame, counted=bool((body.stream_options or {}).get("include_usage")))
        )
    return JSONResponse(await unless_left(request, _completion(room, question, frame)))


async def _completion(room: Room, question: LiveQuestion, frame: Frame) -> dict[str, Any]:
    narrator = Narrator()
    async with aclosing(room.questions.watch(question)) as events:
        lines = [narrator.line(event) async for event in events]
    return frame.completion(question.answer(), [line for line in lines if line])


async def _chunks(
    room: Room, question: LiveQuestion, frame: Frame, *, counted: bool
) -> AsyncGenerator[str, None]:
    """Steps as reasoning while they happen, the words as the model writes them, what was checked behind."""
    narrator, words = Narrator(), Words()
    async with aclosing(room.questions.watch(question)) as events:
        yield block(frame.chunk({"role": "assistant", "content": ""}))
        async for event in events:
            if line := narrator.line(event):
                yield block(frame.chunk({"reasoning_content": f"{line}\n"}))
            if new := words.grown(draft(question, event)):
                yield block(frame.chunk({"content": new}))
    try:
        answer = question.answer()
    except PlayheadError as error:
        yield block({"error": told_as(status_of(error), error.cause, error.cure)})
        return
    for chunk in frame.chunks(answer, words):
        yield block(chunk)
    if counted:
        yield block(frame.used(answer))
    yield DONE


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "playhead"}
