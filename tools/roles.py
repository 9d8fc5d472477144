"""Which model plays which part: one spec for all chat roles, and a section for each that differs."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from playhead.tools import registry
from playhead.tools.errors import PrerequisiteError
from playhead.tools.protocols import ChatModel, ChatReply, ChatRequest

CHAT_ROLES = ("planner", "reflector", "captioner", "inspector", "judge")

OFFLINE = ("", "offline")
"""Specs that mean: no chat model; the scripted policy decides."""


@dataclass(frozen=True, slots=True)
class RoleConfig:
    """One chat role. In the section of a role, what is left out is taken from the general settings."""

    model: str | None = None
    """`backend:model`, for instance `openai:Qwen/Qwen3-VL-8B-Instruct`; `offline` means no model."""

    base_url: str | None = None
    """Root of an OpenAI-compatible server, `http://localhost:8000/v1`; None: the backend's own default."""

    api_key_env: str | None = None
    """Name of the environment variable that holds the key. The key itself is never a setting."""

    temperature: float | None = None
    """Sampling temperature; None: what each call site asks for, 0 nearly everywhere."""

    max_tokens: int | None = None
    """Upper bound of one reply in tokens; None: what each call site asks for."""

    timeout_s: float | None = None
    """Deadline of one request in seconds, retries included; None: what each call site asks for, 120."""

    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Further settings of the backend, passed on as they are."""

    def over(self, general: RoleConfig) -> RoleConfig:
        """This section with its gaps filled from `general`.

        Naming another model drops the general URL, key and options: they belong to the other server.
        """
        base = general if self.model in (None, general.model) else RoleConfig()
        own = {item.name: getattr(self, item.name) for item in fields(self) if getattr(self, item.name)}
        return replace(base, **own)


@dataclass(frozen=True, slots=True)
class RolesConfig:
    """A section for every chat role that should differ from the general model settings."""

    planner: RoleConfig = field(default_factory=RoleConfig)
    """Chooses tools and writes the answer."""

    reflector: RoleConfig = field(default_factory=RoleConfig)
    """Judges whether the evidence suffices."""

    captioner: RoleConfig = field(default_factory=RoleConfig)
    """Describes clips; must see images."""

    inspector: RoleConfig = field(default_factory=RoleConfig)
    """Answers questions about frames; must see images."""

    judge: RoleConfig = field(default_factory=RoleConfig)
    """Grades open answers in benchmarks."""


class Tuned:
    """A chat model that follows the sampling of its role, whatever a call site asks for."""

    def __init__(self, model: ChatModel, config: RoleConfig) -> None:
        self._model = model
        self._changes = {
            name: value
            for name in ("temperature", "max_tokens", "timeout_s")
            if (value := getattr(config, name)) is not None
        }
        self.name = model.name
        self.sees_images = model.sees_images

    def __repr__(self) -> str:
        return f"Tuned({self.name!r}, {self._changes!r})"

    async def complete(self, request: ChatRequest) -> ChatReply:
        return await self._model.complete(replace(request, **self._changes))

    def stream(self, request: ChatRequest) -> AsyncIterator[str]:
        return self._model.stream(replace(request, **self._changes))

    async def aclose(self) -> None:
        await self._model.aclose()


def load_model(config: RoleConfig) -> ChatModel | None:
    """The chat model of one role, or None when it is offline. Connects to nothing yet.

    Raises UnknownPluginError for an unknown backend and PrerequisiteError when the key's variable is unset.
    """
    if config.model is None or config.model in OFFLINE:
        return None
    settings: dict[str, Any] = dict(config.options)
    if config.base_url:
        settings["base_url"] = config.base_url
    if config.api_key_env:
        settings["api_key"] = _key(config.api_key_env)
    model: ChatModel = registry.load("models", config.model, **settings)
    return Tuned(model, config)


def load_models(general: RoleConfig, roles: RolesConfig) -> dict[str, ChatModel]:
    """The chat model of every role that has one; roles with equal settings share one instance."""
    loaded: dict[str, ChatModel] = {}
    seen: list[tuple[RoleConfig, ChatModel]] = []
    for role in CHAT_ROLES:
        config = getattr(roles, role).over(general)
        model = next((known for other, known in seen if other == config), None) or load_model(config)
        if model is not None:
            seen.append((config, model))
            loaded[role] = model
    return loaded


def _key(variable: str) -> str:
    if key := os.environ.get(variable):
        return key
    raise PrerequisiteError(
        f"the environment variable {variable!r} is not set", "export it with the key of the server"
    )
