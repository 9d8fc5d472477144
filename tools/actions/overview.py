"""What a video is about, chapter by chapter."""

from __future__ import annotations

import asyncio
from typing import Annotated

from playhead.tools.arguments import Reference
from playhead.tools.context import Observation, ToolContext, observe
from playhead.tools.pipeline.digest import Part, extracts, times, whole
from playhead.tools.types import Clip, Evidence, Memory, Span, Video

COST = 0

CHAPTERS = 40


async def overview(
    context: ToolContext,
    video: Annotated[
        Reference | None, "number, id or title; all videos of the question when left out"
    ] = None,
) -> Observation:
    """Digest and chapters with their times. Cheap; start here when the question is about the whole video."""
    videos = context.select(video)
    found = [await asyncio.to_thread(_one, context, one) for one in videos[:8]]
    evidence = [item for _, items in found for item in items]
    summary = "\n".join(head for head, _ in found)
    if len(videos) > 8:
        summary += f"\n{len(videos) - 8} more videos; name one to see it."
    return observe(summary, evidence, context.videos)


def _one(context: ToolContext, video: Video) -> tuple[str, list[Evidence]]:
    """A summary line, then the chapters; past the cut-off nothing is told, not even in a digest."""
    kept = context.memories(video, ("digest",))
    chapters = [memory for memory in kept if memory.level == "chapter"]
    digest = next((memory.text for memory in kept if memory.level == "video"), "")
    if not digest:
        chapters += _rest(context, video, chapters)
        digest = _extract(context, video)
    lines = [context.recall(memory, tool="overview") for memory in chapters[:CHAPTERS]]
    number = context.videos.index(video) + 1
    return f"Video {number}: {digest.splitlines()[0]}", [line for line in lines if line is not None]


def _rest(context: ToolContext, video: Video, chapters: list[Memory]) -> list[Memory]:
    """An extract of what comes after the last chapter that may be known."""
    start_s = chapters[-1].span.end_s if chapters else 0.0
    end_s = context.end_s(video)
    if end_s <= start_s:
        return []
    span = Span(start_s, end_s)
    memories = [memory for memory in _words(context, video, span) if memory.span.start_s >= start_s]
    text = extracts([Part(Clip(0, span, "chapter"), tuple(memories))])[0]
    return [Memory(video.id, span, "digest", text, "chapter", "extract")] if memories else []


def _extract(context: ToolContext, video: Video) -> str:
    span = Span(0.0, context.end_s(video))
    part = Part(Clip(0, span, "video"), tuple(_words(context, video, span)))
    cut = "" if span.end_s >= video.duration_s else f"Known until {times(span)}. "
    return cut + whole(video, [part], extracts([part]))


def _words(context: ToolContext, video: Video, span: Span) -> list[Memory]:
    return context.memories(video, ("speech", "screen", "caption", "frame"), span)
