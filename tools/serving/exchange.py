"""One question to a server and its reply: attempts and waits within one deadline.

The deadline starts when the server has a slot for the request, so that a long queue of captions does not
time out before it was asked. Slots are given back while waiting for another attempt.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from playhead.tools.errors import ModelReplyError, ModelTimeoutError
from playhead.tools.protocols import ChatReply, ChatRequest
from playhead.tools.serving.openai_client import ServerClient
from playhead.tools.serving.openai_reply import read_reply
from playhead.tools.serving.rebuilding import Composition
from playhead.tools.serving.retries import Backoff, CallFailed
from playhead.tools.serving.server_state import Server
from playhead.tools.serving.structured import split_reasoning
from playhead.tools.types import Usage

_COMPOSERS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="playhead-request")
"""Pictures are compressed here: the default threads may all be waiting for the very reply asked for."""


async def _composed(compose: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    return await asyncio.get_running_loop().run_in_executor(_COMPOSERS, compose)


class Exchange:
    """One logical request: `reply()` or `stream()`, once. Raises ModelError and its children."""

    def __init__(
        self,
        client: ServerClient,
        server: Server,
        composition: Composition,
        request: ChatRequest,
        backoff: Backoff,
    ) -> None:
        self._client = client
        self._server = server
        self._composition = composition
        self._request = request
        self._backoff = backoff
        self._wasted = Usage()
        self._granted_at: float | None = None

    async def reply(self) -> ChatReply:
        """The whole reply with what it cost, unusable replies on the way included."""
        self._granted_at = await self._server.limiter.acquire()
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._request.timeout_s):
                reply = await self._until_settled()
        except TimeoutError:
            raise self._late() from None
        finally:
            self._leave()
        own = replace(reply.usage, frames=self._composition.frames, wall_s=time.monotonic() - started)
        return replace(reply, usage=own + self._wasted, model=reply.model or self._server.model)

    async def _until_settled(self) -> ChatReply:
        """If anybody listens, the first attempt tells its text while it comes; the others are plain."""
        attempt, live = 0, self._request.on_text is not None
        while True:
            try:
                reply = await self._attempt(live)
                if self._composition.settles(reply) or not self._may_repeat(reply.usage.model_calls):
                    return reply
                self._wasted += reply.usage
            except CallFailed as failure:
                attempt += failure.kind != "request" and not live
                if not self._may_repeat() or (live and failure.kind == "final"):
                    raise failure.error from None
                if not live or failure.kind == "busy":
                    await self._recover(failure, attempt)
            live = False

    def _may_repeat(self, calls: int = 0) -> bool:
        """Whether another reply may be paid for, after those wasted and `calls` more."""
        most = self._request.most_calls
        return most is None or self._wasted.model_calls + calls < most

    async def _recover(self, failure: CallFailed, attempt: int) -> None:
        """Rebuild or wait, so that another attempt makes sense; raises the failure's error if none does."""
        if failure.kind == "request":
            self._composition.rebuild(failure)
        elif self._backoff.allows(failure, attempt):
            await self._pause(attempt, failure)
        else:
            raise failure.error from None

    async def _attempt(self, live: bool) -> ChatReply:
        payload = await self._send(await self._ready(), self._request.on_text if live else None)
        try:
            return read_reply(payload, self._request, self._composition.form)
        except ModelReplyError as error:
            self._wasted += Usage(model_calls=1, unknown_calls=1)
            raise CallFailed(error, "reply") from None

    async def _ready(self) -> dict[str, Any]:
        """The body of the next attempt, once the breaker and the limiter let it through."""
        while wait_s := self._server.breaker.wait_s():
            self._leave()
            await asyncio.sleep(wait_s)
        if self._granted_at is None:
            self._granted_at = await self._server.limiter.acquire(first=True)
        content = await _composed(self._composition.body)
        self._granted_at = self._server.limiter.clock()
        return content

    async def _send(self, content: dict[str, Any], on_text: Callable[[str], None] | None) -> object:
        timeout_s, purpose = self._request.timeout_s, self._request.purpose
        try:
            if on_text is None:
                payload = await self._client.post(content, timeout_s, purpose)
            else:
                shown = partial(_without_thinking, on_text)
                payload = await self._client.post_live(content, timeout_s, purpose, shown)
        except CallFailed as failure:
            self._note(failure)
            raise
        self._server.breaker.succeeded()
        self._leave(answered=True)
        return payload

    def _note(self, failure: CallFailed) -> None:
        if failure.kind == "transient":
            self._server.breaker.failed(failure.error)
        else:
            self._server.breaker.succeeded()
        self._leave(overloaded=failure.kind == "busy")

    def _leave(self, *, answered: bool = False, overloaded: bool = False) -> None:
        if self._granted_at is not None:
            granted_at, self._granted_at = self._granted_at, None
            self._server.limiter.release(granted_at, answered=answered, overloaded=overloaded)

    async def _pause(self, attempt: int, failure: CallFailed) -> None:
        if failure.retry_after_s is not None and failure.retry_after_s > self._request.timeout_s:
            raise failure.error from None
        await asyncio.sleep(self._backoff.wait_s(attempt, failure.retry_after_s))

    def _late(self) -> ModelTimeoutError:
        cause = f"{self._client.shown_url} did not answer within {self._request.timeout_s:g} s"
        error = ModelTimeoutError(cause, "raise timeout_s for this role, or see the server's load")
        self._server.breaker.failed(error)
        return error


def _without_thinking(on_text: Callable[[str], None], text: str) -> None:
    on_text(split_reasoning(text)[1])
