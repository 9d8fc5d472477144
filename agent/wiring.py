"""From settings to the parts of a run: library, embedders, recogniser, and the context of one question."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from playhead import prompts
from playhead.agent.config import Config
from playhead.agent.context import Context
from playhead.agent.pricing import rate
from playhead.agent.state import State
from playhead.agent.strategy import find
from playhead.tools.context import ToolContext
from playhead.tools.embedding import default_embedder
from playhead.tools.errors import LibraryError
from playhead.tools.library import Library, exists
from playhead.tools.metering import UNLIMITED, Budget, Meter, Metered
from playhead.tools.protocols import ChatModel, Embedder, Transcriber, VisualEmbedder
from playhead.tools.roles import load_part
from playhead.tools.toolbox import Toolbox
from playhead.tools.types import KINDS, Kind, Usage, Video

WITHOUT_MODEL = "quotes"


@dataclass(slots=True)
class Setup:
    """Everything that the runs of one agent share. The library is opened when first needed."""

    config: Config
    models: Mapping[str, ChatModel]
    embedder: Embedder | None = None
    actions: Sequence[str] | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    opened: Library | None = None
    indexing: Meter = field(default_factory=partial(Meter, UNLIMITED))
    """What `index` has cost since the agent was made."""
    _toolbox: Toolbox | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def by(self, strategy: str) -> Setup:
        """The same parts for a run by another strategy, if one is given."""
        return replace(self, config=replace(self.config, strategy=strategy)) if strategy else self

    def library(self, *, make: bool = True) -> Library:
        """The library, opened or, if `make` says so, made. Raises LibraryError."""
        with self._lock:
            if self.opened is None:
                self.opened = open_library(self.config, self.embedder, make=make)
            return self.opened

    def toolbox(self) -> Toolbox:
        """The tools, loaded when first needed. Raises UnknownPluginError."""
        if self._toolbox is None:
            self._toolbox = Toolbox(self.actions)
        return self._toolbox

    @property
    def strategy(self) -> str:
        """The spec of the strategy that answers: without a model `quotes`, unless a baseline is asked for."""
        spec = self.config.strategy
        return spec if "planner" in self.models or find(spec)[1].baseline else WITHOUT_MODEL

    def needs(self) -> str:
        """What the strategy must have of a video: `memories`, `files` or `nothing`."""
        return find(self.strategy)[1].needs

    def facts(self) -> dict[str, Any]:
        """The part of the trajectory that says how questions are answered; no keys, no URLs."""
        budget = self.config.budget
        return {
            "strategy": self.strategy,
            "models": {role: model.name for role, model in self.models.items()},
            "budget": {name: getattr(budget, name) for name in Budget.__dataclass_fields__},
        }

    def context(self, state: State, videos: Sequence[Video], spent: Mapping[str, Usage]) -> Context:
        """The run-time dependencies of one question; `spent` continues a run that was cut off.

        Reads files when it is first called: not for an event loop's thread.
        """
        prompts.names()
        rates = {role: rate(model.name, self.config.prices) for role, model in self.models.items()}
        kept = int("planner" in self.models)
        meter = Meter(self.config.budget, answer_calls=kept, spent=spent, rates=rates)
        models = {role: Metered(model, role, meter) for role, model in self.models.items()}
        tools = ToolContext(
            library=self.library(),
            videos=tuple(videos),
            before_s=state.before_s,
            models=models,
            meter=meter,
            reader=self.config.indexing.reader,
            ocr=self.config.indexing.ocr,
            limits=self.config.limits,
            keep_focused=self.config.loop.keep_focused,
        )
        return Context(
            toolbox=self.toolbox(),
            tools=tools,
            config=self.config.loop,
            kinds=_kinds(tools),
            strategies=self.config.strategies,
        )


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


def _kinds(tools: ToolContext) -> tuple[Kind, ...]:
    """The kinds of memory that a search can find; captions too when somebody can write them."""
    counts = (tools.library.count(video.id) for video in tools.videos)
    known = {kind for count in counts for kind, number in count.items() if number}
    return tuple(kind for kind in KINDS if kind in known or (kind == "caption" and tools.eyes))
