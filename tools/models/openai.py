"""`openai:MODEL`: any server that speaks OpenAI chat completions, through the official client.

An empty model name takes the first model that the server lists.
"""

from __future__ import annotations

import asyncio
from typing import Any

from playhead.tools.protocols import ChatReply, ChatRequest
from playhead.tools.serving.exchange import Exchange
from playhead.tools.serving.openai_client import ServerClient
from playhead.tools.serving.rebuilding import Composition
from playhead.tools.serving.retries import Backoff, CallFailed
from playhead.tools.serving.server_limits import Learned, context_of
from playhead.tools.serving.server_settings import ServerSettings, settings_of
from playhead.tools.serving.server_state import server_for


class OpenAIModel:
    """A chat model behind a URL. Safe for many tasks, threads and event loops at once."""

    def __init__(self, model: str, settings: ServerSettings, backend: str = "openai") -> None:
        self._settings = settings
        self._client = ServerClient(settings)
        self._model = model or self._client.first_model()
        self._server = server_for(self._client.shown_url, self._model, settings)
        self._asked_limits = False
        self.name = f"{backend}:{self._model}"

    def __repr__(self) -> str:
        return f"OpenAIModel({self.name!r}, {self._client.shown_url!r})"

    @property
    def sees_images(self) -> bool:
        """False once the server has said that the model takes none, or when it was set so."""
        return self._server.learned.images != 0

    @property
    def learned(self) -> Learned:
        """What the server taught so far: form of structured replies, context, image limit."""
        return self._server.learned

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One reply, within `timeout_s` from the moment the server has a slot for it."""
        await self._ask_limits()
        return await self._exchange(request).reply()

    async def listed(self) -> list[dict[str, Any]]:
        """The entries of the server's `/v1/models`. Raises ModelError."""
        try:
            return await self._client.models(self._settings.connect_s)
        except CallFailed as failure:
            raise failure.error from None

    async def aclose(self) -> None:
        await self._client.aclose()

    def _exchange(self, request: ChatRequest) -> Exchange:
        composition = Composition(self._server, request, self._settings.side_px)
        backoff = Backoff(tries=self._settings.tries, first_s=self._settings.backoff_s)
        return Exchange(self._client, self._server, composition, request, backoff)

    async def _ask_limits(self) -> None:
        """Read the context length from the model list once; a server without one is left alone."""
        if self._asked_limits:
            return
        self._asked_limits = True
        try:
            async with asyncio.timeout(self._settings.connect_s):
                entries = await self._client.models(self._settings.connect_s)
        except (CallFailed, TimeoutError):
            return
        own = next((entry for entry in entries if entry.get("id") == self._model), {})
        self.learned.context_tokens = self.learned.context_tokens or context_of(own)


def create(argument: str = "", **settings: Any) -> OpenAIModel:
    """The model named `argument`; settings are those of ServerSettings.

    Connects only when `argument` is empty. Raises UsageError for an unknown setting or a bad URL.
    """
    return OpenAIModel(argument, settings_of(ServerSettings, "openai", settings))
