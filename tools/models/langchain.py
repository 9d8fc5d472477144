"""`langchain:PROVIDER:MODEL`: any LangChain chat model, so that Anthropic, Gemini, Bedrock, Ollama… work too.

The provider's own package (`langchain-anthropic`, `langchain-google-genai`…) must be installed. A provider
with a dot in it is the import path of a chat model class outside LangChain's list. Objects are asked for in
words and checked here: what each provider calls structured output differs too much to rely on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from importlib import import_module
from typing import Any

from langchain.chat_models import init_chat_model

from playhead.tools.errors import MissingExtraError, UsageError
from playhead.tools.protocols import ChatReply, ChatRequest
from playhead.tools.serving.concurrency import Limiter
from playhead.tools.serving.langchain_wire import failure, late, messages, read_message
from playhead.tools.serving.request_fit import image_count
from playhead.tools.serving.retries import Backoff, CallFailed
from playhead.tools.serving.server_settings import settings_of

Maker = Callable[[float, int], Any]
"""Makes the LangChain object for a temperature and a maximum of reply tokens."""


@dataclass(frozen=True, slots=True)
class LangChainSettings:
    """How the LangChain model is made. The key is never shown."""

    base_url: str = ""
    """Passed on as `base_url` where the provider takes one."""

    api_key: str = field(default="", repr=False)
    """Passed on as `api_key`; empty: the provider's own environment variable."""

    concurrency: int = 16
    """The most requests in flight; the number actually used adapts to the provider."""

    tries: int = 4
    """Attempts for a request that fails in a way that another attempt may cure."""

    backoff_s: float = 0.5
    """Seconds before the second attempt; doubles from there."""

    sees_images: bool = True
    """False for a model that takes text only."""

    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Further arguments of the LangChain class."""


class LangChainModel:
    """A ChatModel over any object with LangChain's `ainvoke` and `astream`."""

    def __init__(self, name: str, make: Maker, settings: LangChainSettings) -> None:
        self.name = f"langchain:{name}"
        self.sees_images = settings.sees_images
        self._make = lru_cache(maxsize=8)(make)
        self._settings = settings
        self._limiter = Limiter(ceiling=settings.concurrency)
        self._backoff = Backoff(tries=settings.tries, first_s=settings.backoff_s)

    def __repr__(self) -> str:
        return f"LangChainModel({self.name!r})"

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One reply, within `timeout_s` from the moment it is sent."""
        granted_at = await self._limiter.acquire()
        started, answered = time.monotonic(), False
        try:
            async with asyncio.timeout(request.timeout_s):
                reply = await self._until_answered(request)
            answered = True
        except TimeoutError:
            raise late(self.name, request.timeout_s) from None
        finally:
            self._limiter.release(granted_at, answered=answered)
        usage = replace(reply.usage, frames=image_count(request), wall_s=time.monotonic() - started)
        return replace(reply, usage=usage, model=reply.model or self.name)

    async def aclose(self) -> None:
        """LangChain models hold nothing that must be closed."""

    async def _until_answered(self, request: ChatRequest) -> ChatReply:
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._attempt(request)
            except CallFailed as failed:
                if not self._backoff.allows(failed, attempt):
                    raise failed.error from None
                await asyncio.sleep(self._backoff.wait_s(attempt, failed.retry_after_s))

    async def _attempt(self, request: ChatRequest) -> ChatReply:
        turns = await asyncio.to_thread(messages, request)
        chat = self._chat(request)
        try:
            message = await chat.ainvoke(turns)
        except Exception as error:
            raise failure(error, self.name, self._settings.api_key) from None
        return read_message(message, request)

    def _chat(self, request: ChatRequest) -> Any:
        try:
            return self._make(request.temperature, request.max_tokens)
        except Exception as error:
            raise failure(error, self.name, self._settings.api_key).error from None


def create(argument: str = "", **settings: Any) -> LangChainModel:
    """`PROVIDER:MODEL` or `module.Class[:MODEL]`; settings are those of LangChainSettings.

    Raises UsageError for a spec without a provider, MissingExtraError when a class cannot be imported.
    """
    given = settings_of(LangChainSettings, "langchain", settings)
    provider, _, model = argument.partition(":")
    if "." in provider:
        return LangChainModel(argument, partial(_outside, _class(provider), model, given), given)
    if not provider or not model:
        cause = f"langchain needs a provider and a model, got {argument!r}"
        raise UsageError(cause, "write langchain:PROVIDER:MODEL")
    return LangChainModel(argument, partial(_listed, argument, given), given)


def _listed(spec: str, given: LangChainSettings, temperature: float, max_tokens: int) -> Any:
    return init_chat_model(spec, temperature=temperature, max_tokens=max_tokens, **_access(given))


def _outside(kind: Any, model: str, given: LangChainSettings, temperature: float, max_tokens: int) -> Any:
    named = {"model": model, "temperature": temperature, "max_tokens": max_tokens} if model else {}
    return kind(**named, **_access(given))


def _access(given: LangChainSettings) -> dict[str, Any]:
    named = {"base_url": given.base_url, "api_key": given.api_key}
    return {name: value for name, value in named.items() if value} | dict(given.extra)


def _class(path: str) -> Any:
    module, _, name = path.rpartition(".")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        cause = f"cannot import {path!r}: {error}"
        raise MissingExtraError(cause, "install its package, or check the path") from error
