"""The videos of a question: found in the library or indexed now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path

from playhead.agent.events import Indexing
from playhead.agent.pricing import INDEXING
from playhead.agent.request import Request
from playhead.agent.wiring import Setup, transcriber
from playhead.tools.errors import MediaError, UsageError
from playhead.tools.indexing import index, resolve
from playhead.tools.library import Library, exists
from playhead.tools.media import find_media, probe
from playhead.tools.memory.identity import content_id
from playhead.tools.metering import Meter, Metered
from playhead.tools.types import Video


def check(setup: Setup, references: Sequence[str]) -> None:
    """Where nothing is indexed yet, something named must be a file, so that no library is made in vain.

    Raises UsageError and MediaError.
    """
    if setup.opened is not None or setup.needs() == "nothing" or exists(setup.config.library_path):
        return
    if not references:
        cause = "no video is given and the library is empty"
        raise UsageError(cause, "name a video before the question")
    failures: list[MediaError] = []
    for reference in references:
        try:
            find_media([Path(reference).expanduser()])
        except MediaError as error:
            failures.append(error)
    if len(failures) == len(references):
        raise failures[0]


async def scope(setup: Setup, request: Request, meter: Meter) -> AsyncGenerator[Indexing | Video, None]:
    """Every video of the question once, and the progress of those that must be indexed first.

    `meter` counts what models cost meanwhile. Raises UsageError when there is none, MediaError and
    LibraryError.
    """
    if setup.needs() == "nothing":
        return
    library = await asyncio.to_thread(setup.library)
    references = request.videos or tuple(video.id for video in await asyncio.to_thread(library.videos))
    if not references:
        raise UsageError("no video is given and the library is empty", "name a video before the question")
    seen: set[str] = set()
    for reference in references:
        async with aclosing(_one(reference, setup, library, request, meter)) as items:
            async for item in items:
                if isinstance(item, Indexing):
                    yield item
                elif item.id not in seen:
                    seen.add(item.id)
                    yield item


async def remember(
    setup: Setup,
    paths: Sequence[str | Path],
    subtitles: Sequence[str | Path] = (),
    meter: Meter | None = None,
) -> AsyncGenerator[Indexing, None]:
    """Index paths one after the other, folders with all they hold; `meter` counts what models cost.

    Raises MediaError, UsageError and LibraryError.
    """
    if paths:
        await asyncio.to_thread(check, setup, [str(path) for path in paths])
    library = await asyncio.to_thread(setup.library)
    model = setup.models.get("captioner")
    steps = index(
        [Path(path).expanduser() for path in paths],
        library,
        setup.config.indexing,
        subtitles=[Path(name).expanduser() for name in subtitles],
        captioner=Metered(model, INDEXING, meter or setup.indexing) if model else None,
        listen=partial(transcriber, setup.config),
    )
    async with aclosing(steps):
        async for step in steps:
            yield Indexing(step)


async def _one(
    reference: str, setup: Setup, library: Library, request: Request, meter: Meter
) -> AsyncGenerator[Indexing | Video, None]:
    found = await asyncio.to_thread(resolve, reference, library)
    if isinstance(found, Video) and not (found.path and (request.subtitles or _half_made(found))):
        yield found
        return
    path = Path(found.path) if isinstance(found, Video) else found
    if setup.needs() == "files":
        for video in await asyncio.to_thread(_unindexed, path):
            yield video
        return
    indexed: dict[str, None] = {}
    async with aclosing(remember(setup, [path], request.subtitles, meter)) as events:
        async for event in events:
            indexed |= {event.progress.video_id: None} if event.progress.video_id else {}
            yield event
    for video_id in indexed:
        if known := await asyncio.to_thread(library.video, video_id):
            yield known


def _half_made(video: Video) -> bool:
    """Whether indexing was cut off and can go on: its file is still there."""
    return not video.complete and Path(video.path).is_file()


def _unindexed(path: Path) -> list[Video]:
    """The videos at a path as far as they can be told without indexing."""
    infos = ((file, probe(file)) for file in find_media([path]))
    return [Video(content_id(file), str(file), file.stem, info.duration_s, info=info) for file, info in infos]
