"""Which model plays which part: one spec for all chat roles, and a section for each that differs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from playhead.tools import registry
from playhead.tools.errors import PrerequisiteError, UsageError
from playhead.tools.protocols import ChatModel, ChatReply, ChatRequest

CHAT_ROLES = ("planner", "reflector", "captioner", "inspector", "judge")

OFFLINE = ("", "offline")
"""Specs that mean: no chat model; rules decide."""


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

        Naming another model drops the general URL, key and options, naming another URL the general key:
        they belong to the other server.
        """
        base = general if self.model in (None, general.model) else RoleConfig()
        if self.base_url not in (None, base.base_url):
            base = replace(base, api_key_env=None)
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        return replace(base, **{name: value for name, value in given.items() if value not in (None, {})})


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """Where a role that does not chat finds its server. Its spec is a setting of its own.

    That is `embedder`, `visual_embedder` or `indexing.asr`; what is left out comes from the environment.
    """

    base_url: str | None = None
    """Root of the OpenAI-compatible server; None: PLAYHEAD_BASE_URL."""

    api_key_env: str | None = None
    """Name of the environment variable that holds its key; None: PLAYHEAD_API_KEY, then OPENAI_API_KEY."""

    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Further settings of the plug-in, passed on as they are."""


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

    embedder: EndpointConfig = field(default_factory=EndpointConfig)
    """Turns texts into vectors; its spec is `embedder`."""

    visual_embedder: EndpointConfig = field(default_factory=EndpointConfig)
    """Turns pictures into vectors; its spec is `visual_embedder`."""

    transcriber: EndpointConfig = field(default_factory=EndpointConfig)
    """Recognises speech; its spec is `indexing.asr`."""


class Tuned:
    """A chat model that follows the sampling of its role, whatever a call site asks for.

    `backend` is the model inside, for who asks what only some backends can tell.
    """

    def __init__(self, model: ChatModel, config: RoleConfig) -> None:
        self.backend = model
        self._changes = {
            name: value
            for name in ("temperature", "max_tokens", "timeout_s")
            if (value := getattr(config, name)) is not None
        }
        self.name = model.name

    @property
    def sees_images(self) -> bool:
        """What the backend knows by now; a server may say it only when it is asked."""
        return self.backend.sees_images

    def __repr__(self) -> str:
        return f"Tuned({self.name!r}, {self._changes!r})"

    async def complete(self, request: ChatRequest) -> ChatReply:
        return await self.backend.complete(replace(request, **self._changes))

    async def aclose(self) -> None:
        await self.backend.aclose()


def load_model(config: RoleConfig, api_key: str = "") -> ChatModel | None:
    """The chat model of one role, or None when it is offline. Connects to nothing yet.

    `api_key` is used unless the role names a variable. Raises UnknownPluginError for an unknown backend,
    UsageError for its settings, and PrerequisiteError when the key's variable is unset.
    """
    if config.model is None or config.model in OFFLINE:
        return None
    settings = _access(config)
    if api_key and not config.api_key_env:
        settings["api_key"] = api_key
    model: ChatModel = registry.load("models", config.model, **settings)
    return Tuned(model, config)


def load_models(general: RoleConfig, roles: RolesConfig, api_key: str = "") -> dict[str, ChatModel]:
    """The chat model of every role that has one; roles with equal settings share one instance.

    `api_key` belongs to the server of `general`, and goes to no other.
    """
    loaded: dict[str, ChatModel] = {}
    seen: list[tuple[RoleConfig, ChatModel]] = []
    for role in CHAT_ROLES:
        config = getattr(roles, role).over(general)
        same = (config.model, config.base_url) == (general.model, general.base_url)
        known = next((model for other, model in seen if other == config), None)
        model = known or load_model(config, api_key if same else "")
        if model is not None:
            seen.append((config, model))
            loaded[role] = model
    return loaded


def load_part(folder: str, spec: str, endpoint: EndpointConfig) -> Any:
    """The plug-in of a role that does not chat, at its own server.

    Raises UnknownPluginError, UsageError for a setting that it has not, and PrerequisiteError.
    """
    settings = _access(endpoint)
    try:
        return registry.load(folder, spec, **settings)
    except TypeError as error:
        if not settings:
            raise
        cause = f"{spec!r} does not take the settings {', '.join(settings)}"
        raise UsageError(cause, f"remove them from its section of roles ({error})") from error


def _access(config: RoleConfig | EndpointConfig) -> dict[str, Any]:
    """The settings that every plug-in with a server takes, and those of this one."""
    settings: dict[str, Any] = dict(config.options)
    if "api_key" in settings:
        cure = "export it as an environment variable and name that one with api_key_env"
        raise UsageError("a key stands among the settings, where it could be printed or committed", cure)
    if config.base_url:
        settings["base_url"] = config.base_url
    if config.api_key_env:
        settings["api_key"] = _key(config.api_key_env)
    return settings


def _key(variable: str) -> str:
    if key := os.environ.get(variable):
        return key
    raise PrerequisiteError(
        f"the environment variable {variable!r} is not set", "export it with the key of the server"
    )
