"""Frames at equal distances shown to the model, nothing looked up: the baseline of plain video models.

`direct:64` shows 64 frames. Each frame is a line of the ledger, so that the model can cite it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from playhead.agent.context import Context
from playhead.agent.graph import Graph
from playhead.agent.oneshot import NO_MODEL, ask_once, unanswered, whole_number
from playhead.agent.state import State
from playhead.prompts import render
from playhead.tools.errors import MediaError, ToolError
from playhead.tools.pictures.looking import look, playable
from playhead.tools.pictures.sampling import uniform
from playhead.tools.protocols import ImagePart
from playhead.tools.types import Evidence, Frame, Span, Video

NEEDS = "files"


def create(argument: str = "", *, checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """The compiled graph. Raises UsageError unless the argument is a whole number above 0."""
    given = whole_number("direct", argument, 0)

    async def watch(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        return await _watch(state, runtime.context, given or runtime.context.config.direct_frames)

    graph = StateGraph(State, context_schema=Context)
    graph.add_node("watch", watch)
    graph.add_edge(START, "watch")
    graph.add_edge("watch", END)
    return graph.compile(checkpointer)


async def _watch(state: State, context: Context, most: int) -> dict[str, Any]:
    if "planner" not in context.models:
        return unanswered(NO_MODEL, "no_model")
    each = max(1, most // max(1, len(state.videos)))
    try:
        seen = [item for video in state.videos for item in await _frames(video, context, each)][:most]
    except (ToolError, MediaError) as error:
        return unanswered(f"No frames can be shown: {error}", "no_frames")
    lines = tuple(_line(number, video, frame) for number, (video, frame) in enumerate(seen, 1))
    pictures = tuple(
        part
        for line, (_, frame) in zip(lines, seen, strict=True)
        for part in (f"[{line.number}]", ImagePart(frame.image, frame.time_s))
    )
    task = f"{render('direct')}\n\n{render('answer', options=state.options, candidate='')}"
    return await ask_once(task, replace(state, ledger=lines), context, pictures)


async def _frames(video: Video, context: Context, most: int) -> list[tuple[Video, Frame]]:
    """Frames in the middle of `most` equal parts of what may be known. Raises ToolError and MediaError."""
    at_s = uniform(Span(0.0, context.tools.end_s(video)), most)
    frames = await asyncio.to_thread(look, playable(video), at_s, context.tools.limits.side_px)
    return [(video, frame) for frame in frames]


def _line(number: int, video: Video, frame: Frame) -> Evidence:
    span = Span(frame.time_s, frame.time_s)
    name = video.path or video.title
    return Evidence(video.id, name, span, "frame", "the picture at this time", tool="direct", number=number)
