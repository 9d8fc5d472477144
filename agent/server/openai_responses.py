"""`/v1/responses`: the same questions in the shape of OpenAI's Responses API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from playhead.agent.request import Request as Question
from playhead.agent.result import Answer
from playhead.agent.server.narration import Narrator
from playhead.agent.server.openai_asking import begin, draft
from playhead.agent.server.openai_request import Body, Conversation, Message, conversation
from playhead.agent.server.openai_response import Reply
from playhead.agent.server.question import LiveQuestion
from playhead.agent.server.refusals import NotFoundError
from playhead.agent.server.room import Here, Room
from playhead.agent.server.sending import block, stream, unless_left
from playhead.agent.state import Turn
from playhead.tools.errors import PlayheadError, UsageError

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])
PREFIX = "resp_"


class Item(Message):
    """A message, or what is none, such as the reasoning of an earlier answer, and is passed over."""

    role: str = ""


class Asking(Body):
    """The body of `/v1/responses`; instructions, sampling and tools do not apply."""

    input: str | list[Item]
    previous_response_id: str | None = None
    text: dict[str, Any] | None = None

    @property
    def messages(self) -> Sequence[Message]:
        return [Message(role="user", content=self.input)] if isinstance(self.input, str) else self.input

    def check(self) -> None:
        """Raises UsageError for what would promise another reply than the one that is given."""
        if ((self.text or {}).get("format") or {}).get("type", "text") != "text":
            cure = "the field `playhead` of the reply is the answer as JSON"
            raise UsageError("answers have no other format than text", cure)


@router.post("/responses")
async def respond(body: Asking, request: Request, room: Here) -> Response:
    """Answer the last message, going on from an earlier response where one is named."""
    body.check()
    talk = conversation(body.messages, request.url.netloc)
    if body.previous_response_id:
        talk = await asyncio.to_thread(_going_on, room, talk, body.previous_response_id)
    question = await begin(room, body, talk, request)
    reply = Reply(question.run, body.model, str(request.base_url), body.previous_response_id)
    if body.stream:
        return stream(_events(room, question, reply))
    return JSONResponse(await unless_left(request, _whole(room, question, reply)))


async def _whole(room: Room, question: LiveQuestion, reply: Reply) -> dict[str, Any]:
    narrator = Narrator()
    async with aclosing(room.questions.watch(question)) as events:
        lines = [narrator.line(event) async for event in events]
    reply.steps.extend(line for line in lines if line)
    return reply.whole(question.answer())


async def _events(room: Room, question: LiveQuestion, reply: Reply) -> AsyncGenerator[str, None]:
    narrator = Narrator()
    async with aclosing(room.questions.watch(question)) as events:
        for told in reply.begun():
            yield block(told, told["type"])
        async for event in events:
            line, new = narrator.line(event), reply.words.grown(draft(question, event))
            for told in (*reply.step(line), *reply.said(new)):
                yield block(told, told["type"])
    try:
        last = list(reply.answered(question.answer()))
    except PlayheadError as error:
        last = [reply.failed(str(error))]
    for told in last:
        yield block(told, told["type"])


def _going_on(room: Room, talk: Conversation, response: str) -> Conversation:
    """The conversation behind an earlier response. Raises NotFoundError when there is no such one."""
    run = room.agent.library.run(response.removeprefix(PREFIX)) or {}
    if not response.startswith(PREFIX) or not run.get("answer") or "question" not in run:
        raise NotFoundError(f"there is no response {response[:80]!r}", "send the messages themselves")
    earlier = Question.from_facts(run)
    turn = Turn(earlier.asked or earlier.question, Answer.from_dict(run["answer"]).words)
    history = (*earlier.history, turn, *talk.history)
    return replace(talk, history=history, recordings=talk.recordings or earlier.videos)
