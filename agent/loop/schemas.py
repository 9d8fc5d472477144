"""JSON Schemas of the tools that a planner is offered, and of the replies that it gives, in the subset that
strict servers accept.

Every object is closed and names all its fields as required; what may be left out may be null. The calls
of a plan are one branch a tool, so that a grammar-guided server can only write arguments that tool has.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from playhead.agent.context import Context
from playhead.tools.toolbox import Toolbox
from playhead.tools.types import KINDS, Kind

Schema = dict[str, Any]

MOST_NAMED = 20
"""Videos up to which the planner chooses among numbers; beyond, it may name any title."""
LONGEST_ARGUMENT = 300
"""Characters of a text that a planner may write as an argument: a query, a question, a name."""

_CITES = {"type": "array", "items": {"type": "integer"}, "maxItems": 20}
_KEPT = ("type", "description", "enum", "items", "anyOf", "const", "maxLength", "maxItems")


def _text(longest: int) -> dict[str, Any]:
    """A text with an end, so that a model which never stops cannot spend the whole reply on one field."""
    return {"type": "string", "maxLength": longest}


def offered(context: Context) -> list[Schema]:
    """One `{name, description, parameters}` a tool, the cheapest first.

    With one video no tool asks which; with several, their numbers are all that can be named; memories are
    searched among the kinds that exist; what needs pictures is left out where there are none, or nobody who
    sees them.
    """
    return _offered(context.toolbox, len(context.tools.videos), context.kinds, _lacking(context))


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


def labels(count: int) -> tuple[str, ...]:
    """Names of the options: letters up to 26, numbers beyond."""
    if count <= len(string.ascii_uppercase):
        return tuple(string.ascii_uppercase[:count])
    return tuple(str(number) for number in range(1, count + 1))


def option_index(label: object, count: int) -> int | None:
    """The index that a label names, or None when it names none."""
    text = str(label or "").strip().strip("().:").upper()
    names = labels(count)
    return names.index(text) if text in names else None


def move_schema(tools: Sequence[Mapping[str, Any]], most_calls: int) -> dict[str, Any]:
    """`{thought, calls, answer}`: a plan, or an answer where there is nothing more to call."""
    return _closed({**plan_schema(tools, most_calls)["properties"], "answer": _text(600)})


def plan_schema(tools: Sequence[Mapping[str, Any]], most_calls: int) -> dict[str, Any]:
    """`{thought, calls: [{tool, arguments}]}` for these tool schemas."""
    return _closed({"thought": _text(300), "calls": _calls(tools, most_calls)})


def _calls(tools: Sequence[Mapping[str, Any]], most_calls: int) -> dict[str, Any]:
    branches = [
        _closed({"tool": {"type": "string", "enum": [tool["name"]]}, "arguments": strict(tool["parameters"])})
        for tool in tools
    ]
    return {"type": "array", "maxItems": most_calls, "items": {"anyOf": branches}}


def reflect_schema(
    option_count: int, tools: Sequence[Mapping[str, Any]] = (), most_calls: int = 0
) -> dict[str, Any]:
    """`{missing, candidate, option, cites, sufficient, confidence}`; reasons come before the verdict.

    With `tools`, the calls of the next round as well: one decision a round.
    """
    verdict = {
        "missing": _text(200),
        "candidate": _text(400),
        **_option(option_count),
        "cites": _CITES,
        "sufficient": {"type": "boolean"},
        "confidence": {"type": "number"},
    }
    return _closed({**verdict, "calls": _calls(tools, most_calls)} if tools else verdict)


def answer_schema(option_count: int) -> dict[str, Any]:
    """`{found, option, answer, cites}`."""
    return _closed(
        {"found": {"type": "boolean"}, **_option(option_count), "answer": _text(1000), "cites": _CITES}
    )


def strict(schema: Mapping[str, Any], definitions: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A tool's parameters in the strict subset: what had a default becomes required and may be null."""
    known = {**(definitions or {}), **schema.get("$defs", {})}
    if "$ref" in schema:
        return strict(known[schema["$ref"].rpartition("/")[2]], known)
    kept = {name: _strict_part(name, value, known) for name, value in schema.items() if name in _KEPT}
    if schema.get("type") == "string" and "enum" not in schema:
        kept.setdefault("maxLength", LONGEST_ARGUMENT)
    if schema.get("type") != "object":
        return kept
    required = schema.get("required", ())
    fields = {
        name: strict(field, known) if name in required else _nullable(strict(field, known))
        for name, field in schema.get("properties", {}).items()
    }
    return {**kept, **_closed(fields)}


def _strict_part(name: str, value: Any, known: Mapping[str, Any]) -> Any:
    if name == "items":
        return strict(value, known)
    if name == "anyOf":
        return [strict(branch, known) for branch in value]
    return value


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    null = {"type": "null"}
    described = {"description": schema.pop("description")} if "description" in schema else {}
    branches = schema["anyOf"] if set(schema) == {"anyOf"} else [schema]
    return {**described, "anyOf": branches if null in branches else [*branches, null]}


def _option(count: int) -> dict[str, Any]:
    return {"option": {"type": "string", "enum": [*labels(count), "none"]}} if count else {}


def _closed(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


@lru_cache(maxsize=256)
def shape_schema(shape: Any, option_count: int = 0) -> dict[str, Any]:
    """The schema of a dataclass or pydantic model, all required; with options their label as `option`."""
    schema = strict(TypeAdapter(shape).json_schema())
    return _closed({**schema["properties"], **_option(option_count)})
