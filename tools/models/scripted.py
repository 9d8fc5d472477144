"""The fake chat model: replies written in advance, requests recorded. For tests, demos and bug reports.

`--model scripted:FILE.json` reads `{"plan": [...], "answer": [...], "*": [...]}`: replies by the purpose of
the request, used in order; a reply that is not in a list is given every time. A reply is an object (a
JSON reply), a string (raw text, malformed or not), or one of

    {"$raise": "ModelUnreachableError", "message": "…"}     the error of tools/errors.py with that name
    {"$reply": …, "$delay_s": 0.2, "$tokens": [["B", -0.1, {"A": -2.3}]]}
"""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from playhead.tools import errors
from playhead.tools.errors import ModelReplyError, UsageError
from playhead.tools.protocols import ChatReply, ChatRequest, ImagePart, TokenProbability
from playhead.tools.serving.structured import data_of
from playhead.tools.types import Usage

Reply = str | Mapping[str, Any] | ChatReply | BaseException | Callable[[ChatRequest], Any]
Script = Mapping[str, Reply | Sequence[Reply]]


class ScriptedModel:
    """Plays `script`. A callable reply gets the request and returns any other kind of reply, or awaits it.

    `requests` holds every request in the order it came. A purpose whose replies are used up raises
    ModelReplyError, so a test that asks once too often fails instead of passing by luck.
    """

    def __init__(self, script: Script, *, name: str = "scripted", sees_images: bool = True) -> None:
        self.name = name
        self.sees_images = sees_images
        self.requests: list[ChatRequest] = []
        self._script = script
        self._used: dict[str, int] = {}

    async def complete(self, request: ChatRequest) -> ChatReply:
        self.requests.append(request)
        reply = await self._reply(self._next(request.purpose), request)
        if request.on_text is not None:
            for place in _places(reply.text):
                request.on_text(reply.text[:place])
        return reply

    async def aclose(self) -> None:
        """Nothing to close."""

    def asked(self, purpose: str) -> list[str]:
        """The whole text of every request with this purpose."""
        return [text_of(request) for request in self.requests if request.purpose == purpose]

    def _next(self, purpose: str) -> Reply:
        key = purpose if purpose in self._script else "*"
        if key not in self._script:
            raise ModelReplyError(f"the script has no reply for {purpose!r}", f"add {purpose!r} or '*' to it")
        replies = self._script[key]
        if not isinstance(replies, list | tuple):
            return replies  # type: ignore[return-value]
        index = self._used.get(key, 0)
        self._used[key] = index + 1
        if index >= len(replies):
            raise ModelReplyError(
                f"the script's {len(replies)} replies for {key!r} are used up", "add another"
            )
        reply: Reply = replies[index]
        return reply

    async def _reply(self, reply: Any, request: ChatRequest) -> ChatReply:
        if callable(reply) and not isinstance(reply, type):
            reply = reply(request)
            return await self._reply(await reply if inspect.isawaitable(reply) else reply, request)
        if isinstance(reply, BaseException):
            raise reply
        if isinstance(reply, ChatReply):
            return reply
        if isinstance(reply, Mapping) and "$raise" in reply:
            raise _error(reply)
        if isinstance(reply, Mapping) and "$reply" in reply:
            await asyncio.sleep(reply.get("$delay_s", 0))
            inner = await self._reply(reply["$reply"], request)
            return replace(inner, tokens=_tokens(reply.get("$tokens", ())))
        text = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
        return ChatReply(
            text, data_of(text, request.schema, "stop"), usage=_usage(text, request), model=self.name
        )


def create(argument: str = "", **settings: Any) -> ScriptedModel:
    """`scripted:FILE.json`. Raises UsageError without a file, so the fake is never used by accident."""
    if not argument:
        raise UsageError("the scripted model needs a script", "write --model scripted:FILE.json")
    try:
        script = json.loads(Path(argument).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"cannot read the script {argument!r}: {error}", "give a readable JSON file"
        ) from error
    if not isinstance(script, dict):
        raise UsageError(f"the script {argument!r} is not an object", "map purposes to lists of replies")
    return ScriptedModel(
        script, name=f"scripted:{Path(argument).name}", sees_images=settings.get("sees_images", True)
    )


def text_of(request: ChatRequest) -> str:
    """Everything a request says in words."""
    parts = (part for message in request.messages for part in message.parts)
    return "\n".join(part for part in parts if isinstance(part, str))


def _places(text: str) -> list[int]:
    """Where the words of a text end."""
    return [found.end() for found in re.finditer(r"\S+\s*", text)]


def _error(reply: Mapping[str, Any]) -> Exception:
    kind = getattr(errors, str(reply["$raise"]), ModelReplyError)
    error: Exception = kind(str(reply.get("message", "scripted failure")))
    return error


def _tokens(rows: Sequence[Sequence[Any]]) -> tuple[TokenProbability, ...]:
    return tuple(TokenProbability(row[0], row[1], row[2] if len(row) > 2 else {}) for row in rows)


def _usage(text: str, request: ChatRequest) -> Usage:
    images = sum(isinstance(part, ImagePart) for message in request.messages for part in message.parts)
    return Usage(1, len(text_of(request)) // 4, max(1, len(text) // 4), images)
