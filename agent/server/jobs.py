"""Indexing in the background, one job after the other, told as it moves.

A job is stored when it is made. One that a stop or a crash cut off is taken up again when the server starts;
indexing goes on where it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from playhead.agent.agent import VideoAgent
from playhead.agent.server.bus import Bus
from playhead.agent.server.refusals import NotFoundError
from playhead.agent.server.store import Store
from playhead.tools.errors import PlayheadError
from playhead.tools.indexing import Progress
from playhead.tools.media import find_media

log = logging.getLogger(__name__)

Status = Literal["waiting", "running", "done", "failed", "cancelled"]
OVER = frozenset({"done", "failed", "cancelled"})
MOST_WARNINGS = 50
MOST_LISTED = 50


@dataclass(slots=True)
class Job:
    """Files and folders that are indexed. Stage, progress and time left are those of the moment."""

    id: str
    paths: list[str]
    name: str
    created: str
    kind: str = "index"
    status: Status = "waiting"
    stage: str = ""
    done: float = 0.0
    total: float = 0.0
    eta_s: float | None = None
    video_id: str = ""
    video: str = ""
    number: int = 1
    files: int = 1
    warnings: list[str] = field(default_factory=list)
    error: str = ""

    def move(self, step: Progress) -> None:
        if step.warning or step.failed:
            self.warnings = [*self.warnings, step.message][-MOST_WARNINGS:]
            return
        self.stage, self.done, self.total, self.eta_s = step.stage, step.done, step.total, step.eta_s
        self.video_id, self.video = step.video_id or self.video_id, step.video
        self.number, self.files = step.number, step.files


class Jobs:
    """For one event loop."""

    def __init__(self, agent: VideoAgent, store: Store, bus: Bus) -> None:
        self._agent, self._store, self._bus = agent, store, bus
        self._live: dict[str, Job] = {}
        self._queue: asyncio.Queue[Job] = asyncio.Queue()
        self._running: tuple[Job, asyncio.Task[None]] | None = None
        self._stopping = False
        self._worker = asyncio.create_task(self._work())

    def add(self, paths: Sequence[Path], name: str = "") -> Job:
        """Index these when it is their turn; whoever calls has made sure that they may be opened.

        Where the same is still to be done, that job.
        """
        same = (job for job in self._live.values() if job.paths == [str(path) for path in paths])
        if before := next(same, None):
            return before
        label = name or ", ".join(path.name for path in paths[:3]) + (" …" if len(paths) > 3 else "")
        created = datetime.now(UTC).isoformat(timespec="milliseconds")
        job = Job(uuid.uuid4().hex[:12], [str(path) for path in paths], label, created)
        self._store.add("job", job.id, asdict(job))
        self._enqueue(job)
        return job

    async def watch(self, paths: Sequence[Path]) -> AsyncGenerator[Mapping[str, Any], None]:
        """`add`, told as it moves to the only one who wants to know: leaving early cancels the job."""
        async with aclosing(self._bus.follow()) as updates:
            job = self.add(paths)
            try:
                async for _, data in updates:
                    if data.get("id") == job.id:
                        yield data
                        if data["status"] in OVER:
                            return
            finally:
                if job.id in self._live and not self._stopping:
                    await self.cancel(job.id)

    def resume(self) -> None:
        """Take up every job that was cut off."""
        for row in self._store.open_rows("job"):
            self._enqueue(Job(**{**row, "status": "waiting"}))

    def listed(self) -> list[Mapping[str, Any]]:
        """The newest first."""
        rows = self._store.latest("job", MOST_LISTED)
        return [asdict(self._live[row["id"]]) if row["id"] in self._live else row for row in rows]

    def of_video(self, video_id: str) -> str | None:
        """The job that works on a recording now."""
        return self._running[0].id if self._running and self._running[0].video_id == video_id else None

    async def cancel(self, job_id: str) -> Mapping[str, Any]:
        """End a job, and wait until it has ended; one that is over stays so. Raises NotFoundError."""
        job = self._live.get(job_id)
        if job is None:
            row = self._store.get("job", job_id)
            if row is None:
                raise NotFoundError(f"there is no job {job_id[:80]!r}", "see /api/jobs")
            return row
        if self._running and self._running[0] is job:
            self._running[1].cancel()
            await asyncio.wait([self._running[1]])
        else:
            self._end(job, "cancelled")
        return asdict(job)

    async def aclose(self) -> None:
        """Interrupt the job that runs; `resume` goes on with it."""
        self._stopping = True
        self._worker.cancel()
        await asyncio.gather(self._worker, return_exceptions=True)

    def _enqueue(self, job: Job) -> None:
        self._live[job.id] = job
        self._queue.put_nowait(job)
        self._tell(job)

    async def _work(self) -> None:
        while True:
            job = await self._queue.get()
            if job.status != "waiting":
                continue
            task = asyncio.create_task(self._index(job))
            self._running = (job, task)
            try:
                await asyncio.wait([task])
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                self._running = None

    async def _index(self, job: Job) -> None:
        job.status = "running"
        self._tell(job)
        try:
            files = await asyncio.to_thread(_files, job.paths)
            async with aclosing(self._agent.index(files)) as events:
                async for event in events:
                    job.move(event.progress)
                    self._tell(job)
                    if event.progress.stage == "done":
                        self._bus.publish("library", "library", {"video_id": event.progress.video_id})
            self._end(job, "done")
        except asyncio.CancelledError:
            if not self._stopping:
                self._end(job, "cancelled")
            raise
        except PlayheadError as error:
            self._end(job, "failed", str(error))
        except Exception:
            log.exception("the job %s failed", job.id)
            self._end(job, "failed", "something went wrong inside playhead; the server's log says more")

    def _end(self, job: Job, status: Status, error: str = "") -> None:
        job.status, job.error, job.eta_s = status, error, None
        self._live.pop(job.id, None)
        with contextlib.suppress(PlayheadError):
            self._store.put("job", job.id, asdict(job), "over")
        self._tell(job)
        self._bus.publish("library", "library", {"video_id": job.video_id})

    def _tell(self, job: Job) -> None:
        """Every stage is a subject of its own: who reads slowly misses shares of a stage, never a stage."""
        self._bus.publish("job", f"{job.id} {job.stage}", asdict(job))


def _files(paths: Sequence[str]) -> list[Path]:
    """The recordings at these places; in a folder only what lies in it, not what its links lead to."""
    found: list[Path] = []
    for path in map(Path, paths):
        inside = find_media([path]) if path.is_dir() else []
        found += [file for file in inside if file.resolve().is_relative_to(path.resolve())] or [path]
    return found
