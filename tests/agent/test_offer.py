"""What the planner is told of its tools: types, choices and defaults; nothing that cannot be asked."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from playhead.agent.agent import VideoAgent
from playhead.agent.loop.prompting import signatures
from playhead.prompts import names
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.toolbox import Toolbox
from playhead.tools.types import Memory, Span, Video
from tests.full_calls import call, plan

Make = Callable[..., VideoAgent]
Play = Callable[..., Any]
SCRIPT: dict[str, Any] = {
    "plan": plan(call("search_memory", query="the key")),
    "reflect": {"missing": "", "candidate": "", "cites": [], "sufficient": True, "confidence": 0.9},
    "answer": {"found": True, "answer": "The cook.", "cites": [1]},
}


def _branch(model: ScriptedModel, tool: str) -> dict[str, Any]:
    schema = next(request.schema for request in model.requests if request.purpose == "plan")
    branches = schema["properties"]["calls"]["items"]["anyOf"]  # type: ignore[index]
    found: dict[str, Any] = next(one for one in branches if one["properties"]["tool"]["enum"] == [tool])
    return dict(found["properties"]["arguments"]["properties"])


def test_an_argument_is_told_with_type_meaning_and_default() -> None:
    told = {tool["name"]: tool["arguments"] for tool in signatures(Toolbox().schemas())}
    limit = next(one for one in told["search_memory"] if one["name"] == "limit")
    assert limit == {
        "name": "limit",
        "form": "whole number",
        "words": "how many memories, 1 to 16; 8 when left out",
    }
    spans = next(one for one in told["inspect_frames"] if one["name"] == "spans")
    assert spans["form"] == "list of list of number"


def test_tools_are_listed_by_what_they_cost() -> None:
    names = Toolbox().names
    assert names.index("search_memory") < names.index("read_screen") < names.index("inspect_frames")
    assert names[-1] == "ask_every_clip"


async def test_with_one_video_no_tool_asks_which(make: Make, play: Play) -> None:
    model = ScriptedModel(SCRIPT)
    await play(make(model), "Who hides the key?")
    assert "video" not in _branch(model, "search_memory")


async def test_with_several_videos_their_numbers_can_be_named(
    make: Make, play: Play, library: Library
) -> None:
    other = Video("a" * 24, "", "other", 60.0, source="memories", complete=True)
    library.put_video(other)
    library.add(other.id, [Memory(other.id, Span(1.0, 2.0), "speech", "Nothing here.")])
    model = ScriptedModel(SCRIPT)
    await play(make(model), "Who hides the key?")
    assert {"type": "string", "enum": ["1", "2"]}.items() <= _branch(model, "search_memory")["video"][
        "anyOf"
    ][0].items()


async def test_only_kinds_that_are_remembered_can_be_searched(make: Make, play: Play) -> None:
    model = ScriptedModel(SCRIPT)
    await play(make(model), "Who hides the key?")
    kinds = _branch(model, "search_memory")["kinds"]["anyOf"][0]["items"]["enum"]
    assert kinds == ["speech", "screen", "caption"]


def test_no_prompt_shows_an_object_that_could_be_copied() -> None:
    folder = files("playhead.prompts")
    assert not [name for name in names() if '{"' in (folder / f"{name}.md").read_text("utf-8")]


def test_a_raw_newline_inside_a_text_is_no_refusal_and_a_long_text_neither() -> None:
    from playhead.tools.serving.structured import data_of

    schema = {
        "type": "object",
        "properties": {"answer": {"type": "string", "maxLength": 5}},
        "required": ["answer"],
    }
    assert data_of('{"answer": "two\nlines"}', schema, "stop") == {"answer": "two\nlines"}
