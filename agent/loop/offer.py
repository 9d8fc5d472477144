"""The tools as the planner of one question is offered them: what its videos can answer, cheapest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from playhead.agent.context import Context
from playhead.tools.toolbox import Toolbox
from playhead.tools.types import KINDS, Kind

MOST_NAMED = 20
"""Videos up to which the planner chooses among numbers; beyond, it may name any title."""

Schema = dict[str, Any]


def offered(context: Context) -> list[Schema]:
    """One `{name, description, parameters}` a tool. With one video no tool asks which; with several, their
    numbers are all that can be named; memories are searched among the kinds that exist; what needs pictures
    is left out where there are none, or nobody who sees them."""
    return _offered(context.toolbox, len(context.tools.videos), context.kinds, _lacking(context))


def signatures(tools: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same in words: every argument with its type, what may be chosen, its default and its meaning."""
    return [
        {"name": tool["name"], "description": tool["description"], "arguments": list(_arguments(tool))}
        for tool in tools
    ]


@lru_cache(maxsize=64)
def _offered(toolbox: Toolbox, videos: int, kinds: tuple[Kind, ...], lacking: frozenset[str]) -> list[Schema]:
    """Made once for each kind of scope, since making schemas costs more than all else in a round."""
    tools = toolbox.schemas(lacking)
    return [{**tool, "parameters": _narrow(tool["parameters"], videos, kinds)} for tool in tools]


def _lacking(context: Context) -> frozenset[str]:
    """What tools may need and the question has not; text that was on a screen tells as much as pictures."""
    pictures = "screen" in context.kinds or any(video.source == "video" for video in context.tools.videos)
    has = {"pictures": pictures, "eyes": context.tools.eyes}
    return frozenset(name for name, there in has.items() if not there)


def _narrow(parameters: Schema, videos: int, kinds: tuple[Kind, ...]) -> Schema:
    fields = dict(parameters.get("properties", {}))
    if "video" in fields and videos <= 1:
        del fields["video"]
    elif "video" in fields and videos <= MOST_NAMED:
        fields["video"] = {**fields["video"], "enum": [str(number) for number in range(1, videos + 1)]}
    if kinds and "kinds" in fields:
        chosen = [kind for kind in KINDS if kind in kinds]
        fields["kinds"] = {**fields["kinds"], "items": {"type": "string", "enum": chosen}}
    return {**parameters, "properties": fields}


def _arguments(tool: Mapping[str, Any]) -> list[dict[str, str]]:
    parameters = tool["parameters"]
    return [
        {"name": name, "form": _form(field), "words": _words(field, name in parameters.get("required", ()))}
        for name, field in parameters.get("properties", {}).items()
    ]


def _words(field: Mapping[str, Any], required: bool) -> str:
    words, default = str(field.get("description", "")), field.get("default")
    if required or "when left out" in words:
        return words
    known = "may be left out" if default is None else f"{default} when left out"
    return f"{words}; {known}" if words else known


def _form(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " or ".join(f'"{choice}"' for choice in field["enum"])
    if field.get("type") == "array":
        return f"list of {_form(field.get('items', {}))}"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(
        str(field.get("type")), str(field.get("type", "value"))
    )
