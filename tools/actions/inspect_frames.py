"""Look at pictures to answer one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from playhead.prompts import render
from playhead.tools.arguments import Crop, Rate, Reference, Spans, Text
from playhead.tools.context import Observation, ToolContext, observe
from playhead.tools.errors import ToolError
from playhead.tools.pictures.looking import look, playable
from playhead.tools.pictures.sampling import SamplingConfig, shared
from playhead.tools.pipeline import cached_replies
from playhead.tools.pipeline.cached_replies import Query, needs_eyes, shape
from playhead.tools.pipeline.parallel import in_thread
from playhead.tools.types import Frame, Span, Video

COST, NEEDS = 2, "eyes"

SAMPLING = SamplingConfig()
MOMENT = {"type": "array", "items": {"type": "number"}}
SCHEMA = shape(
    can_tell={"type": "boolean"},
    answer={"type": "string"},
    moments={"type": "array", "items": MOMENT},
)


async def inspect_frames(
    context: ToolContext,
    spans: Annotated[Spans, "stretches to look at as [start_s, end_s] pairs; short ones are seen closely"],
    question: Annotated[Text, "what the pictures should answer"],
    fps: Annotated[Rate, "pictures a second; at most 50 pictures are looked at in all"] = SAMPLING.fps,
    crop: Annotated[Crop | None, "left, top, right, bottom as shares 0-1, to see a part enlarged"] = None,
    video: Annotated[Reference | None, "number, id or title; the first video when left out"] = None,
) -> Observation:
    """An answer from the pictures themselves, with the moments that show it, or that they do not show it."""
    one = context.one(video)
    model = needs_eyes(context.model("inspector", "captioner"))
    path = await in_thread(playable, one)
    looked = [context.span(one, *pair) for pair in spans]
    at_s = shared(looked, fps, context.limits.frames)
    frames = await in_thread(look, path, at_s, context.limits.side_px, context.reader, crop)
    if context.before_s is not None:
        frames = [frame for frame in frames if frame.time_s <= context.before_s]
    if not frames:
        raise ToolError("no picture could be decoded there; try other spans")
    prompt = render("inspect", question=question, cropped=crop is not None)
    about = (at_s, context.limits.side_px, crop, context.before_s)
    query = Query("inspect", prompt, SCHEMA, one.id, about, logprobs=True)
    data = await cached_replies.ask(context.library, model, query, frames)
    return _observation(context, one, looked, frames, data)


def _observation(
    context: ToolContext,
    video: Video,
    looked: Sequence[Span],
    frames: Sequence[Frame],
    data: Mapping[str, Any],
) -> Observation:
    answer = " ".join(str(data["answer"]).split())[:1000]
    if not data["can_tell"] or not answer:
        missing = f": {answer}" if answer else ""
        words = f"{len(frames)} pictures looked at; cannot tell{missing}"
        return Observation(words, (), len(frames), {"can_tell": False, "answer": answer})
    sure = data.get("probability")
    moments = _moments(data["moments"], looked) or _hull(frames)
    evidence = [
        context.evidence(video, moment, "frame", answer, tool="inspect_frames", score=_score(sure))
        for moment in moments[:8]
    ]
    how = "" if sure is None else f" (probability {sure:.2f})"
    head = f"{len(frames)} pictures looked at{how}: {answer}"
    told = {"can_tell": True, "answer": answer, "probability": sure}
    return replace(observe(head, evidence, context.videos, len(frames)), data=told)


def _score(sure: float | None) -> float:
    return 0.5 if sure is None else sure


def _moments(rows: Sequence[Sequence[float]], looked: Sequence[Span]) -> list[Span]:
    """Moments the model names that lie in what it was shown; the rest is made up and left out."""
    found: list[Span] = []
    for row in rows:
        if not 1 <= len(row) <= 2 or not all(0 <= time_s < 1e9 for time_s in row):
            continue
        named = Span(min(row), max(row))
        found += [named.clamp(span.start_s, span.end_s) for span in looked if span.overlaps(named)][:1]
    return sorted(set(found))


def _hull(frames: Sequence[Frame]) -> list[Span]:
    """Without any moment: all that was looked at."""
    return [Span(max(0.0, frames[0].time_s), max(0.0, frames[-1].time_s))]
