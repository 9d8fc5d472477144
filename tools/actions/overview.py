"""What a video is about, chapter by chapter."""

from __future__ import annotations

import asyncio
from typing import Annotated

from playhead.tools.arguments import Reference
from playhead.tools.context import Observation, ToolContext, observe
from playhead.tools.pipeline.digest import EXTRACT, extract, times, whole
from playhead.tools.types import PERCEIVED, Evidence, Memory, Span, Video
from playhead.tools.words.chapters import Chapter, chapters

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
    parts = [memory for memory in kept if memory.level == "chapter"]
    digest = next((memory.text for memory in kept if memory.level == "video"), "")
    if not digest:
        found = _chapters(context, video, Span(0.0, context.end_s(video)))
        parts += _rest(context, video, parts[-1].span.end_s) if parts else _memories(video, found)
        digest = _extract(context, video, found)
    lines = [context.recall(memory, tool="overview") for memory in parts[:CHAPTERS]]
    number = context.videos.index(video) + 1
    return f"Video {number}: {digest.splitlines()[0]}", [line for line in lines if line is not None]


def _rest(context: ToolContext, video: Video, start_s: float) -> list[Memory]:
    """An extract of what comes after the last chapter that may be known."""
    end_s = context.end_s(video)
    return _memories(video, _chapters(context, video, Span(start_s, end_s))) if end_s > start_s else []


def _memories(video: Video, found: list[Chapter]) -> list[Memory]:
    """What is known of each chapter that has words."""
    worded = [chapter for chapter in found if chapter.memories]
    return [Memory(video.id, one.span, "digest", extract(one), "chapter", EXTRACT) for one in worded]


def _extract(context: ToolContext, video: Video, found: list[Chapter]) -> str:
    end_s = context.end_s(video)
    cut = "" if end_s >= video.duration_s else f"Known until {times(Span(0.0, end_s))}. "
    return cut + whole(video, found, [extract(one) for one in found])


def _chapters(context: ToolContext, video: Video, span: Span) -> list[Chapter]:
    memories = context.memories(video, PERCEIVED, span)
    inside = [memory for memory in memories if memory.text and memory.span.start_s >= span.start_s]
    embed = context.library.embedder.embed_texts
    return chapters(inside, context.library.rows(inside), embed, span)
