"""Search what was heard, read and seen."""

from __future__ import annotations

import asyncio
from typing import Annotated

from playhead.tools.arguments import Count, Names, Reference, Seconds, Text
from playhead.tools.context import Observation, ToolContext, observe
from playhead.tools.protocols import Filter
from playhead.tools.types import PERCEIVED, Evidence, Hit, Kind, Memory, Span, Video

COST = 0

AROUND_S = 60.0


async def search_memory(
    context: ToolContext,
    query: Annotated[Text, "words or a description of what is looked for"],
    kinds: Annotated[list[Kind] | None, Names, "only these kinds; all but digests when left out"] = None,
    limit: Annotated[Count, "how many memories, 1 to 16"] = 8,
    start_s: Annotated[Seconds | None, "only after this time"] = None,
    end_s: Annotated[Seconds | None, "only before this time"] = None,
    neighbours: Annotated[bool, "also what comes directly before and after each hit"] = False,
    video: Annotated[
        Reference | None, "number, id or title; all videos of the question when left out"
    ] = None,
) -> Observation:
    """Memories by meaning and by words, best first: speech, screen text, captions, visual facts."""
    videos = context.select(video)
    wanted: tuple[Kind, ...] = tuple(kinds or PERCEIVED)
    span = None
    if start_s is not None or end_s is not None:
        span = _span(context, videos, start_s, end_s)
    most = max(1, min(limit, context.limits.hits))
    return await asyncio.to_thread(_search, context, query, videos, wanted, span, most, neighbours)


def _span(
    context: ToolContext, videos: tuple[Video, ...], start_s: float | None, end_s: float | None
) -> Span:
    """The stretch in the longest of the videos."""
    longest = max(videos, key=lambda one: one.duration_s)
    return context.span(longest, start_s, end_s)


def _search(
    context: ToolContext,
    query: str,
    videos: tuple[Video, ...],
    kinds: tuple[Kind, ...],
    span: Span | None,
    most: int,
    neighbours: bool,
) -> Observation:
    hits = context.library.search(query, context.where(videos, kinds, span), most)
    evidence = [line for hit in hits if (line := _line(context, hit))]
    if neighbours:
        evidence += _neighbours(context, hits, {line.text for line in evidence})
    if not evidence:
        counts = {kind: number for one in videos for kind, number in context.library.count(one.id).items()}
        known = ", ".join(sorted(counts)) or "nothing"
        return Observation(f"nothing found for {query!r} in {', '.join(kinds)}; remembered here: {known}")
    return observe(f"{len(evidence)} memories for {query!r}, best first", evidence, context.videos)


def _line(context: ToolContext, hit: Hit) -> Evidence | None:
    if not hit.memory.text:
        return _seen(context, hit)
    return context.recall(hit.memory, tool="search_memory", score=hit.score)


def _seen(context: ToolContext, hit: Hit) -> Evidence | None:
    """A picture that was found by its look alone."""
    video = context.by_id(hit.memory.video_id)
    if video is None or not context.knows(hit.memory.span):
        return None
    text = "the picture here looks like the query; nothing more is known of it"
    return context.evidence(video, hit.memory.span, "frame", text, tool="search_memory", score=hit.score)


def _neighbours(context: ToolContext, hits: list[Hit], shown: set[str]) -> list[Evidence]:
    found: dict[str, Evidence] = {}
    for hit in hits:
        for memory in _beside(context, hit.memory):
            line = context.recall(memory, tool="search_memory", score=hit.score / 2)
            if line is not None and memory.text and memory.text not in shown:
                found.setdefault(memory.id, line)
    return sorted(found.values(), key=lambda line: (line.video_id, line.span))


def _beside(context: ToolContext, memory: Memory) -> list[Memory]:
    """The memories of the same kind directly before and after."""
    start_s, end_s = max(0.0, memory.span.start_s - AROUND_S), memory.span.end_s + AROUND_S
    where = Filter((memory.video_id,), (memory.kind,), (memory.level,), start_s, end_s, context.before_s)
    around = context.library.memories(where)
    at = next((i for i, other in enumerate(around) if other.id == memory.id), None)
    if at is None:
        return []
    reach = context.limits.neighbours
    return [other for other in around[max(0, at - reach) : at + reach + 1] if other.id != memory.id]
