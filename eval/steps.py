"""Trajectories as steps to read, packed so that thousands of them fit into one page.

A page keeps them in compressed blocks of `BLOCK` samples and unpacks the one block that is looked at.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

BLOCK = 20
"""Samples a block: small enough to unpack at once, large enough to compress well."""
LONGEST = 2000
"""Characters shown of one step."""

Step = dict[str, Any]
"""`title`, `text`, and where known `clock_s` and `failed`."""


def explained(trajectory: Mapping[str, Any]) -> dict[str, Any]:
    """Steps and cited evidence of a trajectory; whatever shape it has, never an error."""
    answer = trajectory.get("answer")
    cited = answer.get("evidence") if isinstance(answer, Mapping) else None
    evidence = [_line(item) for item in cited if isinstance(item, Mapping)] if isinstance(cited, list) else []
    return {"steps": steps(trajectory), "evidence": evidence}


def steps(trajectory: Mapping[str, Any]) -> list[Step]:
    """One entry a step, in order; a call stands with what it brought."""
    listed = trajectory.get("steps")
    if not isinstance(listed, list):
        return []
    return [
        _step(step)
        for step in listed
        if not (isinstance(step, Mapping) and step.get("event") == "tool_called")
    ]


def _line(item: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: item.get(name) for name in ("start_s", "end_s", "kind", "source", "confidence")}
    return {
        **{name: value for name, value in told.items() if value is not None},
        "text": short(item.get("text")),
    }


def _step(step: Any) -> Step:
    if not isinstance(step, Mapping):
        return {"title": "step", "text": short(step)}
    title, text = _told(step)
    found: Step = {"title": title, "text": short(text)}
    if isinstance(step.get("at_s"), int | float):
        found["clock_s"] = step["at_s"]
    return found | ({"failed": True} if step.get("error") else {})


def _told(step: Mapping[str, Any]) -> tuple[str, Any]:
    """Heading and text of the agent's own events; of any other the event as it is."""
    event, call = step.get("event"), step.get("call")
    name = call.get("name", "tool") if isinstance(call, Mapping) else "tool"
    if event == "planned" and isinstance(step.get("calls"), list):
        lines = [str(step.get("thought") or ""), *map(_call, step["calls"])]
        return f"round {step.get('round', '')}: plan", "\n".join(filter(None, lines))
    if event == "observed":
        again = " (asked before)" if step.get("repeated") else ""
        return (
            f"{name}{' failed' if step.get('error') else again}",
            f"{_call(call)}\n\n{step.get('text', '')}",
        )
    if event == "reflected":
        sure, verdict = step.get("confidence"), "enough" if step.get("sufficient") else "not enough"
        title = f"reflection: {verdict}" + (f", confidence {sure:.2f}" if isinstance(sure, float) else "")
        return title, "\n".join(filter(None, (str(step.get(key) or "") for key in ("candidate", "missing"))))
    if event == "warned":
        return "note", step.get("message")
    return str(event or "step"), step


def _call(call: Any) -> str:
    if not isinstance(call, Mapping):
        return str(call)
    given = call.get("arguments")
    listed = given.items() if isinstance(given, Mapping) else ()
    told = ", ".join(f"{key}={json.dumps(value, ensure_ascii=False, default=str)}" for key, value in listed)
    return f"{call.get('name', 'tool')}({told})"


def short(value: Any, longest: int = LONGEST) -> str:
    """A text of bounded length that says how much is left out; anything but text as JSON."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= longest else f"{text[:longest]} … ({len(text) - longest:,} characters more)"


def packed(explanations: Sequence[Mapping[str, Any]]) -> str:
    """A block as text: JSON, compressed, in base64."""
    text = json.dumps(explanations, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)).decode()


def blocks(items: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """All blocks of one run, `BLOCK` samples each."""
    waiting: list[Mapping[str, Any]] = []
    for item in items:
        waiting.append(item)
        if len(waiting) == BLOCK:
            yield packed(waiting)
            waiting = []
    if waiting:
        yield packed(waiting)
