"""Have a model describe clips, with the question in mind, and remember it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Annotated, Literal

from playhead.tools.arguments import Reference, Spans, Text
from playhead.tools.context import Observation, ToolContext, observe
from playhead.tools.errors import BudgetExceededError, ToolError
from playhead.tools.pictures.looking import playable
from playhead.tools.pipeline.cached_replies import needs_eyes
from playhead.tools.pipeline.captioning import SAMPLING, Captioned, Captioner, pieces
from playhead.tools.types import Span

COST, NEEDS = 2, "eyes"


async def caption_clips(
    context: ToolContext,
    spans: Annotated[Spans, "stretches to describe as [start_s, end_s] pairs; long ones are divided"],
    focus: Annotated[Text | None, "what to pay attention to; neutral descriptions when left out"] = None,
    granularity: Annotated[
        Literal["coarse", "medium", "fine"], "clips of 60 s at 1 fps, 10 s at 2 fps, or 1 s at 4 fps"
    ] = "medium",
    video: Annotated[Reference | None, "number, id or title; the first video when left out"] = None,
) -> Observation:
    """Descriptions of what happens in clips. Slow; for what was not described yet, or not closely."""
    one = context.one(video)
    model = needs_eyes(context.model("captioner", "inspector"))
    path = await asyncio.to_thread(playable, one)
    asked = [context.span(one, *pair) for pair in spans]
    wanted = _divided(asked, SAMPLING[granularity].length_s)[: context.limits.clips]
    captioner = Captioner(
        model,
        context.library,
        granularity,
        focus or "",
        parallel=context.limits.parallel,
        reader=context.reader,
        before_s=context.before_s,
        most=context.limits.clip_frames,
    )
    described: list[Captioned] = []
    try:
        async with aclosing(captioner.describe(one, path, wanted)) as finished:
            async for item in finished:
                if item.memory is not None and (context.keep_focused or not focus):
                    await asyncio.to_thread(context.library.add, one.id, [item.memory])
                described.append(item)
    except BudgetExceededError:
        if not described:
            raise
    return _observation(context, described, len(wanted))


def _divided(spans: list[Span], length_s: float) -> list[Span]:
    """Every stretch in pieces of at most about one and a half clips, none twice."""
    found = [
        piece
        for span in spans
        for piece in (pieces(span, length_s) if span.duration_s > length_s else [span])
    ]
    return sorted(set(found))


def _observation(context: ToolContext, described: list[Captioned], wanted: int) -> Observation:
    done = sorted((item for item in described if item.memory), key=lambda item: item.span)
    failed = [item for item in described if item.memory is None]
    if not done:
        raise ToolError(f"no clip could be described: {failed[-1].error if failed else 'no spans'}")
    lines = [context.recall(item.memory, tool="caption_clips") for item in done if item.memory]
    trouble = f": {failed[-1].error}" if failed else ""
    frames = sum(item.frames for item in described)
    head = f"{len(done)} of {wanted} clips described{trouble}"
    return observe(head, [line for line in lines if line], context.videos, frames)
