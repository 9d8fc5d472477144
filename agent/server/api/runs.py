"""`/api/runs`: every answer with the way to it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from playhead.agent.page import render_run
from playhead.agent.server.refusals import NotFoundError
from playhead.agent.server.room import Here
from playhead.agent.session import PREFIX
from playhead.tools.library import Library

router = APIRouter(prefix="/api/runs", tags=["runs"])

PAGE_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""For a page that brings its own style and pictures, and runs nothing."""


@router.get("")
async def listed(room: Here, limit: Annotated[int, Query(ge=1, le=1000)] = 50) -> dict[str, Any]:
    """The latest runs, the newest first."""
    rows = await asyncio.to_thread(room.agent.library.runs, 20 * limit)
    return {"runs": [row for row in rows if not row["id"].startswith(PREFIX)][:limit]}


@router.get("/{run}")
async def one(run: str, room: Here) -> dict[str, Any]:
    """The trajectory of a run."""
    return await asyncio.to_thread(_trajectory, room.agent.library, run)


@router.get("/{run}/page")
async def page(run: str, room: Here) -> HTMLResponse:
    """The page of `playhead show`."""
    library = room.agent.library
    text = await asyncio.to_thread(lambda: render_run(_trajectory(library, run), library))
    headers = {"Content-Security-Policy": PAGE_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(text, headers=headers)


@router.delete("/{run}")
async def remove(run: str, room: Here) -> dict[str, Any]:
    """Forget a run."""
    await asyncio.to_thread(_trajectory, room.agent.library, run)
    await asyncio.to_thread(room.agent.library.forget_run, run)
    return {"removed": run}


def _trajectory(library: Library, run: str) -> dict[str, Any]:
    found = None if run.startswith(PREFIX) else library.run(run)
    if found is None:
        raise NotFoundError(f"there is no run {run[:80]!r}", "see /api/runs")
    return found
