"""What a reply says, and whether it says anything: models that are too small for a task fill its form with
circles. Tolerant of form, never of content: nothing is added that was not said."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from playhead.agent.state import Plan, ToolCall
from playhead.tools.protocols import ChatReply
from playhead.tools.serving.structured import fits

RUN = 4
"""Words in a row that are compared."""
FEWEST = 8
"""Runs from which on a text is long enough to be judged."""
REPEATED, COPIED = 0.5, 0.7
"""Shares of the runs of a text: those that were there before, and those that stand in its task."""

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


def read_object(schema: Mapping[str, Any]) -> Callable[[ChatReply], Mapping[str, Any] | None]:
    """A reader that takes a reply's object only if it has the asked shape."""
    return lambda reply: reply.data if reply.data is not None and fits(reply.data, schema) else None


def numbers(values: Sequence[Any]) -> tuple[int, ...]:
    """Citation numbers without doubles, in order."""
    return tuple(dict.fromkeys(int(value) for value in values[:100]))


def share(value: float) -> float:
    """A model's number as 0..1; percentages are understood, nonsense is 0."""
    if not math.isfinite(value) or value < 0 or value > 100:
        return 0.0
    return value / 100 if value > 1 else float(value)


def hollow(text: str, task: str) -> bool:
    """Whether a text goes round in circles, or is mostly the words of the task that asked for it."""
    said, asked = _runs(text), set(_runs(task))
    if len(said) < FEWEST:
        return False
    repeated = sum(count - 1 for count in Counter(said).values())
    copied = sum(run in asked for run in said)
    return repeated >= REPEATED * len(said) or copied >= COPIED * len(said)


def endless(text: str) -> bool:
    """Whether a reply that was cut off would have gone on for ever: circles, or blanks, which JSON allows."""
    return hollow(text, "") or 2 * len("".join(text.split())) < len(text)


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


def _runs(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return [tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]
