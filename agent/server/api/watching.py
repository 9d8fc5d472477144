"""`/api/videos/{id}/media` and what a player needs beside it: pictures, a waveform, a clip to keep."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from tempfile import mkstemp
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.background import BackgroundTask

from playhead.agent.server.recordings import file_of, playable, recording
from playhead.agent.server.room import Here
from playhead.tools.errors import UsageError
from playhead.tools.library import Library
from playhead.tools.playing import mp4
from playhead.tools.playing.peaks import peaks
from playhead.tools.playing.stills import still
from playhead.tools.types import Span, Video

router = APIRouter(prefix="/api/videos/{video_id}", tags=["watch"])

Seconds = Annotated[float, Query(ge=0, le=1e7, allow_inf_nan=False)]
FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
"""For what is named by the content it comes from, and so never changes."""
WAVEFORM = "waveform"


@router.get("/playback")
async def how_to_play(video_id: str, room: Here, start_s: Seconds = 0.0) -> dict[str, Any]:
    """Where to get what a browser plays, and at which second of the recording that begins."""

    def look() -> dict[str, Any]:
        video = recording(room.agent.library, video_id)
        path, needs = playable(video)
        begins_s = 0.0 if needs.native else mp4.begins_at(path, start_s)
        url = f"/api/videos/{video.id}/media"
        return {
            "native": needs.native,
            "mime": needs.mime,
            "url": url if needs.native else f"{url}?start_s={begins_s:.6f}",
            "start_s": begins_s,
            "duration_s": round(video.duration_s, 3),
            "pictures": needs.pictures,
            "sound": needs.sound,
        }

    return await asyncio.to_thread(look)


@router.api_route("/media", methods=["GET", "HEAD"])
async def media(video_id: str, room: Here, start_s: Seconds = 0.0) -> Response:
    """The file itself, by ranges, where browsers play it; else an mp4 that is made while it is read."""

    def look() -> tuple[Path, str, bool, float]:
        path, needs = playable(recording(room.agent.library, video_id))
        return path, needs.mime, needs.native, 0.0 if needs.native else mp4.begins_at(path, start_s)

    path, mime, native, begins_s = await asyncio.to_thread(look)
    if native:
        return FileResponse(path, media_type=mime)
    return room.streams.response(_threaded(mp4.stream(path, begins_s), room.decoders), mime)


@router.get("/thumbnail")
async def thumbnail(
    video_id: str, room: Here, time_s: Seconds = 0.0, width_px: Annotated[int, Query(ge=16, le=1920)] = 320
) -> Response:
    """The picture at a time, its longer side `width_px`, as JPEG."""
    return await _picture(room, video_id, time_s, width_px)


@router.get("/frame")
async def frame(video_id: str, room: Here, time_s: Seconds = 0.0) -> Response:
    """The picture at a time in full size, as JPEG."""
    return await _picture(room, video_id, time_s, None)


@router.get("/waveform")
async def waveform(
    video_id: str, room: Here, points: Annotated[int, Query(ge=10, le=4000)] = 600
) -> Response:
    """How loud it is over its whole length; reckoned once, then kept in the library."""
    library = room.agent.library
    video = await asyncio.to_thread(recording, library, video_id)
    found = await anyio.to_thread.run_sync(_waveform, library, video, points, limiter=room.decoders)
    return JSONResponse({"points": found, "duration_s": round(video.duration_s, 3)}, headers=FOREVER)


@router.get("/clip")
async def clip(video_id: str, room: Here, start_s: Seconds, end_s: Seconds) -> Response:
    """A stretch as an mp4 file to keep."""
    if end_s <= start_s:
        raise UsageError("the clip ends before it starts", "give end_s above start_s")

    def cut() -> tuple[Path, str]:
        video = recording(room.agent.library, video_id)
        path, _ = playable(video)
        handle, name = mkstemp(suffix=".mp4", dir=room.scratch)
        out = Path(name)
        try:
            with open(handle, "wb"):
                pass
            for _ in mp4.clip(path, Span(start_s, min(end_s, video.duration_s)), out):
                pass
        except BaseException:
            out.unlink(missing_ok=True)
            raise
        return out, f"{Path(video.name).stem}-{start_s:.0f}-{end_s:.0f}.mp4"

    made, name = await anyio.to_thread.run_sync(cut, limiter=room.decoders)
    gone = BackgroundTask(made.unlink, missing_ok=True)
    return FileResponse(made, media_type="video/mp4", filename=name, background=gone)


async def _picture(room: Here, video_id: str, time_s: float, side_px: int | None) -> Response:
    def look() -> bytes:
        video = recording(room.agent.library, video_id)
        return room.stills.of(file_of(video), video.id, time_s, side_px, still)

    data = await anyio.to_thread.run_sync(look, limiter=room.decoders)
    return Response(data, media_type="image/jpeg", headers=FOREVER)


def _waveform(library: Library, video: Video, points: int) -> list[float]:
    kept = library.detail(video.id, WAVEFORM, str(points))
    if kept is None:
        kept = {"points": peaks(file_of(video), video.duration_s, points)}
        library.mark_done(video.id, WAVEFORM, str(points), kept)
    return list(kept["points"])


async def _threaded(parts: Iterator[bytes], limiter: anyio.CapacityLimiter) -> AsyncGenerator[bytes, None]:
    """What a blocking iterator gives; it is closed when nobody reads on."""
    try:
        while part := await anyio.to_thread.run_sync(next, parts, b"", limiter=limiter):
            yield part
    finally:
        with anyio.CancelScope(shield=True), contextlib.suppress(ValueError):
            await anyio.to_thread.run_sync(parts.close, limiter=limiter)  # type: ignore[attr-defined]
