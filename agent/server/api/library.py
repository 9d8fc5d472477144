"""`/api/library`: the recordings that are known."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter

from playhead.agent.server.room import Here
from playhead.tools.library import Library
from playhead.tools.types import Video

router = APIRouter(prefix="/api/library", tags=["library"])


@router.get("")
async def listed(room: Here) -> dict[str, Any]:
    """Every recording with what is known of it."""
    return {"videos": await asyncio.to_thread(_rows, room.agent.library)}


def _rows(library: Library) -> list[dict[str, Any]]:
    return [row(library, video) for video in library.videos()]


def row(library: Library, video: Video) -> dict[str, Any]:
    """One recording; `known` counts its memories by kind."""
    return {
        "id": video.id,
        "name": video.name,
        "title": video.title,
        "path": video.path,
        "duration_s": round(video.duration_s, 3),
        "has_pictures": bool(video.info and video.info.has_picture),
        "has_sound": bool(video.info and video.info.has_audio),
        "known": library.count(video.id),
        "indexed": video.complete,
        "job": None,
    }
