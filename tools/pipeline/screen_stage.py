"""The stage that reads the screen: resumable chunk by chunk, decoding ahead while the reader works.

A line that still stands at the end of a chunk is handed on to the next one, so that a slide across the edge
is one memory with its whole span. Chunks are therefore read in order, and memories are written when their
lines have ended.
"""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeVar

from playhead.tools import registry
from playhead.tools.errors import MissingExtraError, PrerequisiteError
from playhead.tools.pipeline.stages import IndexingJob, Stage, cache_key
from playhead.tools.protocols import Reader, ScreenReader
from playhead.tools.types import Cue, Memory, Span
from playhead.tools.words.screen import read_screen
from playhead.tools.words.utterances import from_rows, to_rows

if TYPE_CHECKING:
    from playhead.tools.library import Library

Item = TypeVar("Item")

AHEAD = 4
"""Decoded pictures that may wait for the reader."""
READ = "read"
"""The mark of a screen that was read to its end."""
SAME = 0.85
"""Similarity above which two readings are one text, read twice with small errors."""


def read(job: IndexingJob) -> None:
    """Memories of on-screen text, each over the time it stood there."""
    config = job.config
    if config.ocr is None:
        return
    key = cache_key(
        config.ocr, float(config.ocr_fps), config.ocr_side_px, float(config.chunk_s), config.reader
    )
    stage = job.stage("screen", key, ("screen",))
    chunks = list(_chunks(job.video.duration_s, config.chunk_s))
    waiting = [number for number in range(len(chunks)) if str(number) not in stage.done()]
    if not waiting:
        stage.add(READ)
        return
    try:
        engine: ScreenReader = registry.load("ocr", config.ocr)
    except (MissingExtraError, PrerequisiteError) as error:
        job.warn("screen", f"text on the screen is not indexed: {error}")
        return
    with job.reader() as reader:
        for number in waiting:
            _read_chunk(job, stage, reader, engine, number, chunks)
    stage.add(READ)


def was_begun(library: Library, video_id: str) -> bool:
    """Whether indexing has set about reading this screen."""
    return library.detail(video_id, "screen", "plan") is not None


def was_read(library: Library, video_id: str) -> bool:
    """Whether indexing has read this screen to its end."""
    plan = library.detail(video_id, "screen", "plan")
    return plan is not None and READ in library.done(video_id, f"screen#{plan['run']}")


def _chunks(duration_s: float, length_s: float) -> Iterator[Span]:
    count = max(1, round(duration_s / length_s))
    for number in range(count):
        yield Span(duration_s * number / count, duration_s * (number + 1) / count)


def _read_chunk(
    job: IndexingJob, stage: Stage, reader: Reader, engine: ScreenReader, number: int, chunks: list[Span]
) -> None:
    span, last = chunks[number], number == len(chunks) - 1
    frames = reader.scan(job.config.ocr_fps, span, job.config.ocr_side_px)
    if not last:
        frames = (frame for frame in frames if frame.time_s < span.end_s)
    watched = job.watch("screen", ahead(frames, AHEAD), job.video.duration_s)
    cues = list(read_screen(watched, engine))
    standing = from_rows(stage.noted(f"{number - 1} standing").get("rows", []))
    ended, still = join(standing, cues, span, 1.5 / job.config.ocr_fps, last)
    stage.note(f"{number} standing", {"rows": to_rows(still)})
    source = job.config.ocr or ""
    memories = [Memory(job.video.id, cue.span, "screen", cue.text, source=source) for cue in ended]
    stage.add(str(number), memories)
    job.report("screen", span.end_s, job.video.duration_s)


def join(
    standing: list[Cue], cues: list[Cue], span: Span, near_s: float, last: bool
) -> tuple[list[Cue], list[Cue]]:
    """(texts that have ended, lines that still stand at the end of `span`), with `standing` from before.

    `near_s` is how close to an edge a line must come to count as going on beyond it.
    """
    before = list(standing)
    early = span.start_s + near_s
    seen = (Cue(line.span.clamp(span.start_s, span.end_s), line.text) for line in _lines(cues))
    lines = [_continued(line, before) if line.span.start_s <= early else line for line in seen]
    joined = [_until(line, span.end_s) if span.end_s - line.span.end_s <= near_s else line for line in lines]
    still = [] if last else [line for line in joined if line.span.end_s == span.end_s]
    ended = before + [line for line in joined if last or line.span.end_s < span.end_s]
    return _texts(ended), still


def _lines(cues: Iterable[Cue]) -> Iterator[Cue]:
    for cue in cues:
        for text in cue.text.split("\n"):
            yield Cue(cue.span, text)


def _continued(line: Cue, before: list[Cue]) -> Cue:
    """The line over both chunks when it stood there before; it is then taken from `before`."""
    old = next((old for old in before if same_text(old.text, line.text)), None)
    if old is None:
        return line
    before.remove(old)
    return Cue(old.span.union(line.span), old.text)


def _until(line: Cue, end_s: float) -> Cue:
    return Cue(Span(line.span.start_s, end_s), line.text)


def _texts(lines: Iterable[Cue]) -> list[Cue]:
    """Lines that came and went together as one text, in order of time."""
    together: dict[Span, list[str]] = {}
    for line in sorted(lines, key=lambda line: line.span):
        together.setdefault(line.span, []).append(line.text)
    return [Cue(span, "\n".join(texts)) for span, texts in together.items()]


def same_text(first: str, second: str) -> bool:
    """The same digits, and nearly the same letters."""
    a, b = (" ".join(text.casefold().split()) for text in (first, second))
    if a == b:
        return True
    alike = SequenceMatcher(None, a, b, autojunk=False).ratio() >= SAME
    return alike and re.findall(r"\d", a) == re.findall(r"\d", b)


def ahead(items: Iterable[Item], most: int) -> Iterator[Item]:
    """The same items, made by another thread while the consumer works; at most `most` wait."""
    made: queue.Queue[tuple[Item | None, BaseException | None]] = queue.Queue(most)
    ended = threading.Event()

    def put(item: Item | None, error: BaseException | None = None) -> None:
        while not ended.is_set():
            try:
                made.put((item, error), timeout=0.1)
            except queue.Full:
                continue
            return

    def work() -> None:
        try:
            for item in items:
                put(item)
                if ended.is_set():
                    return
        except BaseException as error:
            put(None, error)
        else:
            put(None, StopIteration())

    thread = threading.Thread(target=work, name="decode-ahead", daemon=True)
    thread.start()
    try:
        while True:
            item, error = made.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item  # type: ignore[misc]
    finally:
        ended.set()
        thread.join()
