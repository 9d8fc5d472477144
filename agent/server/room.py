"""What all requests of a server share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import anyio
from fastapi import Depends, Request

from playhead.agent.agent import VideoAgent
from playhead.agent.server.bus import Bus
from playhead.agent.server.fetching import Fetcher, is_address
from playhead.agent.server.jobs import Job, Jobs
from playhead.agent.server.questions import Questions
from playhead.agent.server.reach import LIBRARY_ALONE, Reach
from playhead.agent.server.refusals import NotFoundError
from playhead.agent.server.stills import Stills
from playhead.agent.server.store import Store
from playhead.agent.server.streams import Streams
from playhead.agent.server.uploads import Upload, Uploads
from playhead.tools.errors import MediaError
from playhead.tools.memory.locks import file_lock
from playhead.tools.types import Video

DECODERS = 4
SLOTS = 4
STREAMS = 16


class Room:
    """The agent and all that goes on with it; entered when the server starts, left when it stops."""

    questions: Questions
    jobs: Jobs
    uploads: Uploads
    fetcher: Fetcher
    store: Store

    def __init__(
        self,
        agent: VideoAgent,
        reach: Reach = LIBRARY_ALONE,
        *,
        reports: Reach = LIBRARY_ALONE,
        slots: int = SLOTS,
        streams: int = STREAMS,
        fetch: Sequence[str] = (),
        keeps: bool = False,
    ) -> None:
        """`reports` are folders of benchmark reports. `slots` questions are worked on at once.

        `streams` recordings are converted for players at once. `fetch` are hosts to fetch recordings from.
        `keeps` what is not over in the library for next time: one such room at a time may use a library.
        """
        self.agent, self.reach, self.reports = agent, reach, reports
        self._slots, self._fetch, self._keeps = slots, tuple(fetch), keeps
        self.streams = Streams(streams)
        self.bus = Bus()
        self.stills = Stills()
        self.decoders = anyio.CapacityLimiter(DECODERS)
        """Holds back who wants pictures or sound decoded while that many others do."""
        self._held, self._prepared = ExitStack(), False
        self._scratch: TemporaryDirectory[str] = TemporaryDirectory(prefix="playhead-")

    @property
    def scratch(self) -> Path:
        """A folder for files that live no longer than a request."""
        return Path(self._scratch.name)

    def prepare(self) -> None:
        """Open the library and what is kept in it. Raises LibraryError, LibraryLockedError."""
        library = self.agent.library
        if self._keeps:
            lock = file_lock(library.path / "locks" / "server.lock", 0.0, "another playhead serve")
            self._held.enter_context(lock)
        self.store = Store(library.path if self._keeps else self.scratch)
        self._prepared = True

    async def __aenter__(self) -> Room:
        if not self._prepared:
            await asyncio.to_thread(self.prepare)
        library = self.agent.library
        self.questions = Questions(self.agent, self.store, self._slots)
        self.jobs = Jobs(self.agent, self.store, self.bus)
        self.uploads = Uploads(library.path, self.store)
        self.fetcher = Fetcher(self.uploads, self.store, self._fetch)
        self.questions.resume()
        self.jobs.resume()
        if self._keeps and self.reach.places:
            self.jobs.add(self.reach.places)
        for upload in await asyncio.to_thread(self.uploads.resume):
            with suppress(MediaError):
                await self.take(upload)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        self.store.close()
        self._held.close()
        await self.agent.aclose()
        self._scratch.cleanup()

    async def stop(self) -> None:
        """End what goes on, and with it every reply that still waits; what is not over goes on next time."""
        self.bus.close()
        await self.jobs.aclose()
        await self.questions.aclose()

    async def take(self, upload: Upload) -> Job:
        """Index a file of which all bytes came. Raises MediaError for what is none, and throws it away."""
        job = self.jobs.add([await self.uploads.finish(upload.id)], upload.name)
        self.uploads.close(upload.id)
        return job

    async def known(self, references: Sequence[str]) -> tuple[str, ...]:
        """The ids of recordings named by id, name or title. Raises UsageError for what the library lacks."""
        return tuple(await asyncio.to_thread(lambda: [self._id(name) for name in references]))

    async def recording(self, reference: str) -> Video:
        """A recording of the library by id, name or title. Raises NotFoundError and UsageError."""
        return await asyncio.to_thread(self._video, reference)

    async def named(self, references: Sequence[str]) -> tuple[str, ...]:
        """`known`, files and folders within reach, and addresses of files, which are fetched.

        What is not indexed will be when a question is asked of it. Raises UsageError and MediaError.
        """
        return tuple([await self._named(reference) for reference in references])

    async def _named(self, reference: str) -> str:
        if not is_address(reference):
            return await asyncio.to_thread(self._id_or_path, reference)
        path = str(await self.fetcher.path(reference))
        video = await asyncio.to_thread(self.agent.library.find, path)
        return video.id if video else path

    def _id(self, reference: str) -> str:
        return self._video(reference).id

    def _video(self, reference: str) -> Video:
        video = self.agent.library.find(reference)
        if video is None:
            raise NotFoundError(
                f"the library holds no video {reference[:200]!r}", "name one that the library lists"
            )
        return video

    def _id_or_path(self, reference: str) -> str:
        video = self.agent.library.find(reference)
        return video.id if video else str(self.reach.path(reference))


def _room(request: Request) -> Room:
    found: Room = request.app.state.room
    return found


Here = Annotated[Room, Depends(_room)]
"""The room, as a parameter of a route."""
