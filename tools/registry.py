"""Plug-ins by name: a file in a plug-in folder is its public name, and nothing is imported until named.

A spec is `name` or `name:argument`; a name with a dot in it is an importable module outside playhead.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from playhead.tools.errors import MissingExtraError, UnknownPluginError

FOLDERS = {
    "actions": "playhead.tools.actions",
    "benchmarks": "playhead.eval.benchmarks",
    "embedders": "playhead.tools.embedders",
    "models": "playhead.tools.models",
    "ocr": "playhead.tools.ocr",
    "readers": "playhead.tools.readers",
    "segmenters": "playhead.tools.segmenters",
    "speech": "playhead.tools.speech",
    "stores": "playhead.tools.stores",
    "strategies": "playhead.agent.strategies",
}


@cache
def names(folder: str) -> tuple[str, ...]:
    """The public names in a plug-in folder, sorted, without importing any of them."""
    package = import_module(FOLDERS[folder])
    files = (file for root in package.__path__ for file in Path(root).glob("*.py"))
    return tuple(sorted(file.stem for file in files if not file.stem.startswith("_")))


def module(folder: str, name: str) -> ModuleType:
    """Import one plug-in. Raises UnknownPluginError, or MissingExtraError naming the extra to install."""
    if "." not in name and name not in names(folder):
        close = difflib.get_close_matches(name, names(folder), n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        choices = ", ".join(names(folder))
        raise UnknownPluginError(f"no {name!r} in {folder}", f"{hint}choose one of: {choices}")
    path = name if "." in name else f"{FOLDERS[folder]}.{name}"
    try:
        return import_module(path)
    except ModuleNotFoundError as error:
        raise missing(error, folder, name) from error


def load(folder: str, spec: str, **settings: Any) -> Any:
    """Create the plug-in that `spec` names, with its argument and settings."""
    name, _, argument = spec.partition(":")
    create = getattr(module(folder, name), "create", None)
    if create is None:
        raise UnknownPluginError(f"{name!r} has no function `create`", "see docs/extending.md")
    try:
        return create(argument, **settings)
    except ModuleNotFoundError as error:
        raise missing(error, folder, name) from error


def missing(error: ModuleNotFoundError, folder: str, name: str) -> Exception:
    """The same failure with its cure, when an extra of playhead brings the package."""
    package = (error.name or "").split(".")[0]
    if extra := extra_of(package):
        cause = f"{folder} {name!r} needs the package {package!r}"
        return MissingExtraError(cause, f"pip install 'playhead[{extra}]'")
    if package in name.split("."):
        cause = f"no module {name!r} can be imported"
        return UnknownPluginError(cause, "check the dotted path and the environment")
    return error


def extra_of(package: str) -> str:
    """The extra of playhead that installs `package`, or ''."""
    wanted = re.sub(r"[-_.]+", "-", package).lower()
    for line in metadata.requires("playhead") or ():
        distribution = re.split(r"[\s<>=!~;\[(]", line, maxsplit=1)[0]
        extra = re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", line)
        if extra and re.sub(r"[-_.]+", "-", distribution).lower() == wanted:
            return extra.group(1)
    return ""
