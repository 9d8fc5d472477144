"""Which worker answers which sample: one video stays with one worker until others have nothing to do."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
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

    def _busiest(self) -> deque[Sample]:
        return max(self._held.values(), key=len, default=deque())


class LocalEngine:
    """Answers in this process, `workers` samples at a time."""

    def __init__(self, answerer: Answerer, workers: int = 1) -> None:
        self._answerer = answerer
        self._workers = max(1, workers)

    async def outcomes(self, samples: Sequence[Sample]) -> AsyncGenerator[Outcome, None]:
        shelf, ready = Shelf(samples), asyncio.Queue[Outcome | Exception](maxsize=self._workers)
        tasks = [asyncio.create_task(self._work(n, shelf, ready)) for n in range(self._workers)]
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

    async def _work(self, worker: int, shelf: Shelf, ready: asyncio.Queue[Outcome | Exception]) -> None:
        try:
            while (sample := shelf.take(worker)) is not None:
                await ready.put(await attempt(self._answerer, sample))
        except Exception as error:
            await ready.put(error)


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
