"""What an agent is made of, from its arguments to its end: settings, models, library, event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from playhead.agent.config import Config
from playhead.agent.parts import library_folder, models_of, secrets_of
from playhead.agent.private_loop import PrivateLoop
from playhead.agent.wiring import Setup
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.metering import Budget
from playhead.tools.protocols import ChatModel, Embedder


class BaseAgent:
    """Settings and parts, opened when first needed and freed by `close`."""

    def __init__(
        self,
        model: str | ChatModel | None = None,
        library: Path | str | Library | None = None,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        models: Mapping[str, str | ChatModel] | None = None,
        strategy: str | None = None,
        budget: Budget | None = None,
        embedder: Embedder | None = None,
        actions: Sequence[str] | None = None,
        config: Config | None = None,
    ) -> None:
        """Connects to nothing yet. Raises UnknownPluginError, MissingExtraError and UsageError."""
        config = config or Config()
        config = replace(
            config,
            library=library_folder(library) or config.library,
            strategy=strategy or config.strategy,
            budget=budget or config.budget,
            model=model if isinstance(model, str) else config.model,
            base_url=base_url or config.base_url,
        )
        given = None if isinstance(model, str) else model
        chosen = models_of(given, models or {}, config, api_key or "")
        registry.module("strategies", config.strategy.partition(":")[0])
        self._setup = Setup(config, chosen, embedder, actions, secrets_of(config, api_key))
        self._owns_library = not isinstance(library, Library)
        if isinstance(library, Library):
            self._setup.opened = library
        self._loop = PrivateLoop()

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """An agent with exactly these settings."""
        return cls(config=config)

    @property
    def config(self) -> Config:
        return self._setup.config

    @property
    def models(self) -> Mapping[str, str]:
        """The name of the model of each role that has one."""
        return {role: model.name for role, model in self._setup.models.items()}

    @property
    def secrets(self) -> tuple[str, ...]:
        """The keys it holds, so that they can be kept out of whatever is told."""
        return self._setup.secrets

    @property
    def library(self) -> Library:
        """The library, opened when first used. Raises LibraryError."""
        return self._setup.library()

    def close(self) -> None:
        """Free models, threads and the library (unless it was handed in open)."""
        self._loop.run(_close(self._setup.models))
        self._loop.close()
        if self._owns_library and self._setup.opened is not None:
            self._setup.opened.close()
            self._setup.opened = None

    async def aclose(self) -> None:
        await asyncio.to_thread(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


async def _close(models: Mapping[str, ChatModel]) -> None:
    for model in {id(model): model for model in models.values()}.values():
        await model.aclose()
