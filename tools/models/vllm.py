"""`vllm:MODEL`: a vLLM server of its own on this machine, started when first needed, or one at a URL.

Roles and processes that ask for the same model and flags share one server; it stops when the last of them
has left, however it left. With `base_url` nothing is started.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import fields, replace
from functools import partial
from typing import Any

from playhead.tools.errors import ModelError, ModelUnreachableError, UsageError
from playhead.tools.models.openai import OpenAIModel
from playhead.tools.protocols import ChatReply, ChatRequest
from playhead.tools.serving.server_limits import Learned
from playhead.tools.serving.server_settings import ServerSettings, settings_of
from playhead.tools.serving.vllm_server import Lease, VLLMSettings, command_of, lease

log = logging.getLogger(__name__)


class VLLMModel:
    """A ChatModel whose server appears with the first request and goes with `aclose`."""

    def __init__(
        self, model: str, own: VLLMSettings, requests: ServerSettings, progress: Callable[[str], None]
    ) -> None:
        self.name = f"vllm:{model}"
        self._model, self._own, self._requests, self._progress = model, own, requests, progress
        self._lock = threading.Lock()
        self._starting: Future[OpenAIModel] | None = None
        self._lease: Lease | None = None

    def __repr__(self) -> str:
        return f"VLLMModel({self.name!r}, {self._lease.url if self._lease else 'not started'!r})"

    @property
    def sees_images(self) -> bool:
        """What the server said; True before it was asked."""
        started = self._running()
        return self._requests.sees_images if started is None else started.sees_images

    @property
    def learned(self) -> Learned | None:
        """What the server taught so far; None before it is up."""
        started = self._running()
        return None if started is None else started.learned

    async def listed(self) -> list[dict[str, Any]]:
        """The entries of the server's `/v1/models`. Raises ModelError."""
        return await (await self._server()).listed()

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One reply. The deadline counts from when the server is up."""
        server = await self._server()
        try:
            return await server.complete(request)
        except ModelUnreachableError as error:
            raise await self._why(error) from None

    async def aclose(self) -> None:
        """Leave the server; the last to leave stops it."""
        with self._lock:
            starting, self._starting = self._starting, None
        if starting is not None:
            try:
                await (await asyncio.wrap_future(starting)).aclose()
            except ModelError:
                log.debug("%s was closed before it had started", self.name)
        self._leave()

    def _running(self) -> OpenAIModel | None:
        started = self._starting
        if started is None or not started.done() or started.exception() is not None:
            return None
        return started.result()

    async def _server(self) -> OpenAIModel:
        return await asyncio.shield(asyncio.wrap_future(self._started()))

    def _started(self) -> Future[OpenAIModel]:
        """The one start that everybody waits for; a failed one is tried anew by whoever comes next."""
        with self._lock:
            if self._starting is None:
                self._starting = Future()
                threading.Thread(target=self._start, args=(self._starting,), daemon=True).start()
            return self._starting

    def _start(self, starting: Future[OpenAIModel]) -> None:
        try:
            wanted = partial(self._is_wanted, starting)
            self._lease = lease(self._model, self._own, self._progress, wanted)
            settings = replace(self._requests, base_url=self._lease.url, api_key="none")
            starting.set_result(OpenAIModel(self._model, settings, backend="vllm"))
        except Exception as error:
            self._forget(starting)
            starting.set_exception(error)

    async def _why(self, error: ModelUnreachableError) -> ModelError:
        """The same error, or what the server's log says when the server is gone."""
        held = self._lease
        if held is None or not await asyncio.to_thread(held.is_over):
            return error
        words = held.last_words()
        self._forget(self._starting)
        self._leave()
        return ModelError(
            f"the vLLM server of {self._model!r} has stopped: {words}", "ask again to restart it"
        )

    def _is_wanted(self, starting: Future[OpenAIModel]) -> bool:
        return self._starting is starting

    def _forget(self, starting: Future[OpenAIModel] | None) -> None:
        with self._lock:
            if self._starting is starting:
                self._starting = None

    def _leave(self) -> None:
        with self._lock:
            held, self._lease = self._lease, None
        if held is not None:
            held.release()


def create(
    argument: str = "", *, progress: Callable[[str], None] = log.info, **settings: Any
) -> VLLMModel | OpenAIModel:
    """The model named `argument`; settings are those of VLLMSettings and ServerSettings.

    `progress` gets a line whenever the starting server says something new. Starts nothing yet.
    Raises UsageError without a model or for an impossible flag.
    """
    names = {item.name for item in fields(VLLMSettings)}
    own = {name: value for name, value in settings.items() if name in names}
    requests = settings_of(ServerSettings, "vllm", {k: v for k, v in settings.items() if k not in names})
    if requests.base_url:
        return OpenAIModel(argument, requests, backend="vllm")
    if not argument:
        raise UsageError("vllm needs a model", "write vllm:NAME or vllm:FOLDER, or give base_url")
    kept = settings_of(VLLMSettings, "vllm", own)
    command_of(argument, kept)
    return VLLMModel(argument, kept, requests, progress)
