"""Runs named by all that differs between them: model, strategy, subtitles, set, reading, any setting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from playhead.eval.types import RunConfig

ABOUT = ("set", "strategy", "model")
"""What a run is called by when nothing differs; these explain themselves."""
NOT_ABOUT = frozenset({"data", "library", "workers", "engine", "baselines", "subset", "settings"})
"""What decides no number, or is told elsewhere in the name."""


def names(configs: Sequence[RunConfig], folders: Sequence[str]) -> list[str]:
    """One name a run, none twice; `folders` tell apart runs of the same settings."""
    facts = [settings_of(config) for config in configs]
    shown = differing(facts) or list(ABOUT)
    drawn = [" · ".join(filter(None, (_part(name, fact.get(name)) for name in shown))) for fact in facts]
    seen = Counter(drawn)
    told = [
        f"{name} · {folder}" if seen[name] > 1 else name for name, folder in zip(drawn, folders, strict=True)
    ]
    again = Counter(told)
    return [f"{name} ({place})" if again[name] > 1 else name for place, name in enumerate(told, start=1)]


def differing(facts: Sequence[Mapping[str, Any]]) -> list[str]:
    """The settings in which the runs are not all alike, in the order of the settings."""
    known = dict.fromkeys(name for fact in facts for name in fact)
    return [name for name in known if any(fact.get(name) != facts[0].get(name) for fact in facts)]


def settings_of(config: RunConfig) -> dict[str, Any]:
    """Every setting that can decide a number, flat: `budget.rounds` beside `model`."""
    told = {"set": set_of(config), "strategy": config.strategy, "model": config.model or "no model"}
    own = {name: value for name, value in asdict(config).items() if name not in NOT_ABOUT | told.keys()}
    return {**told, **own, **flat(config.settings)}


def set_of(config: RunConfig) -> str:
    """`mlvu:dev`; `mlvu` without a subset."""
    return config.set + (f":{config.subset}" if config.subset else "")


def system_of(name: str, set_name: str) -> str:
    """A run's name without its set."""
    parts = [part for part in name.split(" · ") if part != set_name]
    return " · ".join(parts) or name


def flat(settings: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Nested settings by dotted name: `budget.rounds`."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        inner = flat(value, f"{before}{name}.") if isinstance(value, Mapping) else {before + name: value}
        found |= inner
    return found


def _part(name: str, value: Any) -> str:
    return (
        str(value)
        if name in ABOUT
        else f"{name.replace('_', ' ')} {value if value not in ('', None) else '–'}"
    )
