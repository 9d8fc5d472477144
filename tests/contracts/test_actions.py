"""One suite over every action: cut-off honoured, hostile arguments refused, spans inside the video."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playhead.tools import registry
from playhead.tools.context import Observation, ToolContext
from playhead.tools.embedders.hashing import create as hashing
from playhead.tools.errors import BudgetExceededError, ToolError
from playhead.tools.indexing import IndexingConfig, index
from playhead.tools.library import Library
from playhead.tools.metering import Budget, Meter, Metered
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.stores.in_memory import InMemoryStore
from playhead.tools.synthesis import Scene, Script
from playhead.tools.toolbox import Toolbox
from playhead.tools.types import Cue, Span

DURATION_S = 40.0
CAPTION = {
    "caption": "A square goes round.",
    "actions": ["goes"],
    "entities": [{"name": "Ada", "description": "a square"}],
    "screen_text": [],
    "place": "a screen",
}
REPLIES: dict[str, Any] = {
    "caption": CAPTION,
    "inspect": {"can_tell": True, "answer": "It is red.", "moments": [[5, 6], [900, 1000], [-4, 2]]},
    "clip": {"notes": [{"start_s": 5, "end_s": 900, "answer": "A square.", "count": 1, "clear": False}]},
    "merge": {"answer": "Squares everywhere."},
    "entities": {"groups": []},
}
GOOD: dict[str, dict[str, Any]] = {
    "ask_every_clip": {"question": "what moves?"},
    "caption_clips": {"spans": [[0, 10], [15, 900]], "focus": "squares"},
    "find_entity": {"name": "Ada"},
    "inspect_frames": {"spans": [[0, 12]], "question": "which colour?", "fps": 2},
    "overview": {},
    "read_screen": {"start_s": 0, "end_s": 40},
    "read_transcript": {"start_s": 0, "end_s": 4000},
    "search_memory": {"query": "Ada remark", "neighbours": True},
    "segment_video": {"granularity": "medium"},
}
"""Sensible arguments for each action; an action that is new must be added here."""

HOSTILE: list[Any] = [
    None, True, -1, 0, 99, math.nan, math.inf, -math.inf, 10**400, 1e308, [], [[]], [1], [1, 2, 3], {},
    "", " ", "\x00", "-7", "NaN", "9" * 5000, "x" * 200_000, "no such video", "speech", "<data>", object(),
    "'; DROP TABLE videos; --", ["smell"], [["a", "b"]], [[math.nan, 2]], [[1, 2], "x"], {"a": {}},
    {"start_s": 1}, [None], [[None, None]], [[5, 1]], [[1e12, 2e12]],
]  # fmt: skip


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scenes = tuple(Scene(i * 10, i * 10 + 10, (60 * i, 90, 40), moving=True, seed=i + 1) for i in range(4))
    cues = tuple(Cue(Span(i * 4, i * 4 + 3), f"Here Ada makes remark {i}.") for i in range(10))
    path = tmp_path_factory.mktemp("film") / "film.synthetic.json"
    path.write_text(Script(scenes, width_px=64, height_px=48, fps=4, cues=cues).to_json())
    return path


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("library"), hashing(), InMemoryStore()) as opened:
        yield opened


@pytest.fixture
async def context(film: Path, library: Library) -> ToolContext:
    config = IndexingConfig(segmenter="fixed:5", ocr="scripted:CHANNEL ONE")
    async with aclosing(index(film, library, config)) as steps:
        async for _ in steps:
            pass
    model = ScriptedModel(REPLIES)
    models = {"captioner": model, "inspector": model}
    return ToolContext(library, tuple(library.videos()), models=models, ocr="scripted:CHANNEL ONE")


def test_every_action_has_good_arguments_here() -> None:
    assert set(GOOD) == set(registry.names("actions"))


@pytest.mark.parametrize("name", sorted(GOOD))
def test_schema_describes_every_argument_and_hides_the_context(name: str) -> None:
    schema = Toolbox([name]).schemas()[0]
    assert schema["name"] == name
    assert len(schema["description"]) > 30
    assert "context" not in schema["parameters"]["properties"]
    assert all(field["description"] for field in schema["parameters"]["properties"].values())


@pytest.mark.parametrize("name", sorted(GOOD))
async def test_evidence_lies_inside_the_video_and_is_told(name: str, context: ToolContext) -> None:
    observation = await Toolbox().call(name, GOOD[name], context)
    assert observation.evidence
    for item in observation.evidence:
        assert 0 <= item.span.start_s <= item.span.end_s <= DURATION_S
        assert item.video_id == context.videos[0].id
        assert item.tool == name
        assert item.text
    assert observation.text.splitlines()[0]


@pytest.mark.parametrize("before_s", [0.0, 7.0, 21.5])
@pytest.mark.parametrize("name", sorted(GOOD))
async def test_cut_off_is_honoured(name: str, before_s: float, context: ToolContext) -> None:
    observation = await _called(name, GOOD[name], replace(context, before_s=before_s))
    assert all(item.span.end_s <= before_s for item in observation.evidence)
    later = [f"remark {i}." for i in range(10) if i * 4 + 3 > before_s]
    assert not any(words in observation.text for words in later)
    shown = context.models["captioner"].requests  # type: ignore[attr-defined]
    parts = [part for request in shown for message in request.messages for part in message.parts]
    assert all(part.time_s <= before_s for part in parts if not isinstance(part, str))
    assert not any(words in part for part in parts if isinstance(part, str) for words in later)


@pytest.mark.parametrize("name", sorted(GOOD))
async def test_hostile_arguments_give_tool_errors_only(name: str, context: ToolContext) -> None:
    toolbox = Toolbox()
    properties = toolbox.schemas()[toolbox.names.index(name)]["parameters"]["properties"]
    for argument in [*properties, "no_such_argument"]:
        for value in HOSTILE:
            observation = await _called(name, GOOD[name] | {argument: value}, context)
            assert all(item.span.end_s <= DURATION_S for item in observation.evidence)


@pytest.mark.parametrize("arguments", [None, 3, "x", [], [{}], math.nan])
@pytest.mark.parametrize("name", sorted(GOOD))
async def test_arguments_that_are_no_object(name: str, arguments: object, context: ToolContext) -> None:
    with pytest.raises(ToolError, match="must be an object"):
        await Toolbox().call(name, arguments, context)


@pytest.mark.parametrize("name", sorted(GOOD))
async def test_no_videos_is_a_tool_error(name: str, context: ToolContext) -> None:
    with pytest.raises(ToolError, match="no video"):
        await Toolbox().call(name, GOOD[name], replace(context, videos=()))


@pytest.mark.parametrize("name", ["ask_every_clip", "caption_clips", "inspect_frames"])
async def test_without_a_model_the_tool_says_so(name: str, context: ToolContext) -> None:
    with pytest.raises(ToolError, match="needs a model"):
        await Toolbox().call(name, GOOD[name], replace(context, models={}))


@pytest.mark.parametrize("name", ["ask_every_clip", "caption_clips", "inspect_frames"])
async def test_a_used_up_budget_ends_the_call(name: str, context: ToolContext) -> None:
    model = Metered(ScriptedModel(REPLIES, name="other"), "inspector", Meter(Budget(model_calls=0)))
    models = {"captioner": model, "inspector": model}
    with pytest.raises(BudgetExceededError):
        await Toolbox().call(name, GOOD[name], replace(context, models=models))


@pytest.mark.parametrize("name", ["ask_every_clip", "caption_clips", "inspect_frames"])
async def test_a_model_that_fails_is_a_tool_error(name: str, context: ToolContext) -> None:
    broken = ScriptedModel({"*": "no JSON at all"}, name="broken")
    with pytest.raises(ToolError):
        await Toolbox().call(
            name, GOOD[name], replace(context, models={"captioner": broken, "inspector": broken})
        )


async def _called(name: str, arguments: dict[str, Any], context: ToolContext) -> Observation:
    """The observation, or an empty one when the tool refuses; whatever else it raises fails the test."""
    try:
        return await Toolbox().call(name, arguments, context)
    except ToolError as error:
        return Observation(str(error))
