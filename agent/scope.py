"""The videos of a question: found in the library or indexed now."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import AsyncGenerator, Collection, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from functools import partial
from pathlib import Path

from playhead.agent.events import Indexing, Warned
from playhead.agent.pricing import INDEXING
from playhead.agent.request import Request
from playhead.agent.wiring import Setup, transcriber
from playhead.tools.errors import MediaError, UsageError
from playhead.tools.indexing import Progress, identify, index, resolve
from playhead.tools.library import Library, exists
from playhead.tools.media import find_media
from playhead.tools.metering import Meter, Metered
from playhead.tools.types import Video

PATIENT_S = 60.0
"""Who has to wait longer for the words of a recording is told how long, and how not to."""


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


async def scope(
    setup: Setup, request: Request, meter: Meter
) -> AsyncGenerator[Indexing | Warned | Video, None]:
    """Every video of the question once, and the progress of those that must be indexed first.

    After `request.wait_s` the rest of them are given as they are by then. `meter` counts what models cost
    meanwhile. Raises UsageError when there is none, MediaError and LibraryError.
    """
    if setup.needs() == "nothing":
        return
    library = await asyncio.to_thread(setup.library)
    references = request.videos or tuple(video.id for video in await asyncio.to_thread(library.videos))
    if not references:
        raise UsageError("no video is given and the library is empty", "name a video before the question")
    seen: set[str] = set()
    with _enough(request.wait_s) as enough:
        for reference in references:
            async with aclosing(_one(reference, setup, library, request, meter, enough)) as items:
                async for item in items:
                    if not isinstance(item, Video):
                        yield item
                    elif item.id not in seen:
                        seen.add(item.id)
                        yield item


@contextmanager
def _enough(wait_s: float | None) -> Iterator[threading.Event]:
    """An event that is set after so many seconds, never for None."""
    enough = threading.Event()
    if wait_s == 0:
        enough.set()
    timer = asyncio.get_running_loop().call_later(wait_s, enough.set) if wait_s else None
    try:
        yield enough
    finally:
        if timer:
            timer.cancel()


async def remember(
    setup: Setup,
    paths: Sequence[str | Path],
    subtitles: Sequence[str | Path] = (),
    meter: Meter | None = None,
    enough: threading.Event | None = None,
) -> AsyncGenerator[Indexing, None]:
    """Index paths one after the other, folders with all they hold, or until there is `enough`.

    `meter` counts what models cost. Raises MediaError, UsageError and LibraryError.
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
        enough=enough,
    )
    async with aclosing(steps):
        async for step in steps:
            yield Indexing(step)


async def _one(
    reference: str, setup: Setup, library: Library, request: Request, meter: Meter, enough: threading.Event
) -> AsyncGenerator[Indexing | Warned | Video, None]:
    found = await asyncio.to_thread(resolve, reference, library)
    if isinstance(found, Video) and not (found.path and (request.subtitles or _half_made(found))):
        yield found
        return
    path = Path(found.path) if isinstance(found, Video) else found
    if setup.needs() == "files":
        for file in await asyncio.to_thread(find_media, [path]):
            yield await asyncio.to_thread(identify, file, library)
        return
    indexed: dict[str, None] = {}
    advised = request.wait_s is not None
    async with aclosing(remember(setup, [path], request.subtitles, meter, enough)) as events:
        async for event in events:
            indexed |= {event.progress.video_id: None} if event.progress.video_id else {}
            yield event
            if not advised and (words := advice(event.progress)):
                advised = True
                yield Warned(words)
    for video_id in indexed:
        if known := await asyncio.to_thread(library.video, video_id):
            yield known
    if enough.is_set():
        for video in await asyncio.to_thread(_others, path, library, indexed):
            yield video


def _half_made(video: Video) -> bool:
    """Whether indexing was cut off and can go on: its file is still there."""
    return not video.complete and Path(video.path).is_file()


def _others(path: Path, library: Library, indexed: Collection[str]) -> list[Video]:
    """Videos at a path that there was no time for; files that cannot be used are left out."""
    found = []
    for file in find_media([path]):
        with suppress(MediaError):
            found.append(identify(file, library))
    return [video for video in found if video.id not in indexed]


def advice(step: Progress) -> str:
    """How long hearing takes and what else can be done; empty when it is soon over or not known yet."""
    if step.stage != "speech" or (step.eta_s or 0.0) < PATIENT_S:
        return ""
    minutes = math.ceil((step.eta_s or 0.0) / 60)
    return (
        f"hearing all of {step.video} takes about {minutes} min more; Ctrl-C loses nothing, and asking with "
        "--wait 0 (in a chat: /wait 0) answers from what is heard by then"
    )
