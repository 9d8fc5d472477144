"""Search without a planner: what the library remembers, as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from playhead.tools.errors import UsageError
from playhead.tools.library import Library
from playhead.tools.protocols import Filter
from playhead.tools.types import KINDS, Evidence, Hit, Kind

NONSENSE = ("asdfghjkl", "qwertz uiop", "vvvvv xxxxx")
"""Queries that nothing answers."""
MARGIN = 0.05
"""A hit by meaning alone is this much more alike than the best hit of nonsense (cosine)."""


def recalled(
    library: Library, query: str, videos: Sequence[str], kinds: Sequence[str], limit: int
) -> tuple[Evidence, ...]:
    """Hits for `query`, best first, numbered from 1; none when nothing comes near it.

    Raises UsageError for unknown videos and kinds.
    """
    if not query.strip():
        raise UsageError("the query is empty", "say what to look for")
    if limit < 1:
        raise UsageError(f"limit is {limit}", "give a number above 0")
    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(f"there is no kind {kind!r}", f"choose one of: {', '.join(KINDS)}")
    ids = tuple(_id(library, reference) for reference in videos)
    hits = _near(library, query, Filter(ids, cast(tuple[Kind, ...], tuple(kinds))), limit)
    return tuple(_evidence(library, hit, number) for number, hit in enumerate(hits, 1))


def _near(library: Library, query: str, where: Filter, limit: int) -> list[Hit]:
    """Hits that share a word with the query, or lie nearer to it in meaning than to nonsense.

    How near nonsense comes differs by embedder and library, so it is measured, not set.
    """
    hits, *idle = library.search_many([query, *NONSENSE], where, limit)
    floor = max((hit.similarity or 0.0 for hits in idle for hit in hits), default=0.0) + MARGIN
    return [
        hit
        for hit in hits
        if hit.lexical_rank is not None or hit.similarity is None or hit.similarity >= floor
    ]


def _id(library: Library, reference: str) -> str:
    if (video := library.find(reference)) is None:
        raise UsageError(f"the library holds no video {reference!r}", "see: playhead library")
    return video.id


def _evidence(library: Library, hit: Hit, number: int) -> Evidence:
    memory = hit.memory
    video = library.video(memory.video_id)
    name = (video.path or video.title) if video else memory.video_id
    perceived = memory.kind != "digest"
    return Evidence(
        memory.video_id,
        name,
        memory.span,
        memory.kind,
        memory.text,
        "search",
        hit.score,
        perceived,
        number,
        memory.origin,
        memory.confidence,
    )
