"""From flags, file and environment to the settings of a run, written out so that it can be repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from playhead.agent.config import Config
from playhead.agent.config import settings as flat
from playhead.agent.config_layers import Loaded, load
from playhead.agent.wiring import WITHOUT_MODEL
from playhead.eval import baselines, readings
from playhead.eval.types import SUBTITLE_POLICIES, RunConfig, SubtitlePolicy
from playhead.tools import registry
from playhead.tools.errors import UsageError

ENGINES = ("local", "ray")
_OWN = ("library", "strategy", "model", "base_url")
"""Settings that a run keeps in fields of its own."""


def run_config(
    set_name: str,
    data: Path,
    *,
    given: Mapping[str, str | None],
    settings: Sequence[str] = (),
    file: Path | None = None,
    subset: str = "",
    subtitles: str = "full",
    engine: str = "local",
    limit: int | None = None,
    first: int | None = None,
    reading: str = "",
    judge: str = "",
    **rest: Any,
) -> RunConfig:
    """The settings of a run. Raises UsageError for a set, subset, policy or setting that does not exist."""
    if limit is not None and first is not None:
        raise UsageError("--limit and --first exclude each other", "give one of them")
    name, _, after = set_name.partition(":")
    readings.of(registry.module("benchmarks", name).INFO, reading)
    baseline = given.get("strategy") in baselines.NAMES
    flags = {
        key: value
        for key, value in given.items()
        if value is not None and not (baseline and key == "strategy")
    }
    loaded = load({**flags, **_pairs(settings)}, file)
    config = loaded.config
    if "store" not in loaded.origins and engine == "local":
        config = replace(config, store="in_memory")  # one process alone: exact, and no graph to build
    if not baseline:
        registry.module("strategies", config.strategy.partition(":")[0])
    return RunConfig(
        set=name,
        data=str(data.resolve()),
        subset=subset or after,
        subtitles=_policy(subtitles),
        strategy=str(given["strategy"]) if baseline else _strategy(loaded),
        model="" if baseline else config.model or "offline",
        base_url=config.base_url or "",
        engine=_one_of("--engine", engine, ENGINES),
        limit=limit if first is None else first,
        first=first is not None,
        reading=reading,
        judge=judge or config.roles.judge.model or "",
        settings={key: value for key, value in flat(config) if key not in _OWN},
        **rest,
    )


def _strategy(loaded: Loaded) -> str:
    """The strategy that answers, named as what it is: without a model and a word about it, `quotes`."""
    config = loaded.config
    plans = (config.roles.planner.model or config.model) != Config().model
    return config.strategy if plans or "strategy" in loaded.origins else WITHOUT_MODEL


def with_library(config: RunConfig, folder: Path) -> RunConfig:
    """The run with its material in `folder`."""
    return replace(config, library=str(folder.resolve()))


def _pairs(items: Sequence[str]) -> dict[str, str]:
    found = {}
    for item in items:
        name, equals, value = item.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--set {item!r} is not NAME=VALUE", "write for instance --set budget.rounds=6")
        found[name.strip()] = value
    return found


def _policy(text: str) -> SubtitlePolicy:
    for policy in SUBTITLE_POLICIES:
        if text == policy:
            return policy
    raise UsageError(f"--subtitles {text!r}", f"choose one of: {', '.join(get_args(SubtitlePolicy))}")


def _one_of(flag: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise UsageError(f"{flag} {value!r}", f"choose one of: {', '.join(known)}")
    return value
