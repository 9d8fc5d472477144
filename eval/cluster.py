"""`--engine ray`: samples answered on a Ray cluster, with the same result files.

The driver alone writes them. A worker is one actor with an answerer of its own; the questions of one
video go to one worker as long as others have work. When a worker dies, what it held is asked again by
another, and a sample that kills its worker every time is recorded as failed.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from playhead.eval.scheduling import Outcome, Ready, Shelf, attempt, pooled
from playhead.eval.types import Answerer, RunConfig, Sample
from playhead.tools.errors import MissingExtraError, PrerequisiteError

ATTEMPTS = 3
"""How often a sample whose worker died is asked before it counts as failed."""

Build = Callable[[], Answerer]
"""Makes the answerer inside a worker; must survive pickling."""


class Worker:
    """The actor: an answerer, asked one sample at a time. Errors come back as outcomes, fatal ones raise."""

    def __init__(self, build: Build) -> None:
        self._answerer = build()

    async def ask(self, sample: Sample) -> Outcome:
        return await attempt(self._answerer, sample)


class RayEngine:
    """Answers on the cluster that RAY_ADDRESS names, or on one started here, `workers` samples at a time."""

    def __init__(self, build: Build, workers: int = 1) -> None:
        """Raises MissingExtraError without ray."""
        self._ray = _ray()
        self._build = build
        self._workers = max(1, workers)
        self._deaths: dict[str, int] = {}

    def outcomes(self, samples: Sequence[Sample]) -> AsyncGenerator[Outcome, None]:
        """Every sample once. Raises PrerequisiteError when no cluster can be reached."""
        self._connect()
        return pooled(samples, self._workers, self._work)

    def _connect(self) -> None:
        if self._ray.is_initialized():
            return
        try:
            self._ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        except (ConnectionError, RuntimeError, OSError) as error:
            cure = "start one with `ray start --head`, or unset RAY_ADDRESS"
            raise PrerequisiteError(f"no Ray cluster: {error}", cure) from error

    async def _work(self, worker: int, shelf: Shelf, ready: Ready) -> None:
        actor: Any = None
        try:
            while (sample := shelf.take(worker)) is not None:
                actor = actor or self._ray.remote(Worker).options(max_restarts=0).remote(self._build)
                outcome = await self._asked(actor, sample)
                if outcome is None:
                    actor = None
                    outcome = self._after_death(worker, sample, shelf)
                if outcome is not None:
                    await ready.put(outcome)
        finally:
            if actor is not None:
                self._ray.kill(actor)

    async def _asked(self, actor: Any, sample: Sample) -> Outcome | None:
        """The outcome of one question, or None when the worker died over it."""
        exceptions = self._ray.exceptions
        try:
            outcome: Outcome = await actor.ask.remote(sample.without_gold())
        except (exceptions.RayActorError, exceptions.WorkerCrashedError, exceptions.ObjectLostError):
            return None
        except exceptions.RayTaskError as error:
            raise (error.cause if isinstance(error.cause, Exception) else error) from error
        return replace(outcome, sample=sample)

    def _after_death(self, worker: int, sample: Sample, shelf: Shelf) -> Outcome | None:
        """Put the sample back on the shelf; after too many deaths, it has failed."""
        deaths = self._deaths[sample.id] = self._deaths.get(sample.id, 0) + 1
        if deaths >= ATTEMPTS:
            return Outcome(sample, error=f"{deaths} workers died over this sample", kind="WorkerDied")
        shelf.put_back(worker, sample)
        return None


def ray_engine(config: RunConfig, samples: Sequence[Sample]) -> RayEngine:
    """The engine of a run's settings. Workers of one machine share the run's library there."""
    bare = tuple(sample.without_gold() for sample in samples)
    return RayEngine(partial(build, config, bare), config.workers)


def build(config: RunConfig, samples: Sequence[Sample]) -> Answerer:
    """The answerer inside a worker."""
    from playhead.eval.bench import answerer_of

    return answerer_of(replace(config, engine="local"), samples)


def _ray() -> Any:
    try:
        import ray
        import ray.exceptions
    except ModuleNotFoundError as error:
        raise MissingExtraError("--engine ray needs ray", "pip install 'playhead[cluster]'") from error
    return ray
