"""One HTTP call to an OpenAI-compatible server through the official client; knows nothing of retries.

The client of one event loop cannot serve another, so each loop gets its own. Replies are read in pieces
and bounded. Leaving a call early, by cancellation or deadline, closes its connection, which is how
servers learn to stop generating.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import openai
from openai.types.chat import ChatCompletionChunk

from playhead.tools.errors import ModelRejectedError
from playhead.tools.serving import openai_errors
from playhead.tools.serving.openai_stream import Assembly
from playhead.tools.serving.retries import CallFailed
from playhead.tools.serving.server_settings import ServerSettings, base_url_of, connection_of, key_of

_NO_KEY = "none"


class ServerClient:
    """Sends bodies to one server. Every failure comes out as CallFailed."""

    def __init__(self, settings: ServerSettings) -> None:
        self.url = base_url_of(settings)
        self._key = key_of(settings)
        self._connection = connection_of(self.url)
        self._settings = settings
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, openai.AsyncOpenAI] = WeakKeyDictionary()

    def __repr__(self) -> str:
        return f"ServerClient({self.shown_url!r})"

    @property
    def shown_url(self) -> str:
        """The URL without a user name and password that may stand in it."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    async def post(self, body: Mapping[str, Any], timeout_s: float, purpose: str = "") -> object:
        """The decoded JSON body of a chat completion; `purpose` goes along as a header, for logs."""
        try:
            raw = await self._post(body, self._options(timeout_s, purpose))
        except Exception as error:
            raise self._failure(error, body) from None
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            raise openai_errors.not_json() from None

    async def _post(self, body: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
        create = self._client().chat.completions.with_streaming_response.create
        async with create(**body, **options) as reply:
            if "html" in reply.headers.get("content-type", ""):
                raise openai_errors.html(self.shown_url)
            return await self._bounded(reply.iter_bytes())

    async def _bounded(self, pieces: AsyncIterator[bytes]) -> bytes:
        received = bytearray()
        async for piece in pieces:
            received += piece
            self._check(len(received))
        return bytes(received)

    async def post_live(
        self, body: Mapping[str, Any], timeout_s: float, purpose: str, on_text: Callable[[str], None]
    ) -> object:
        """`post`, with the text so far told to `on_text` while it arrives."""
        assembly = Assembly()
        counting = {**body, "stream_options": {"include_usage": True}}
        async with aclosing(self._chunks(counting, timeout_s, purpose)) as chunks:
            async for chunk in chunks:
                if assembly.feed(chunk.model_dump()):
                    on_text(assembly.text)
                    self._check(len(assembly.text))
        return assembly.payload()

    async def _chunks(
        self, body: Mapping[str, Any], timeout_s: float, purpose: str
    ) -> AsyncGenerator[ChatCompletionChunk, None]:
        try:
            stream = await self._client().chat.completions.create(
                **body, stream=True, **self._options(timeout_s, purpose)
            )
            async with stream:
                async for chunk in stream:
                    yield chunk
        except Exception as error:
            raise self._failure(error, body) from None

    def _check(self, received: int) -> None:
        if received > self._settings.reply_bytes:
            raise openai_errors.too_long(self._settings.reply_bytes)

    async def models(self, timeout_s: float) -> list[dict[str, Any]]:
        """The entries of `/v1/models`."""
        try:
            reply = await self._client().models.with_raw_response.list(timeout=self._timeout(timeout_s))
            listing = json.loads(reply.content)
        except ValueError:
            raise openai_errors.html(self.shown_url) from None
        except Exception as error:
            raise self._failure(error, {}) from None
        entries = listing.get("data") if isinstance(listing, dict) else None
        return [entry for entry in entries or () if isinstance(entry, dict)]

    def first_model(self) -> str:
        """The first name in `/v1/models`, asked without an event loop. Raises ModelError."""
        try:
            with openai.OpenAI(
                api_key=self._key or _NO_KEY,
                base_url=self.url,
                max_retries=1,
                timeout=self._settings.connect_s,
                http_client=openai.DefaultHttpxClient(**self._connection),
            ) as client:
                listing = json.loads(client.models.with_raw_response.list().content)
            return str(listing["data"][0]["id"])
        except (ValueError, LookupError, TypeError):
            cause = f"{self.shown_url} does not list its models"
            raise ModelRejectedError(cause, "name the model: openai:NAME") from None
        except Exception as error:
            raise self._failure(error, {}).error from None

    async def aclose(self) -> None:
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.close()

    def _client(self) -> openai.AsyncOpenAI:
        loop = asyncio.get_running_loop()
        if (client := self._clients.get(loop)) is None:
            http = openai.DefaultAsyncHttpxClient(**self._connection)
            client = openai.AsyncOpenAI(
                api_key=self._key or _NO_KEY, base_url=self.url, max_retries=0, http_client=http
            )
            self._clients[loop] = client
        return client

    def _options(self, timeout_s: float, purpose: str) -> dict[str, Any]:
        headers = {"X-Playhead-Purpose": re.sub(r"[^\w.-]", "_", purpose, flags=re.ASCII)} if purpose else {}
        extra = dict(self._settings.extra)
        return {"extra_body": extra, "extra_headers": headers, "timeout": self._timeout(timeout_s)}

    def _timeout(self, timeout_s: float) -> openai.Timeout:
        return openai.Timeout(timeout_s, connect=min(timeout_s, self._settings.connect_s))

    def _failure(self, error: Exception, body: Mapping[str, Any]) -> CallFailed:
        return openai_errors.failure(error, self.shown_url, str(body.get("model", "")), self._key)
