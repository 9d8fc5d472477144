"""Runs named by all that differs between them: model, strategy, subtitles, set, reading, any setting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from playhead.eval.types import RunConfig

ABOUT = ("set", "strategy", "model")
"""Settings whose values explain themselves; the others are told with their name."""
SEPARATOR = " · "
NOT_ABOUT = frozenset({"data", "library", "workers", "engine", "baselines", "subset", "settings"})
"""What decides no number, or is told elsewhere in the name."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a run is called: the set with what is special to all runs on it, and the system that ran."""

    set: str
    system: str
    sets: int = 1
    """How many sets the runs beside it have together."""

    @property
    def full(self) -> str:
        """The set is named only beside runs of other sets."""
        return SEPARATOR.join(filter(None, (self.set if self.sets > 1 else "", self.system)))


def names(configs: Sequence[RunConfig], folders: Sequence[str]) -> list[Name]:
    """One name a run, none twice; `folders` tell apart runs of the same settings.

    A setting that differs only from set to set belongs to the set's name, so that one system has one name
    on all of them.
    """
    facts = [settings_of(config) for config in configs]
    sets = [fact["set"] for fact in facts]
    groups = [[fact for fact in facts if fact["set"] == name] for name in dict.fromkeys(sets)]
    of_system = {"strategy", "model"}.union(*(differing(group) for group in groups))
    shown = [name for name in differing(facts) if name != "set"]
    mine = [name for name in shown if name in of_system] or ["strategy", "model"]
    theirs = ["set", *(name for name in shown if name not in of_system)]
    called = [Name(_told(fact, theirs), _told(fact, mine), len(groups)) for fact in facts]
    return _apart(_apart(called, folders), [f"run {place}" for place in range(1, len(called) + 1)])


def _apart(called: Sequence[Name], marks: Sequence[str]) -> list[Name]:
    """Names that occur twice, each with its mark."""
    seen = Counter(called)
    return [
        replace(name, system=f"{name.system}{SEPARATOR}{mark}") if seen[name] > 1 else name
        for name, mark in zip(called, marks, strict=True)
    ]


def _told(fact: Mapping[str, Any], shown: Sequence[str]) -> str:
    return SEPARATOR.join(_part(name, fact.get(name)) for name in shown)


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
