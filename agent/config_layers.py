"""One configuration out of a file, the environment and flags.

Layers, later over earlier, and nothing else: defaults < file < environment < flags.

- The file is `--config FILE`, else `PLAYHEAD_CONFIG`, else `playhead.toml` here, else `config.toml` in
  the user's configuration folder.
- An environment variable is `PLAYHEAD_` and the path in capitals, two underscores between its parts:
  `PLAYHEAD_MODEL`, `PLAYHEAD_BUDGET__ROUNDS`, `PLAYHEAD_ROLES__CAPTIONER__MODEL`.
- A flag that was not given is absent from its layer; None is a value like any other, and is written as an
  empty text, since neither files nor variables nor flags have a word for it: `indexing.ocr=`.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

import platformdirs
from pydantic import TypeAdapter, ValidationError

from playhead.agent import strategy
from playhead.agent.config import Config, known_paths
from playhead.tools.errors import UsageError

PREFIX = "PLAYHEAD_"
STRATEGIES_PREFIX = f"{PREFIX}STRATEGIES__"
NOT_SETTINGS = {PREFIX + name for name in ("CONFIG", "API_KEY", "TOKEN", "VLLM_PYTHON", "DEBUG")}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration, and for every dotted path that was set, the place that set it."""

    config: Config
    origins: Mapping[str, str]


def load(
    flags: Mapping[str, Any] | None = None,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Loaded:
    """Merge the layers. `flags` maps dotted paths to values. Raises UsageError that names the bad setting."""
    environment = os.environ if environment is None else environment
    file = file or _file(environment)
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    layers: list[tuple[dict[str, Any], Callable[[str], str]]] = [
        (_flatten(_read(file)) if file else {}, lambda _: f"file {file}"),
        (_from_environment(environment), lambda path: f"environment {_variable(path)}"),
        (dict(flags or {}), lambda path: f"flag for {path}"),
    ]
    for values, origin in layers:
        for path, value in values.items():
            _check(path, origin(path))
            _set(merged, path, None if value == "" and path in _nullable() else value)
            origins[path] = origin(path)
    try:
        return Loaded(TypeAdapter(Config).validate_python(merged), origins)
    except ValidationError as error:
        raise _explain(error, origins) from error


@cache
def _nullable() -> frozenset[str]:
    """The dotted paths whose value may be None."""
    return frozenset(_nullable_in(Config, ""))


def _nullable_in(section: type[Any], prefix: str) -> Iterator[str]:
    for name, hint in get_type_hints(section).items():
        if is_dataclass(hint):
            yield from _nullable_in(cast("type[Any]", hint), f"{prefix}{name}.")
        elif type(None) in get_args(hint):
            yield prefix + name


def _file(environment: Mapping[str, str]) -> Path | None:
    if named := environment.get("PLAYHEAD_CONFIG"):
        return Path(named).expanduser()
    usual = (Path("playhead.toml"), Path(platformdirs.user_config_dir("playhead")) / "config.toml")
    return next((path for path in usual if path.is_file()), None)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"there is no configuration file {str(file)!r}", "check --config") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"the configuration file {str(file)!r} cannot be read: {error}", "mend it"
        ) from error


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in tree.items():
        sections = (*_sections(), "strategies")
        nested = prefix == "roles." or prefix.startswith("strategies.") if prefix else name in sections
        if isinstance(value, dict) and nested:
            flat |= _flatten(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def _sections() -> tuple[str, ...]:
    return tuple(item.name for item in fields(Config) if is_dataclass(getattr(Config(), item.name)))


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    names = {_variable(path): path for path in known_paths()}
    flat: dict[str, Any] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS:
            continue
        if variable.startswith(STRATEGIES_PREFIX):
            name, _, leaf = variable.removeprefix(STRATEGIES_PREFIX).lower().rpartition("__")
            flat[f"strategies.{name.replace('__', '.')}.{leaf}"] = text
            continue
        if variable not in names:
            close = difflib.get_close_matches(variable, names, n=1)
            raise UsageError(
                f"the environment variable {variable} is no setting",
                f"did you mean {close[0]}?" if close else "playhead doctor --show-config lists them",
            )
        flat[names[variable]] = text
    return flat


def _variable(path: str) -> str:
    return PREFIX + path.replace(".", "__").upper()


def _set(tree: dict[str, Any], path: str, value: Any) -> None:
    *parents, leaf = path.split(".")
    if parents[:1] == ["strategies"]:
        parents = ["strategies", ".".join(parents[1:])]
    for parent in parents:
        tree = tree.setdefault(parent, {})
    tree[leaf] = value


def _check(path: str, origin: str) -> None:
    if path in known_paths():
        return
    if path.startswith("strategies.") and path.count(".") > 1:
        name, _, leaf = path.removeprefix("strategies.").rpartition(".")
        strategy.check(name, leaf)
        return
    close = difflib.get_close_matches(path, known_paths(), n=1)
    cure = f"did you mean {close[0]!r}?" if close else "playhead doctor --show-config lists them"
    raise UsageError(f"no setting is called {path!r} ({origin})", cure)


def _explain(error: ValidationError, origins: Mapping[str, str]) -> UsageError:
    first = error.errors()[0]
    path = ".".join(str(part) for part in first["loc"])
    where = next((origin for known, origin in origins.items() if path.startswith(known)), "")
    return UsageError(
        f"the setting {path!r} is {first['input']!r}: {first['msg']} ({where})", "correct its value"
    )
