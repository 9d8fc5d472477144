"""A strategy is one whole way of answering: a file with `answer(run)`, `INFO` and, if it can be set,
`SETTINGS`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from pydantic import TypeAdapter, ValidationError

from playhead.agent.state import Draft
from playhead.tools import registry
from playhead.tools.errors import UnknownPluginError, UsageError

if TYPE_CHECKING:
    from playhead.agent.run import Run

Answer = Callable[["Run"], Awaitable[Draft]]


@dataclass(frozen=True, slots=True)
class Info:
    """What `playhead strategies` says of a strategy."""

    idea: str
    """One line."""
    source: str = ""
    """Paper and repository; empty for our own."""
    claimed: str = ""
    """What its authors report, accuracy in %: their models, not measured here."""
    needs: Literal["memories", "files", "nothing"] = "memories"
    """What it must have of a video: what indexing remembers, the file itself, or nothing."""
    uses: tuple[str, ...] = ()
    """What it is at its best with: captions, eyes, visual search, log-probabilities, speech…"""
    instead: Mapping[str, str] = field(default_factory=dict)
    """What takes the place of each of these where it is missing."""
    calls: str = ""
    """Model calls of a typical question."""
    most_calls: int = 0
    """The most model calls of a question about an hour, without describing clips; 0 for no such bound."""
    model: bool = True
    """Whether it cannot do without a planner."""
    baseline: bool = False
    """Its answer stands as it is: it is neither held against the quoted answer nor replaced by it."""


@dataclass(frozen=True, slots=True)
class NoSettings:
    """For strategies without any."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy with its settings."""

    name: str
    info: Info
    answer: Answer
    settings: Any


def find(spec: str) -> tuple[ModuleType, Info]:
    """The file of a strategy (`NAME`, `NAME:ARGUMENT` or a dotted path) and what it says of itself.

    Raises UnknownPluginError.
    """
    name = spec.partition(":")[0]
    module = registry.module("strategies", name)
    if not isinstance(info := getattr(module, "INFO", None), Info) or not hasattr(module, "answer"):
        raise UnknownPluginError(f"{name!r} has no INFO and `answer(run)`", "see docs/extending.md")
    return module, info


def load(spec: str, sections: Mapping[str, Mapping[str, Any]] | None = None) -> Strategy:
    """The strategy that `spec` names. The text after the colon sets the first of its settings; `sections`
    holds what `[strategies.NAME]` sets.

    Raises UnknownPluginError, and UsageError that names the setting.
    """
    module, info = find(spec)
    name, _, argument = spec.partition(":")
    kind = getattr(module, "SETTINGS", NoSettings)
    given = dict((sections or {}).get(name, {}))
    if argument:
        if not (names := setting_names(kind)):
            raise UsageError(f"the strategy {name!r} takes nothing after a colon", f"write {name}")
        given[names[0]] = argument
    return Strategy(name, info, module.answer, _settings(kind, given, name))


def check(name: str, setting: str) -> None:
    """Raises UsageError unless the strategy has this setting, UnknownPluginError unless there is one."""
    kind = getattr(find(name)[0], "SETTINGS", NoSettings)
    if setting not in setting_names(kind):
        choices = ", ".join(setting_names(kind)) or "none"
        raise UsageError(f"the strategy {name!r} has no setting {setting!r}", f"its settings: {choices}")


def setting_names(kind: Any) -> tuple[str, ...]:
    """The names of a SETTINGS class, a dataclass or a pydantic model, in order."""
    return tuple(f.name for f in fields(kind)) if is_dataclass(kind) else tuple(kind.model_fields)


def _settings(kind: Any, given: Mapping[str, Any], name: str) -> Any:
    for setting in given:
        check(name, setting)
    try:
        return TypeAdapter(kind).validate_python(dict(given))
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(map(str, first["loc"]))
        form = _form(TypeAdapter(kind).json_schema().get("properties", {}).get(path, {}))
        raise UsageError(
            f"strategies.{name}.{path}: {given.get(path)!r} is no {form}", f"write {name}"
        ) from error


def _form(schema: Mapping[str, Any]) -> str:
    words = {"integer": "whole number", "number": "number", "boolean": "yes or no"}
    form = words.get(str(schema.get("type")), "such value")
    limits = [str(schema[name]) for name in ("minimum", "maximum") if name in schema]
    return f"{form} from {' to '.join(limits)}" if limits else form
