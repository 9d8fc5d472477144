"""`/api/library`, `/api/jobs`, `/api/events`: the recordings that are known, and becoming so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from playhead.agent.server.recordings import recording
from playhead.agent.server.room import Here, Room
from playhead.agent.server.sending import block, stream
from playhead.tools.library import Library
from playhead.tools.types import Video

router = APIRouter(prefix="/api", tags=["library"])


class Paths(BaseModel):
    """Files and folders inside the named ones."""

    model_config = ConfigDict(extra="forbid")

    paths: Annotated[list[str], Field(min_length=1, max_length=1000)]


class Title(BaseModel):
    """What a recording is called from now on."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=300)]


@router.get("/library")
async def listed(room: Here) -> dict[str, Any]:
    """Every recording with what is known of it."""
    library = room.agent.library
    rows = await asyncio.to_thread(lambda: [row(library, video) for video in library.videos()])
    return {"videos": [one | {"job": room.jobs.of_video(one["id"])} for one in rows]}


@router.post("/library", status_code=202)
async def add(given: Paths, room: Here) -> dict[str, Any]:
    """Index files and folders: the job that does it."""
    paths = await asyncio.to_thread(lambda: [room.reach.path(path) for path in given.paths])
    return asdict(room.jobs.add(paths))


@router.patch("/library/{video_id}")
async def rename(video_id: str, given: Title, room: Here) -> dict[str, Any]:
    """Call a recording something else; its file keeps its name."""
    library = room.agent.library

    def change() -> dict[str, Any]:
        library.put_video(replace(recording(library, video_id), title=given.title))
        return row(library, recording(library, video_id))

    changed = await asyncio.to_thread(change)
    room.bus.publish("library", "library", {"video_id": video_id})
    return changed | {"job": room.jobs.of_video(video_id)}


@router.delete("/library/{video_id}")
async def remove(video_id: str, room: Here) -> dict[str, Any]:
    """Forget a recording. Its file stays where it is, unless it was uploaded."""
    video = await asyncio.to_thread(recording, room.agent.library, video_id)
    if job := room.jobs.of_video(video_id):
        await room.jobs.cancel(job)
    await asyncio.to_thread(room.agent.library.remove, video.id)
    await asyncio.to_thread(room.uploads.drop_file, Path(video.path))
    room.bus.publish("library", "library", {"video_id": video_id})
    return {"removed": video.id}


@router.get("/jobs")
async def jobs(room: Here) -> dict[str, Any]:
    """The latest jobs, the newest first."""
    return {"jobs": room.jobs.listed()}


@router.post("/jobs/{job_id}/cancel")
async def cancel(job_id: str, room: Here) -> dict[str, Any]:
    """End a job; answered when it has ended. What it indexed stays."""
    return dict(await room.jobs.cancel(job_id))


@router.get("/events")
async def events(room: Here) -> StreamingResponse:
    """Updates as they happen: `job` when one moves, `library` when a recording comes, changes or goes."""
    return stream(_updates(room))


async def _updates(room: Room) -> AsyncGenerator[str, None]:
    async with aclosing(room.bus.follow()) as updates:
        yield ": listening\n\n"
        for job in reversed(room.jobs.listed()):
            if job["status"] in ("waiting", "running"):
                yield block(job, "job")
        async for name, data in updates:
            yield block(data, name)


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
