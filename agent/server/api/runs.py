"""`/api/runs` and `/api/reports`: every answer with the way to it, and what benchmarks measured."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, HTMLResponse

from playhead.agent.chat.session import PREFIX
from playhead.agent.server.refusals import NotFoundError
from playhead.agent.server.room import Here, Room
from playhead.agent.terminal.page import render_run
from playhead.tools.library import Library

router = APIRouter(prefix="/api", tags=["runs"])

PAGE_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""For a page that brings its own style and pictures, and runs nothing."""
REPORT_POLICY = f"{PAGE_POLICY}; script-src 'unsafe-inline'; sandbox allow-scripts allow-downloads"
"""For a page that sorts its own tables, kept apart from everything of this server."""
REPORT = "report.html"
MOST_REPORTS = 200


@router.get("/runs")
async def listed(room: Here, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> dict[str, Any]:
    """The latest runs, the newest first, with how each ended."""
    return {"runs": await asyncio.to_thread(_rows, room.agent.library, limit)}


@router.get("/runs/{run}")
async def one(run: str, room: Here) -> dict[str, Any]:
    """The trajectory of a run."""
    return await asyncio.to_thread(_trajectory, room.agent.library, run)


@router.get("/runs/{run}/page")
async def page(run: str, room: Here) -> HTMLResponse:
    """The page of `playhead show`."""
    library = room.agent.library
    text = await asyncio.to_thread(lambda: render_run(_trajectory(library, run), library))
    return HTMLResponse(text, headers=_framed(PAGE_POLICY))


@router.delete("/runs/{run}")
async def remove(run: str, room: Here) -> dict[str, Any]:
    """Forget a run."""
    await asyncio.to_thread(_trajectory, room.agent.library, run)
    await asyncio.to_thread(room.agent.library.forget_run, run)
    return {"removed": run}


@router.get("/reports")
async def reports(room: Here) -> dict[str, Any]:
    """The benchmark reports in the folders that were named for them, the newest first."""
    found = await asyncio.to_thread(_reports, room)
    newest = sorted(found.items(), key=lambda item: -item[1].stat().st_mtime)
    return {"reports": [_report(name, file) for name, file in newest]}


@router.get("/reports/{name:path}")
async def report(name: str, room: Here) -> FileResponse:
    """One report, as `playhead bench` wrote it."""
    file = (await asyncio.to_thread(_reports, room)).get(name)
    if file is None:
        raise NotFoundError(f"there is no report {name[:80]!r}", "see /api/reports")
    return FileResponse(file, media_type="text/html", headers=_framed(REPORT_POLICY))


def _rows(library: Library, limit: int) -> list[dict[str, Any]]:
    rows = [row for row in library.runs(20 * limit) if not row["id"].startswith(PREFIX)][:limit]
    return [{**row, **_ending(library.run(row["id"]) or {})} for row in rows]


def _ending(run: dict[str, Any]) -> dict[str, Any]:
    answer = run.get("answer") or {}
    told = {name: answer.get(name) for name in ("outcome", "confidence")}
    return {"status": run.get("status"), "strategy": run.get("strategy"), **told}


def _trajectory(library: Library, run: str) -> dict[str, Any]:
    found = None if run.startswith(PREFIX) else library.run(run)
    if found is None:
        raise NotFoundError(f"there is no run {run[:80]!r}", "see /api/runs")
    return found


def _reports(room: Room) -> dict[str, Path]:
    """Every report by the name of its folder; what a link leads out of the named folders is left out."""
    found: dict[str, Path] = {}
    for place in room.reports.places:
        for file in sorted(place.rglob(REPORT))[:MOST_REPORTS]:
            if file.resolve().is_relative_to(place):
                inside = file.parent.relative_to(place)
                found[str(place.name / inside)] = file
    return found


def _report(name: str, file: Path) -> dict[str, str]:
    created = datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat(timespec="seconds")
    return {"name": name, "created": created, "url": f"api/reports/{quote(name)}"}


def _framed(policy: str) -> dict[str, str]:
    return {"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"}
