"""The parts that settings name: library, embedders, recogniser, chat models and their keys."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from playhead.agent.config import Config
from playhead.tools.embedding import default_embedder
from playhead.tools.errors import LibraryError, UsageError
from playhead.tools.library import Library, exists
from playhead.tools.protocols import ChatModel, Embedder, Transcriber, VisualEmbedder
from playhead.tools.roles import CHAT_ROLES, OFFLINE, RoleConfig, load_model, load_models, load_part

KEY_VARIABLES = ("PLAYHEAD_API_KEY", "OPENAI_API_KEY")


def open_library(
    config: Config, embedder: Embedder | None = None, *, make: bool = True, reembed: bool = False
) -> Library:
    """The library of a configuration; with `reembed`, one made by another embedder is embedded anew.

    Raises LibraryError (also where there is none, unless it is to be made) and, for unknown parts,
    UnknownPluginError.
    """
    if not make and not exists(config.library_path):
        cause = f"nothing is indexed yet in {str(config.library_path)!r}"
        raise LibraryError(cause, "playhead index FILE begins a library; --library names another one")
    made = embedder or text_embedder(config)
    visual = visual_embedder(config)
    return Library(config.library_path, made, config.store, visual=visual, reembed=reembed)


def text_embedder(config: Config) -> Embedder:
    """The embedder of texts that the settings name. Raises UnknownPluginError and PrerequisiteError."""
    if config.embedder == "auto":
        return default_embedder(config.library_path)
    made: Embedder = load_part("embedders", config.embedder, config.roles.embedder)
    return made


def visual_embedder(config: Config) -> VisualEmbedder | None:
    """The embedder of pictures that the settings name, or None."""
    if not config.visual_embedder:
        return None
    made: VisualEmbedder = load_part("embedders", config.visual_embedder, config.roles.visual_embedder)
    return made


def transcriber(config: Config, spec: str) -> Transcriber:
    """The speech recogniser of this name, at the server of its role."""
    made: Transcriber = load_part("speech", spec, config.roles.transcriber)
    return made


def models_of(
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


def secrets_of(config: Config, api_key: str | None = None) -> tuple[str, ...]:
    """The keys this agent may hold: never written anywhere."""
    roles = (getattr(config.roles, name) for name in type(config.roles).__dataclass_fields__)
    variables = {config.api_key_env, *(role.api_key_env for role in roles), *KEY_VARIABLES}
    found = (os.environ.get(name, "") for name in variables if name)
    return tuple(key for key in (api_key or "", *found) if key)


def library_folder(library: Path | str | Library | None) -> str:
    """A library argument as the setting that names its folder."""
    if library is None:
        return ""
    return str(library.path if isinstance(library, Library) else library)
