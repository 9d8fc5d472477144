"""What every stage of indexing stands on: the job, its progress, and marks of what is done.

A stage keeps one mark for each finished unit, written in the same transaction as the unit's memories. The
marks carry the number of the stage's run; a changed setting begins a new run, which first clears what the
old one remembered. So a kill between any two writes leaves either the unit undone or done, never half.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from playhead.tools import registry
from playhead.tools.pictures.looking import open_film
from playhead.tools.pipeline.progress import IndexingConfig, Progress
from playhead.tools.protocols import ChatModel, Filter, Reader, Transcriber
from playhead.tools.types import Cue, Frame, Kind, Memory, Video

if TYPE_CHECKING:
    from playhead.tools.library import Library

Result = TypeVar("Result")
Listen = Callable[[str], Transcriber]
"""Makes the speech recogniser of a spec."""
LISTEN: Listen = partial(registry.load, "speech")

REPORT_EVERY_S = 0.1
REPORT_EVERY = 0.01
"""Share of a stage that is told at once: words come many at a time."""


class StoppedError(Exception):
    """Nobody listens any more; the stage ends between two units."""


class EnoughError(StoppedError):
    """What is there has to be enough for now; other stages end for themselves."""


@dataclass
class IndexingJob:
    """Indexing one video: its surroundings, and where it is.

    Threads may share it as long as each carries out stages of its own, and only one of them `wait`s.
    """

    library: Library
    video: Video
    path: Path
    config: IndexingConfig
    emit: Callable[[Progress], None]
    stop: threading.Event
    subtitles: Sequence[Path] = ()
    captioner: ChatModel | None = None
    listen: Listen = LISTEN
    moved_from: str = ""
    """Where the same content was met before; empty when it lies where it was."""
    clips: int = 0
    complete: bool = True
    """False once something was left for a later run."""
    enough: threading.Event = field(default_factory=threading.Event)
    """Set when what is there has to do for now; the sound that is being heard is finished first."""
    loop: asyncio.AbstractEventLoop | None = None
    waiting: Future[Any] | None = None
    _began: dict[str, tuple[float, float]] = field(default_factory=dict)
    _eta_s: dict[str, float] = field(default_factory=dict)
    _reported: dict[str, tuple[float, float]] = field(default_factory=dict)

    def report(
        self, stage: str, done: float, total: float, message: str = "", *, settled: bool = True
    ) -> None:
        """Tell how far a stage is, a few times a second. Raises StoppedError when it has to end.

        `settled` is False amid a unit, when `done` comes in bursts and says nothing about the speed.
        """
        if self.stop.is_set():
            raise StoppedError
        if self.enough.is_set() and stage != "speech":
            raise EnoughError
        now = time.monotonic()
        began_s, began_at = self._began.setdefault(stage, (now, done))
        if settled and done > began_at and now > began_s:
            self._eta_s[stage] = (total - done) * (now - began_s) / (done - began_at)
        told_s, told = self._reported.get(stage, (-math.inf, done))
        little = now - told_s < REPORT_EVERY_S and done - told < REPORT_EVERY * total
        if not message and done < total and little:
            return
        self._reported[stage] = now, done
        eta_s = self._eta_s.get(stage)
        self.emit(
            Progress(stage, done, total, self.video.title, message, self.clips, eta_s, video_id=self.video.id)
        )

    def warn(self, stage: str, message: str) -> None:
        """Tell a person something that does not stop the run."""
        self.emit(Progress(stage, 0, 0, self.video.title, message, self.clips, None, True, self.video.id))

    def wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run `work` on the event loop that listens, from the thread that indexes."""
        if self.loop is None or self.stop.is_set():
            work.close()
            raise StoppedError
        self.waiting = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return cast(Result, self.waiting.result())
        except CancelledError as error:
            raise StoppedError from error

    def halt(self) -> None:
        """Nobody listens any more: end at the next chance."""
        self.stop.set()
        if self.waiting is not None:
            self.waiting.cancel()

    def watch(self, stage: str, frames: Iterable[Frame], total_s: float) -> Iterator[Frame]:
        """The same frames, reported as they pass."""
        for frame in frames:
            self.report(stage, min(frame.time_s, total_s), total_s)
            yield frame

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """The open video. Raises MediaError."""
        reader = open_film(self.path, self.config.reader)
        try:
            yield reader
        finally:
            reader.close()

    def stage(self, name: str, key: str, kinds: Sequence[Kind] = ()) -> Stage:
        """Open a stage under its settings `key`; `kinds` is what a new run of it has to clear first."""
        plan = self.library.detail(self.video.id, name, "plan") or {"key": None, "run": 0}
        if plan["key"] != key:
            plan = {"key": key, "run": plan["run"] + 1}
            self.library.mark_done(self.video.id, name, "plan", plan)
        stage = Stage(self.library, self.video.id, f"{name}#{plan['run']}", plan["run"] == 1)
        stage.clear(kinds)
        return stage

    def key_of(self, *stages: str) -> str:
        """The settings under which these stages ran and whether to their end, for a stage built on them."""
        found: list[object] = []
        for stage in stages:
            plan = self.library.detail(self.video.id, stage, "plan") or {"key": None, "run": 0}
            found += [plan["key"], "all" in self.library.done(self.video.id, f"{stage}#{plan['run']}")]
        return cache_key(*found)


@dataclass(frozen=True, slots=True)
class Stage:
    """One run of one stage on one video."""

    library: Library
    video_id: str
    name: str
    first: bool

    def done(self) -> set[str]:
        return self.library.done(self.video_id, self.name)

    def add(self, unit: str, memories: Iterable[Memory] = ()) -> None:
        """Store what a unit gave and that it is done, at once or not at all."""
        self.library.add(self.video_id, memories, work=(self.name, unit))

    def note(self, unit: str, detail: dict[str, Any]) -> None:
        """Keep something small that a later unit needs."""
        self.library.mark_done(self.video_id, self.name, unit, detail)

    def noted(self, unit: str) -> dict[str, Any]:
        return self.library.detail(self.video_id, self.name, unit) or {}

    def clear(self, kinds: Sequence[Kind]) -> None:
        """Forget what an earlier run remembered; the first run has nothing to forget."""
        if self.first or "clear" in self.done():
            return
        if kinds:
            self.library.delete_memories(Filter((self.video_id,), tuple(kinds)))
        self.library.mark_done(self.video_id, self.name, "clear")


def cache_key(*parts: object) -> str:
    """A short stable name for some settings or contents."""
    return blake2b("\x1f".join(map(str, parts)).encode(), digest_size=10).hexdigest()


def cues_of(memories: Iterable[Memory]) -> list[Cue]:
    return [Cue(memory.span, memory.text) for memory in memories]
