"""What a planner's reply says. Tolerant of form, never of content: nothing is added that was not said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from playhead.agent.state import Plan, ToolCall
from playhead.tools.protocols import ChatReply

_TAGGED = re.compile(r"<(call|tool_call|tool)>(.*?)</\1>", re.DOTALL)
_LONGEST = 200_000


def read_plan(reply: ChatReply) -> Plan | None:
    """The plan of a reply: its data, else JSON or tagged calls in its text; None when there is neither.

    A reply that was cut off loses its last call, whose arguments may be half a sentence.
    """
    if reply.data is not None:
        return _plan(reply.data)
    text = reply.text[:_LONGEST]
    if tagged := list(_tagged(text)):
        return Plan(tuple(tagged))
    plan = _plan(_object(text))
    if plan and reply.finish_reason == "length":
        return Plan(plan.calls[:-1], plan.thought) if len(plan.calls) > 1 else None
    return plan


def read_whole(text: str) -> Mapping[str, Any]:
    """The JSON object that a text is; empty when it is anything else or more."""
    try:
        value = json.loads(text[:_LONGEST])
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _plan(data: Any) -> Plan | None:
    if not isinstance(data, Mapping):
        return None
    rows = data.get("calls", [data] if _named(data) else None)
    if not isinstance(rows, list):
        return None
    calls = tuple(call for row in rows if (call := _call(row)))
    if rows and not calls:
        return None
    thought = data.get("thought", "")
    return Plan(calls, thought[:2000] if isinstance(thought, str) else "")


def _call(row: Any) -> ToolCall | None:
    if not isinstance(row, Mapping) or not (name := _named(row)):
        return None
    arguments = row.get("arguments", row.get("parameters", {}))
    if isinstance(arguments, str):
        arguments = _object(arguments)
    if not isinstance(arguments, Mapping):
        return None
    return ToolCall(name, {str(key): value for key, value in arguments.items()})


def _named(row: Mapping[str, Any]) -> str:
    name = row.get("tool", row.get("name", ""))
    return name.strip()[:100] if isinstance(name, str) else ""


def _tagged(text: str) -> Iterator[ToolCall]:
    for match in _TAGGED.finditer(text):
        if call := _call(_object(match.group(2))):
            yield call


def _object(text: str) -> Any:
    """The JSON object that begins at the first brace, read leniently (missing quotes, trailing commas)."""
    start = text.find("{")
    if start < 0:
        return None
    from json_repair import repair_json

    try:
        return repair_json(text[start:], return_objects=True)
    except (ValueError, RecursionError):
        return None
