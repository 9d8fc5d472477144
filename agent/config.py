"""Every setting, in sections that live beside the code they configure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

import platformdirs

from playhead.agent.context import LoopConfig
from playhead.tools.context import Limits
from playhead.tools.indexing import IndexingConfig
from playhead.tools.metering import Budget
from playhead.tools.roles import RoleConfig, RolesConfig


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, for `usage` reports. Local models cost nothing and need no entry."""

    input_per_million: float = 0.0
    """Price of a million input tokens, in the currency you count in."""

    output_per_million: float = 0.0
    """Price of a million output tokens."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. Equal configurations give equal runs."""

    library: str = ""
    """Folder of the library; empty: the user-data folder of the system."""

    model: str = "offline"
    """Model of all chat roles, `backend:model`; `offline` answers without one."""

    base_url: str | None = None
    """Root of the OpenAI-compatible server of `model`."""

    api_key_env: str | None = None
    """Variable that holds its key; None: PLAYHEAD_API_KEY, then OPENAI_API_KEY."""

    temperature: float | None = None
    """Sampling temperature of all chat roles; None: what each call site asks for."""

    timeout_s: float | None = None
    """Deadline of one model request in seconds; None: what each call site asks for."""

    options: dict[str, Any] = field(default_factory=dict)
    """Further settings of the backend of `model`."""

    embedder: str = "auto"
    """Text embedder of new libraries; `auto`: MiniLM when its package is there, else hashing."""

    visual_embedder: str = ""
    """Image embedder, for instance `siglip:google/siglip2-base-patch16-224`; empty: none."""

    store: str = "chroma"
    """Vector store: `chroma` (embedded), `chroma:URL` (a server) or `in_memory`."""

    strategy: str = "observe"
    """How questions are answered; `playhead strategies` lists the ways. Without a model: quotes."""

    strategies: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Settings of each strategy by its name: `[strategies.topk]`, `strategies.topk.hits`."""

    roles: RolesConfig = field(default_factory=RolesConfig)
    """Sections of the chat roles that differ from `model`."""

    indexing: IndexingConfig = field(default_factory=IndexingConfig)
    """What is perceived, and how finely."""

    loop: LoopConfig = field(default_factory=LoopConfig)
    """When the loop stops looking, and how much it shows the planner."""

    budget: Budget = field(default_factory=Budget)
    """Hard limits of one question."""

    limits: Limits = field(default_factory=Limits)
    """The most that one call of a tool may take or give."""

    prices: dict[str, Price] = field(default_factory=dict)
    """Price of each model by name, for cost reports."""

    @property
    def library_path(self) -> Path:
        """The library's folder, with `~` resolved."""
        usual = Path(platformdirs.user_data_dir("playhead")) / "library"
        return Path(self.library).expanduser() if self.library else usual

    @property
    def general(self) -> RoleConfig:
        """The settings that chat roles fall back to."""
        return RoleConfig(
            model=self.model,
            base_url=self.base_url,
            api_key_env=self.api_key_env,
            temperature=self.temperature,
            timeout_s=self.timeout_s,
            options=self.options,
        )


def settings(config: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting of a configuration as (dotted path, value), in the order of the sections."""
    for item in fields(config):
        value = getattr(config, item.name)
        if is_dataclass(value):
            yield from settings(value, f"{prefix}{item.name}.")
        else:
            yield prefix + item.name, value


def known_paths() -> list[str]:
    """The dotted paths that can be set."""
    return [path for path, _ in settings(Config())]
