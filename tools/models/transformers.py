"""`transformers:MODEL`: a chat model in this process, by name, local folder or `.gguf` file.

Nothing is loaded before the first request. Requests that wait while others run are generated together.
Replies are held to their schema token by token; the deadline of a request counts from the start of its batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cached_property
from threading import Event
from typing import Any
from weakref import WeakValueDictionary

from playhead.tools.errors import ModelError, ModelReplyError, ModelUnreachableError, UsageError
from playhead.tools.protocols import ChatReply, ChatRequest
from playhead.tools.serving.batching import Batcher
from playhead.tools.serving.local_jobs import ModelJob
from playhead.tools.serving.local_model import LocalModel, LocalSettings
from playhead.tools.serving.local_weights import sees
from playhead.tools.serving.request_fit import image_count
from playhead.tools.serving.server_settings import settings_of


class Engine:
    """A model and the queue before it, shared by every role that names the same model and settings."""

    def __init__(self, path: str, settings: LocalSettings) -> None:
        self.users = 0
        self.loaded: LocalModel | None = None
        self.batcher: Batcher[ModelJob, ChatReply | ModelError] = Batcher(self._work, self._size, _kind)
        self._path, self._settings = path, settings

    def free(self) -> None:
        """Drop the model; called in the worker thread."""
        if self.loaded is not None:
            self.loaded.close()
            self.loaded = None

    def _size(self) -> int:
        return self.loaded.batch if self.loaded else 1

    def _work(self, jobs: Sequence[ModelJob]) -> list[ChatReply | ModelError]:
        try:
            self.loaded = self.loaded or LocalModel(self._path, self._settings)
            return [*self.loaded.generate(jobs)]
        except Exception as error:
            if len(jobs) == 1:
                return [_mapped(error, self._path)]
        return [outcome for job in jobs for outcome in self._work([job])]


_ENGINES: WeakValueDictionary[tuple[str, LocalSettings], Engine] = WeakValueDictionary()


class TransformersModel:
    """A chat model without a server. `aclose` frees its memory once no other role uses it."""

    def __init__(self, path: str, settings: LocalSettings) -> None:
        self.name = f"transformers:{path}"
        self._path = path
        self._engine = _ENGINES.setdefault((path, settings), Engine(path, settings))
        self._engine.users += 1
        self._open = True

    def __repr__(self) -> str:
        return f"TransformersModel({self.name!r}, loaded={self._engine.loaded is not None})"

    @cached_property
    def sees_images(self) -> bool:
        """False for a model of words alone: it plans, weighs and answers, and others look."""
        return sees(self._path)

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One reply; its row of the batch ends when this call is cancelled or its deadline passes."""
        left = Event()
        future = self._engine.batcher.submit(ModelJob(request, stopped=left.is_set))
        try:
            return _usable(await asyncio.wrap_future(future), request)
        except asyncio.CancelledError:
            left.set()
            raise

    async def aclose(self) -> None:
        if self._open:
            self._open = False
            self._engine.users -= 1
        if not self._engine.users:
            await asyncio.to_thread(self._engine.batcher.run, self._engine.free)


def _kind(job: ModelJob) -> object:
    """Jobs that can share a batch: same sampling, pictures or none, and streams alone."""
    alone = id(job) if job.on_text else 0
    return job.request.temperature, job.request.seed, image_count(job.request) > 0, alone


def _usable(outcome: ChatReply | ModelError, request: ChatRequest) -> ChatReply:
    if isinstance(outcome, ModelError):
        raise outcome
    if outcome.finish_reason == "deadline":
        cause = f"{outcome.model!r} did not finish within {request.timeout_s:g} s"
        raise ModelUnreachableError(cause, "raise timeout_s for this role, or lower max_tokens")
    if not outcome.text:
        cause = f"{outcome.model!r} returned an empty reply"
        raise ModelReplyError(cause, "try again, or choose another model")
    return outcome


def _mapped(error: Exception, path: str) -> ModelError:
    if isinstance(error, ModelError):
        return error
    words = (str(error).strip().splitlines() or [""])[0][:200]
    cause = f"{path!r} failed: {type(error).__name__}: {words}"
    return ModelError(cause, "see the model's page for what it needs")


def create(argument: str = "", **settings: Any) -> TransformersModel:
    """The model in the folder or of the name `argument`; settings are those of LocalSettings."""
    if not argument:
        raise UsageError("transformers needs a model", "write transformers:NAME or transformers:FOLDER")
    return TransformersModel(argument, settings_of(LocalSettings, "transformers", settings))
