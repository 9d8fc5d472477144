"""The toolbox: schemas from signatures, arguments put right or refused, nothing but the three outcomes."""

from __future__ import annotations

import asyncio
import sys
import types
from pathlib import Path
from typing import Annotated, Any

import pytest

from playhead.tools.arguments import Count, Crop, Names, Rate, Reference, Seconds, Spans, Text
from playhead.tools.context import Observation, ToolContext
from playhead.tools.errors import BudgetExceededError, MediaError, ToolError, UnknownPluginError
from playhead.tools.toolbox import Toolbox
from playhead.tools.types import Kind

SEEN: dict[str, Any] = {}


async def probe(
    context: ToolContext,
    query: Annotated[Text, "what"],
    kinds: Annotated[list[Kind] | None, Names, "kinds"] = None,
    limit: Annotated[Count, "how many"] = 8,
    start_s: Annotated[Seconds | None, "from"] = None,
    spans: Annotated[Spans | None, "pairs"] = None,
    fps: Annotated[Rate, "rate"] = 1.0,
    crop: Annotated[Crop | None, "box"] = None,
    video: Annotated[Reference | None, "which"] = None,
) -> Observation:
    """Says what it was given, or raises it."""
    SEEN.clear()
    SEEN.update(query=query, kinds=kinds, limit=limit, start_s=start_s, spans=spans, crop=crop, video=video)
    if query in RAISED:
        raise RAISED[query]
    return Observation(f"fps {fps}")


RAISED: dict[str, BaseException] = {
    "crash": RuntimeError("first line\nsecond line"),
    "media": MediaError("no file", "check it"),
    "budget": BudgetExceededError("too much"),
    "cancel": asyncio.CancelledError(),
    "tool": ToolError("try something else"),
}


@pytest.fixture
def toolbox(monkeypatch: pytest.MonkeyPatch) -> Toolbox:
    outside = types.ModuleType("outside.probe")
    outside.probe = probe  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "outside", types.ModuleType("outside"))
    monkeypatch.setitem(sys.modules, "outside.probe", outside)
    return Toolbox(["outside.probe"])


@pytest.fixture
def context(tmp_path: Path) -> ToolContext:
    return ToolContext(library=None, videos=())  # type: ignore[arg-type]


def test_schema_comes_from_the_signature(toolbox: Toolbox) -> None:
    schema = toolbox.schemas()[0]
    fields = schema["parameters"]["properties"]
    assert (schema["name"], schema["description"]) == ("probe", "Says what it was given, or raises it.")
    assert schema["parameters"]["required"] == ["query"]
    assert fields["start_s"] == {"type": "number", "description": "from"}
    assert fields["limit"] == {"type": "integer", "description": "how many", "default": 8}
    assert "context" not in fields


@pytest.mark.parametrize(
    ("given", "argument", "expected"),
    [
        ({"start_s": "1:15"}, "start_s", 75.0),
        ({"start_s": "01:01:15.5"}, "start_s", 3675.5),
        ({"start_s": "12.5 s"}, "start_s", 12.5),
        ({"limit": "5"}, "limit", 5),
        ({"limit": 5.0}, "limit", 5),
        ({"kinds": "speech"}, "kinds", ["speech"]),
        ({"spans": [1, 2]}, "spans", [[1.0, 2.0]]),
        ({"spans": {"start_s": 1, "end_s": "0:02"}}, "spans", [[1.0, 2.0]]),
        ({"spans": [[0, 1]] * 80}, "spans", [[0.0, 1.0]] * 50),
        ({"video": 2}, "video", "2"),
        ({"query": " a\x00b\n c "}, "query", "a b c"),
        ({"query": "x" * 9000}, "query", "x" * 2000),
    ],
)
def test_obvious_slips_are_put_right(
    toolbox: Toolbox, given: dict[str, Any], argument: str, expected: Any
) -> None:
    assert toolbox.validate("probe", {"query": "q"} | given)[argument] == expected


def test_null_means_left_out(toolbox: Toolbox) -> None:
    assert toolbox.validate("probe", {"query": "q", "limit": None, "start_s": None}) == {"query": "q"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "argument 'query': field required"),
        ({"query": " "}, "argument 'query': must not be empty"),
        ({"query": "q", "kinds": ["smell"]}, "'speech', 'screen', 'caption', 'digest' or 'frame'"),
        ({"query": "q", "start_s": float("nan")}, "argument 'start_s': input should be a finite number"),
        ({"query": "q", "start_s": True}, "must be a number of seconds"),
        ({"query": "q", "limit": True}, "must be a whole number"),
        ({"query": "q", "limit": 10**400}, "argument 'limit'"),
        ({"query": "q", "fps": 0}, "greater than 0"),
        ({"query": "q", "crop": [0, 0, 2, 1]}, "less than or equal to 1"),
        ({"query": "q", "top_k": 3}, "no argument 'top_k'; allowed: query, kinds, limit"),
    ],
)
def test_errors_name_the_argument_and_what_is_allowed(
    toolbox: Toolbox, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ToolError) as caught:
        toolbox.validate("probe", given)
    assert message in str(caught.value)


async def test_an_unknown_tool_lists_the_choices(toolbox: Toolbox, context: ToolContext) -> None:
    with pytest.raises(ToolError, match=r"no tool 'prob'; choose one of: probe"):
        await toolbox.call("prob", {}, context)


async def test_a_call_reaches_the_action(toolbox: Toolbox, context: ToolContext) -> None:
    observation = await toolbox.call("probe", {"query": "q", "limit": 3, "fps": 2}, context)
    assert observation.text == "fps 2.0"
    assert SEEN["limit"] == 3


@pytest.mark.parametrize(
    ("query", "kind", "message"),
    [
        ("crash", ToolError, "probe failed: RuntimeError: first line second line"),
        ("media", ToolError, "probe: no file — check it"),
        ("tool", ToolError, "try something else"),
        ("budget", BudgetExceededError, "too much"),
        ("cancel", asyncio.CancelledError, ""),
    ],
)
async def test_only_three_outcomes_leave_a_call(
    toolbox: Toolbox, context: ToolContext, query: str, kind: type[BaseException], message: str
) -> None:
    with pytest.raises(kind) as caught:
        await toolbox.call("probe", {"query": query}, context)
    assert str(caught.value) == message


def test_a_name_that_no_action_carries() -> None:
    with pytest.raises(UnknownPluginError, match="search_memory"):
        Toolbox(["search_memry"])
