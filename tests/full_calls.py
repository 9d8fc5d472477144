"""Tool calls as a model writes them that is held to the schema of one video: all arguments, or null."""

from __future__ import annotations

from typing import Any

from playhead.tools.toolbox import Toolbox

_ARGUMENTS = {tool["name"]: tool["parameters"]["properties"] for tool in Toolbox().schemas()}


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    """One call; the arguments that are not given are null."""
    names = [name for name in _ARGUMENTS[tool] if name != "video"]
    return {"tool": tool, "arguments": {name: arguments.get(name) for name in names}}


def plan(*calls: dict[str, Any]) -> dict[str, Any]:
    """The reply of a planner."""
    return {"thought": "", "calls": list(calls)}
