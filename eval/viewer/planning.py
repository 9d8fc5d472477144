"""The calls that a simulated viewer plans: look closer at a place, ask everywhere, search, or go through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playhead.eval.viewer.asked import Asked
from playhead.eval.viewer.finding import Finding, content, is_whole
from playhead.eval.viewer.stretches import covered, doubtful, unseen
from playhead.tools.types import Span

PICTURES = 50
"""Pictures that one look takes."""


def offered(schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The tools of a plan's schema by name, each with the schema of its arguments."""
    rows = schema.get("items", {}).get("anyOf", [])
    fields = [row.get("properties", {}) for row in rows]
    return {row["tool"]["enum"][0]: row["arguments"] for row in fields if "enum" in row.get("tool", {})}


def calls(asked: Asked, finding: Finding, schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The next calls for what the finding lacks; none when it lacks nothing or nothing is left to try."""
    tools, question = offered(schema), finding.wanted or asked.question
    if finding.state == "known":
        return []
    planned: list[tuple[str, dict[str, Any]]] = []
    if "inspect_frames" in tools and (near := doubtful(finding.places)):
        planned.append(("inspect_frames", {"spans": _pairs(near), "question": question, "fps": 1.0}))
    elif "ask_every_clip" in tools and not _done(asked, "ask_every_clip", question):
        planned.append(("ask_every_clip", {"question": question}))
    query = " ".join(sorted(content(question))).lower()
    if "search_memory" in tools and not is_whole(question) and not _done(asked, "search_memory", query):
        planned.append(("search_memory", {"query": query}))
    through = "inspect_frames" in tools and "ask_every_clip" not in tools
    if through and not planned and (free := unseen(asked)):
        fps = round(min(1.0, PICTURES / free[0].duration_s), 3)
        planned.append(("inspect_frames", {"spans": _pairs(free[:1]), "question": question, "fps": fps}))
    return [{"tool": name, "arguments": _all(given, tools[name])} for name, given in planned]


def surveyed(asked: Asked) -> bool:
    """Whether every stretch was asked, as far as the request tells."""
    everywhere = any(name == "ask_every_clip" for name, _, _ in asked.calls)
    return everywhere or asked.purpose in ("merge", "clip") or covered(asked)


def _pairs(spans: list[Span]) -> list[list[float]]:
    return [[span.start_s, span.end_s] for span in spans]


def _done(asked: Asked, tool: str, words: str) -> bool:
    """Whether the tool was asked the same; what a call was about is told in its arguments."""
    wanted = content(words)
    return any(
        name == tool and wanted <= content(str(list(given.values()))) for name, given, _ in asked.calls
    )


def _all(given: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Every argument that the schema names; what is not given is null."""
    return {name: given.get(name) for name in schema.get("properties", {})}
