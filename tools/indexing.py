"""From a video to memories: cut, heard, read, described, told. Resumable, idempotent, in bounded memory.

Kill it at any point and run it again: nothing is lost, done twice or half-written (`pipeline/stages.py`
says how). What is done already costs a few look-ups, so indexing is also how a question makes sure of its
video.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from playhead.tools.errors import LibraryLockedError, MediaError, UsageError
from playhead.tools.media import find_media, probe
from playhead.tools.memory.identity import content_id
from playhead.tools.pipeline.progress import IndexingConfig, Progress
from playhead.tools.pipeline.stages import LISTEN, EnoughError, IndexingJob, Listen, StoppedError
from playhead.tools.synthesis import SUFFIX
from playhead.tools.types import Video
from playhead.tools.words.cues import TRANSCRIPT_SUFFIXES

if TYPE_CHECKING:
    from playhead.tools.library import Library
    from playhead.tools.protocols import ChatModel

Step = Callable[[IndexingJob], None]
"""A stage: looks what is left to do of its part of a video, and does it."""

__all__ = ["IndexingConfig", "Progress", "identify", "index", "resolve"]


async def index(
    paths: Path | Sequence[Path],
    library: Library,
    config: IndexingConfig | None = None,
    *,
    subtitles: Sequence[Path] = (),
    captioner: ChatModel | None = None,
    listen: Listen = LISTEN,
    enough: threading.Event | None = None,
) -> AsyncGenerator[Progress, None]:
    """Index videos, recordings, transcripts, or every one in a folder, and tell how far it is.

    `listen` makes the speech recogniser that `config.asr` names; by default the plug-in of that name. Once
    `enough` is set it ends as soon as the sound that is being heard is finished; a later run goes on.
    Among several, a file that cannot be used is told as `failed` and leaves nothing behind. Raises
    MediaError when nothing can be indexed, UsageError when `subtitles` are given for several videos,
    LibraryError when the library cannot be written.
    """
    config = config or IndexingConfig()
    given = [paths] if isinstance(paths, Path) else list(paths)
    files, failures = await asyncio.to_thread(_files, given)
    total = len(files) + len(failures)
    if subtitles and total > 1:
        raise UsageError(f"{total} videos but one set of subtitles", "index them one by one")
    for number, (path, error) in enumerate(failures, 1):
        yield _refused(path, error, number, total)
    enough = enough or threading.Event()
    job = partial(
        IndexingJob,
        library,
        config=config,
        subtitles=subtitles,
        captioner=captioner,
        listen=listen,
        enough=enough,
    )
    for number, file in enumerate(files, len(failures) + 1):
        if enough.is_set():
            return
        try:
            async with contextlib.aclosing(_one(file, job)) as steps:
                async for step in steps:
                    yield replace(step, number=number, files=total)
        except MediaError as error:
            failures.append((file, error))
            if len(failures) == total:
                raise
            yield _refused(file, error, number, total)


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[tuple[Path, MediaError]]]:
    """The recordings that the paths name, each once, and the paths that name none. Raises MediaError."""
    found: dict[Path, None] = {}
    failures: list[tuple[Path, MediaError]] = []
    for path in paths:
        try:
            found.update(dict.fromkeys(find_media([path])))
        except MediaError as error:
            failures.append((path, error))
    if failures and not found:
        raise failures[0][1]
    return list(found), failures


def _refused(path: Path, error: MediaError, number: int, files: int) -> Progress:
    return Progress(
        "probe", 0, 0, path.name, str(error), warning=True, number=number, files=files, failed=True
    )


def resolve(reference: str, library: Library) -> Video | Path:
    """What a person means: a file or folder that exists, else a video of the library.

    A path wins, since its content may have changed. Raises MediaError when there is neither, UsageError
    when several videos fit.
    """
    path = Path(reference).expanduser()
    with contextlib.suppress(OSError, ValueError):
        if path.exists():
            return path
    if (video := library.find(reference)) is not None:
        return video
    raise MediaError(
        f"no file and no video in the library is called {reference[:200]!r}", "see `playhead library`"
    )


async def _one(path: Path, make: Callable[..., IndexingJob]) -> AsyncGenerator[Progress, None]:
    """One video in a thread of its own; leaving early stops the thread between two units."""
    loop = asyncio.get_running_loop()
    steps: asyncio.Queue[Progress | None] = asyncio.Queue()

    def emit(step: Progress | None) -> None:
        loop.call_soon_threadsafe(steps.put_nowait, step)

    nothing = Video("", str(path), path.stem, 0.0)
    job = make(video=nothing, path=path, emit=emit, stop=threading.Event(), loop=loop)
    # Whoever waits for the lock must not take a thread of asyncio's pool from the one that holds it.
    own = ThreadPoolExecutor(1, "indexing")
    task = asyncio.ensure_future(loop.run_in_executor(own, _work, job))
    own.shutdown(wait=False)
    task.add_done_callback(lambda _: steps.put_nowait(None))
    try:
        while (step := await steps.get()) is not None:
            yield step
        await task
    finally:
        job.halt()
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()


def _work(job: IndexingJob) -> None:
    from playhead.tools.pipeline import story_stage

    with contextlib.suppress(StoppedError):
        job.report("probe", 0, 1)
        job.video = identify(job.path, job.library)
        with _locked(job):
            job.video = _enter(job)
            with _nothing_of_no_use(job):
                _side_by_side(job, _stages(job.video))
                story_stage.summarise(job)
            if job.complete != job.video.complete:
                job.library.mark_complete(job.video.id, job.complete)
        job.report("done", 1, 1)


@contextlib.contextmanager
def _nothing_of_no_use(job: IndexingJob) -> Iterator[None]:
    """A file of which nothing can be remembered does not stay in the library."""
    try:
        yield
    except MediaError:
        if not job.library.count(job.video.id) and not job.library.clips(job.video.id):
            job.library.remove(job.video.id)
        raise


def _stages(video: Video) -> list[list[Step]]:
    """What can be done with what the file holds: rows that need nothing of each other."""
    from playhead.tools.pipeline import caption_stage, picture_stage, screen_stage, speech_stage

    if video.source != "video" or video.info is None or not video.info.has_picture:
        return [[speech_stage.hear]]
    seen: list[Step] = [picture_stage.segment, screen_stage.read]
    seen += [picture_stage.vectors, caption_stage.caption]
    return [[speech_stage.hear], seen]


def _side_by_side(job: IndexingJob, rows: Sequence[Sequence[Step]]) -> None:
    """Each row in a thread of its own; what fails in one stops the others between two units."""
    with ThreadPoolExecutor(len(rows), "stages") as pool:
        tasks = [pool.submit(_one_by_one, job, row) for row in rows]
        failures = [error for task in as_completed(tasks) if (error := _failure(job, task))]
    for failure in sorted(failures, key=lambda error: isinstance(error, StoppedError)):
        raise failure


def _one_by_one(job: IndexingJob, stages: Sequence[Step]) -> None:
    for stage in stages:
        stage(job)


def _failure(job: IndexingJob, task: Future[None]) -> BaseException | None:
    error = task.exception()
    if error is not None and not isinstance(error, EnoughError):
        job.stop.set()
    return error


def identify(file: Path, library: Library) -> Video:
    """The video by its content, as the library knows it or as it is. Raises MediaError."""
    video_id = content_id(file)
    known = library.video(video_id)
    if known is not None:
        return replace(known, path=str(file.resolve()))
    path = str(file.resolve())
    if file.suffix.lower() in TRANSCRIPT_SUFFIXES and not path.endswith(SUFFIX):
        return Video(video_id, path, file.stem, 0.0, "transcript")
    info = probe(file)
    return Video(video_id, path, file.stem, info.duration_s, "video", info)


def _enter(job: IndexingJob) -> Video:
    """Store the video or where it was moved to; say when it took the place of other content."""
    library, video = job.library, job.video
    known = library.video(video.id)
    if known is not None and known.path == video.path:
        job.clips = len(library.clips(video.id, "clip"))
        return known
    older = [other for other in library.videos() if other.path == video.path and other.id != video.id]
    if older:
        job.warn(
            "probe",
            f"{video.path!r} has new content; what it was stays in the library as {older[-1].id[:12]}",
        )
    if known is not None:
        job.moved_from = known.path
        video = replace(known, path=video.path, title=job.path.stem)
    library.put_video(video)
    return video


@contextlib.contextmanager
def _locked(job: IndexingJob) -> Iterator[None]:
    """Only one process works on a video; another one waits, then finds everything done."""
    with contextlib.ExitStack() as held:
        while True:
            try:
                held.enter_context(job.library.indexing_lock(job.video.id, 0.5))
                break
            except LibraryLockedError:
                job.report("lock", 0, 1, "another process is indexing this video; waiting for it")
        yield
