"""What was said."""

from __future__ import annotations

import asyncio
from typing import Annotated

from playhead.tools.arguments import Reference, Seconds
from playhead.tools.context import Observation, ToolContext, observe
from playhead.tools.types import Span, Video

COST = 0


async def read_transcript(
    context: ToolContext,
    start_s: Annotated[Seconds, "start of the stretch"] = 0.0,
    end_s: Annotated[Seconds | None, "end of the stretch; the end of the video when left out"] = None,
    video: Annotated[Reference | None, "number, id or title; the first video when left out"] = None,
) -> Observation:
    """The words of a stretch in order, as spoken, with the time of each utterance."""
    one = context.one(video)
    return await asyncio.to_thread(_read, context, one, context.span(one, start_s, end_s))


def _read(context: ToolContext, video: Video, span: Span) -> Observation:
    memories = context.memories(video, ("speech",), span)
    where = f"between {span.start_s:.1f} and {span.end_s:.1f} s"
    if not memories:
        has_any = context.memories(video, ("speech",))
        return Observation(f"nothing is said {where}" if has_any else "this video has no indexed speech")
    shown = memories[: context.limits.lines]
    lines = [line for memory in shown if (line := context.recall(memory, tool="read_transcript"))]
    head = f"{len(memories)} utterances {where}"
    if len(memories) > len(shown):
        head += f"; the first {len(shown)} are shown, go on at {shown[-1].span.end_s:.1f} s"
    return observe(head, lines, context.videos)
