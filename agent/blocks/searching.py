"""Searching what is remembered: several queries at once, without what was seen before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from playhead.agent.blocks.places import Place
from playhead.agent.state import ToolCall
from playhead.tools.memory.fusion import reciprocal_rank
from playhead.tools.types import Evidence, Kind

if TYPE_CHECKING:
    from playhead.agent.run import Run


async def retrieve(
    run: Run,
    queries: Sequence[str],
    kinds: Sequence[Kind] = (),
    most: int = 16,
    exclude: Sequence[Place] = (),
    *,
    within: Place | None = None,
) -> tuple[Evidence, ...]:
    """At most `most` lines for the queries, best first, in the ledger; none that shares time with `exclude`.

    Lists of several queries are merged by the rank in each. Searching costs no model call.
    """
    where = {"start_s": within.start_s, "end_s": within.end_s, "video": str(within.video)} if within else {}
    wide = most + min(100, 4 * len(exclude))
    about = {"kinds": list(kinds)} if kinds else {}
    calls = [
        ToolCall("search_memory", {"query": query[:1500], "limit": wide, **about, **where})
        for query in dict.fromkeys(query.strip() for query in queries)
        if query
    ]
    if not calls:
        return ()
    found = await run.call(*calls, limits={"hits": wide})
    lines = {line.number: line for seen in found for line in seen.evidence}
    scores = reciprocal_rank([[line.number for line in seen.evidence] for seen in found])
    numbers = {video.id: number for number, video in enumerate(run.videos, 1)}
    free = [
        line
        for line in lines.values()
        if not any(_at(numbers[line.video_id], line, place) for place in exclude)
    ]
    return tuple(sorted(free, key=lambda line: (-scores[line.number], line.number))[:most])


async def recall(run: Run, places: Sequence[Place], query: str, most: int = 4) -> tuple[Evidence, ...]:
    """What memory holds in these places, at most `most` lines each: now in the ledger, to be cited."""
    found: dict[int, Evidence] = {}
    for place in dict.fromkeys(places):
        lines = await retrieve(run, [query], most=most, within=place)
        found |= {line.number: line for line in lines}
    return tuple(found.values())


def _at(video: int, line: Evidence, place: Place) -> bool:
    """An instant need only lie inside."""
    if video != place.video:
        return False
    if line.span.duration_s == 0:
        return place.span.contains(line.span.start_s)
    return line.span.intersection_s(place.span) > 0
