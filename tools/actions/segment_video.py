"""How a stretch of video divides into clips."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from playhead.tools.arguments import Reference, Seconds
from playhead.tools.context import Observation, ToolContext, observe
from playhead.tools.errors import ToolError
from playhead.tools.pipeline.captioning import pieces
from playhead.tools.types import Memory, Span, Video

COST = 1

MOST = 60


async def segment_video(
    context: ToolContext,
    start_s: Annotated[Seconds, "start of the stretch"] = 0.0,
    end_s: Annotated[Seconds | None, "end of the stretch; the end of the video when left out"] = None,
    granularity: Annotated[
        Literal["chapter", "coarse", "medium", "fine"],
        "chapter; coarse: scenes; medium: clips of about 10 s; fine: single seconds",
    ] = "medium",
    video: Annotated[Reference | None, "number, id or title; the first video when left out"] = None,
) -> Observation:
    """The units of a stretch with their times and simple visual facts, as spans for the other tools."""
    one = context.one(video)
    span = context.span(one, start_s, end_s)
    return await asyncio.to_thread(_segment, context, one, span, granularity)


def _segment(context: ToolContext, video: Video, span: Span, granularity: str) -> Observation:
    units = _units(context, video, span, granularity)
    if not units:
        raise ToolError(f"no {granularity} units between {span.start_s:g} and {span.end_s:g} s")
    facts = context.memories(video, ("frame",), span)
    evidence = [
        context.evidence(video, unit, "frame", text, tool="segment_video")
        for unit in units[:MOST]
        if (text := _fact(unit, facts))
    ]
    bare = [f"[{unit.start_s:.1f}-{unit.end_s:.1f} s]" for unit in units[:MOST]] if not evidence else []
    more = f"; the first {MOST} are listed" if len(units) > MOST else ""
    head = f"{len(units)} {granularity} units between {span.start_s:.1f} and {span.end_s:.1f} s{more}"
    return observe("\n".join([head, *bare]), evidence, context.videos)


def _units(context: ToolContext, video: Video, span: Span, granularity: str) -> list[Span]:
    if granularity == "fine":
        return pieces(span, 1.0)
    level = {"chapter": "chapter", "coarse": "scene"}.get(granularity, "clip")
    units = [unit.span for unit in context.library.clips(video.id, span=span) if unit.level == level]
    inside = [unit.clamp(span.start_s, span.end_s) for unit in units if unit.intersection_s(span) > 0]
    return inside or pieces(span, 60.0 if granularity in ("chapter", "coarse") else 10.0)


def _fact(unit: Span, facts: list[Memory]) -> str:
    """The visual fact that covers most of the unit."""
    shown = [fact for fact in facts if fact.text and fact.span.intersection_s(unit) > 0]
    best: Memory | None = max(shown, key=lambda fact: fact.span.intersection_s(unit), default=None)
    return best.text if best else ""
