"""Which worker answers which sample: one video stays with one worker until others have nothing to do."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from playhead.eval.types import Answerer, Prediction, Sample
from playhead.tools.errors import ModelRejectedError, PrerequisiteError

FATAL = (PrerequisiteError, ModelRejectedError)
"""Failures that every further sample would share: the run stops and can be resumed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one sample: a prediction, or the error and its type."""

    sample: Sample
    prediction: Prediction | None = None
    error: str = ""
    kind: str = ""


class Engine(Protocol):
    """Something that answers many samples, in any order."""

    def outcomes(self, samples: Sequence[Sample]) -> AsyncGenerator[Outcome, None]:
        """Every sample once; raises the errors in FATAL, records all others."""


class Shelf:
    """Samples by video. A worker keeps its video; without one it takes a new one, then helps the busiest."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        videos: dict[str, deque[Sample]] = {}
        for sample in samples:
            videos.setdefault(sample.video, deque()).append(sample)
        self._free = deque(videos.values())
        self._held: dict[int, deque[Sample]] = {}

    def take(self, worker: int) -> Sample | None:
        """The next sample of `worker`; None when nothing is left for anybody."""
        if not self._held.get(worker):
            self._held[worker] = self._free.popleft() if self._free else self._busiest()
        mine = self._held[worker]
        return mine.popleft() if mine else None

    def put_back(self, worker: int, sample: Sample) -> None:
        """`worker` could not finish it and takes it again next."""
        self._held.setdefault(worker, deque()).appendleft(sample)

    def _busiest(self) -> deque[Sample]:
        return max(self._held.values(), key=len, default=deque())


Ready = asyncio.Queue[Outcome | Exception]
Work = Callable[[int, Shelf, Ready], Awaitable[None]]
"""One worker: takes from the shelf until it is empty and puts an outcome for every sample it takes."""


async def pooled(samples: Sequence[Sample], workers: int, work: Work) -> AsyncGenerator[Outcome, None]:
    """The outcomes of `workers` workers as they come; an error that a worker raises ends all of them."""
    shelf, ready = Shelf(samples), Ready(maxsize=workers)

    async def guarded(worker: int) -> None:
        try:
            await work(worker, shelf, ready)
        except Exception as error:
            await ready.put(error)

    tasks = [asyncio.create_task(guarded(worker)) for worker in range(workers)]
    try:
        for _ in range(len(samples)):
            outcome = await ready.get()
            if isinstance(outcome, Exception):
                raise outcome
            yield outcome
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class LocalEngine:
    """Answers in this process, `workers` samples at a time."""

    def __init__(self, answerer: Answerer, workers: int = 1) -> None:
        self._answerer = answerer
        self._workers = max(1, workers)

    def outcomes(self, samples: Sequence[Sample]) -> AsyncGenerator[Outcome, None]:
        return pooled(samples, self._workers, self._work)

    async def _work(self, worker: int, shelf: Shelf, ready: Ready) -> None:
        while (sample := shelf.take(worker)) is not None:
            await ready.put(await attempt(self._answerer, sample))


async def attempt(answerer: Answerer, sample: Sample) -> Outcome:
    """Ask once, without the gold; every failure but the FATAL ones becomes an outcome."""
    if sample.problem:
        return Outcome(sample, error=sample.problem, kind="annotation")
    try:
        return Outcome(sample, await answerer.answer(sample.without_gold()))
    except FATAL:
        raise
    except Exception as error:
        return Outcome(sample, error=str(error) or repr(error), kind=type(error).__name__)
