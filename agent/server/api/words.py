"""The words of recordings: `/api/videos/{id}/timeline`, `/transcript.*`, and `/api/search`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from playhead.agent.loop.ledger import line_of
from playhead.agent.server.recordings import recording
from playhead.agent.server.room import Here
from playhead.agent.server.timeline import cues, timeline
from playhead.agent.server.transcripts import spoken
from playhead.tools.words.writing import Timed, subrip, webvtt

router = APIRouter(prefix="/api", tags=["words"])

_MANY = 200


@router.get("/videos/{video_id}/timeline")
async def of_time(video_id: str, room: Here) -> dict[str, Any]:
    """Chapters, scenes, stretches of speech and of text on screen."""
    library = room.agent.library
    return await asyncio.to_thread(lambda: timeline(library, recording(library, video_id)))


@router.get("/videos/{video_id}/transcript.json")
async def transcript(video_id: str, room: Here) -> dict[str, Any]:
    """What is said and what is shown as text, in order of time."""
    library = room.agent.library
    found = await asyncio.to_thread(lambda: cues(library, recording(library, video_id), ("speech", "screen")))
    return {"cues": found}


@router.get("/videos/{video_id}/transcript.vtt")
async def as_vtt(video_id: str, room: Here) -> Response:
    """What is said, as WebVTT."""
    return await _file(video_id, room, webvtt, "text/vtt")


@router.get("/videos/{video_id}/transcript.srt")
async def as_srt(video_id: str, room: Here) -> Response:
    """What is said, as SubRip."""
    return await _file(video_id, room, subrip, "application/x-subrip")


@router.get("/search")
async def search(
    room: Here,
    q: Annotated[str, Query(max_length=2000)],
    videos: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies defaults
    kinds: Annotated[list[str], Query()] = [],  # noqa: B006
    limit: Annotated[int, Query(ge=1, le=_MANY)] = 24,
) -> dict[str, Any]:
    """Hits in the memory, best first; no planner, no model."""
    ids = await room.known(videos)
    found = await asyncio.to_thread(room.agent.search, q, ids, kinds, limit)
    return {"hits": [line_of(line) for line in found]}


async def _file(video_id: str, room: Here, write: Callable[[Timed], str], mime: str) -> Response:
    library = room.agent.library

    def look() -> str:
        return write([(memory.span, memory.text) for memory in spoken(library, recording(library, video_id))])

    return Response(await asyncio.to_thread(look), media_type=f"{mime}; charset=utf-8")
