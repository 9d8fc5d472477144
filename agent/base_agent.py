"""What an agent is made of, from its arguments to its end: settings, models, library, event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from playhead.agent.config import Config
from playhead.agent.private_loop import PrivateLoop
from playhead.agent.wiring import Setup
from playhead.tools import registry
from playhead.tools.errors import UsageError
from playhead.tools.library import Library
from playhead.tools.metering import Budget
from playhead.tools.protocols import ChatModel, Embedder
from playhead.tools.roles import CHAT_ROLES, OFFLINE, RoleConfig, load_model, load_models

KEY_VARIABLES = ("PLAYHEAD_API_KEY", "OPENAI_API_KEY")


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
            library=_library_folder(library) or config.library,
            strategy=strategy or config.strategy,
            budget=budget or config.budget,
            model=model if isinstance(model, str) else config.model,
            base_url=base_url or config.base_url,
        )
        given = None if isinstance(model, str) else model
        chosen = _models_of(given, models or {}, config, api_key or "")
        registry.module("strategies", config.strategy.partition(":")[0])
        self._setup = Setup(config, chosen, embedder, actions, _secrets_of(config, api_key))
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


def _models_of(
    given: ChatModel | None, models: Mapping[str, str | ChatModel], config: Config, api_key: str
) -> dict[str, ChatModel]:
    """The model of every role that has one: `given` or what is configured, then what `models` says.

    Raises UsageError for an unknown role, UnknownPluginError and PrerequisiteError.
    """
    usual = dict.fromkeys(CHAT_ROLES, given) if given else load_models(config.general, config.roles, api_key)
    chosen: dict[str, ChatModel | None] = {**usual}
    for role, spec in models.items():
        if role not in CHAT_ROLES:
            raise UsageError(f"there is no role {role!r}", f"choose one of: {', '.join(CHAT_ROLES)}")
        chosen[role] = _named(spec, config, api_key) if isinstance(spec, str) else spec
    return {role: model for role, model in chosen.items() if model is not None}


def _named(spec: str, config: Config, api_key: str) -> ChatModel | None:
    """A model by its spec, at the general server when it is of the same backend."""
    same = spec.partition(":")[0] == config.model.partition(":")[0] or config.model in OFFLINE
    own = replace(config.general, model=spec) if same else RoleConfig(model=spec)
    return load_model(own, api_key if same else "")


def _secrets_of(config: Config, api_key: str | None = None) -> tuple[str, ...]:
    """The keys this agent may hold: never written anywhere."""
    roles = (getattr(config.roles, name) for name in type(config.roles).__dataclass_fields__)
    variables = {config.api_key_env, *(role.api_key_env for role in roles), *KEY_VARIABLES}
    found = (os.environ.get(name, "") for name in variables if name)
    return tuple(key for key in (api_key or "", *found) if key)


def _library_folder(library: Path | str | Library | None) -> str:
    """A library argument as the setting that names its folder."""
    if library is None:
        return ""
    return str(library.path if isinstance(library, Library) else library)
