"""One run: from the request to the answer, as events; its trajectory saved whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from playhead.agent import marks
from playhead.agent.config import Config
from playhead.agent.events import Answered, Event, Noted, Observed, Reflected, Warned
from playhead.agent.loop.playing import Played, play
from playhead.agent.pricing import priced, total
from playhead.agent.request import Request
from playhead.agent.result import Answer
from playhead.agent.scope import check, scope
from playhead.agent.state import State
from playhead.agent.trace import Trace, find_run
from playhead.agent.wiring import Setup
from playhead.tools.errors import LibraryError
from playhead.tools.library import Library
from playhead.tools.metering import UNLIMITED, Meter
from playhead.tools.pipeline.coverage import Coverage, coverage
from playhead.tools.types import Usage, Video

log = logging.getLogger(__name__)

OFFLINE_HINT = (
    "no model is configured: answers quote what was heard and read; "
    "--model openai:NAME --base-url URL, or --model vllm:NAME, also looks at the pictures and reasons"
)


async def run(
    setup: Setup,
    request: Request,
    run_id: str,
    strategy: str = "",
    earlier: Mapping[str, Any] | None = None,
) -> AsyncGenerator[Event, None]:
    """The events of one question, `Answered` last; `strategy` goes before the configured one.

    `earlier` is the trajectory of a run that was cut off.

    Raises UsageError before anything is spent, MediaError, LibraryError, and ModelError when the model
    refuses for good or cannot be reached at all.
    """
    request = request.checked()
    await asyncio.to_thread(check, setup.by(strategy), request.videos)
    library = await asyncio.to_thread(setup.library)
    setup = setup.by(strategy)
    facts = {**request.facts(), **setup.facts()}
    trace = Trace(run_id, facts, setup.secrets, (earlier or {}).get("steps", ()))
    try:
        async with contextlib.aclosing(_work(setup, request, run_id, trace)) as events:
            async for event in events:
                if not trace.record(event):
                    continue
                if isinstance(event, Observed | Reflected | Noted):
                    await asyncio.to_thread(trace.save, library)
                elif isinstance(event, Answered):
                    await _kept(trace, library)
                yield event
    except (asyncio.CancelledError, GeneratorExit):
        trace.end("interrupted")
        raise
    except BaseException as error:
        trace.end("failed", str(error) or type(error).__name__)
        raise
    finally:
        if trace.is_of_use and not trace.answered:
            await _kept(trace, library)


async def _kept(trace: Trace, library: Library) -> None:
    """Save the trajectory; a library that cannot be written costs nobody the answer."""
    try:
        await asyncio.shield(asyncio.to_thread(trace.save, library))
    except LibraryError as error:
        log.warning("the trajectory of %s was not saved: %s", trace.run, error)


async def resumed(setup: Setup, run_id: str) -> AsyncGenerator[Event, None]:
    """The events of the rest of a run that was cut off; an answered one answers again.

    Raises LibraryError, and UsageError when the library has no such run.
    """
    library = await asyncio.to_thread(partial(setup.library, make=False))
    earlier = await asyncio.to_thread(find_run, library, run_id)
    if earlier["status"] == "answered":
        yield Answered(Answer.from_dict(earlier["answer"]))
        return
    rest = run(setup, Request.from_facts(earlier), earlier["run"], earlier["strategy"], earlier)
    async with contextlib.aclosing(rest) as events:
        async for event in events:
            yield event


async def _work(setup: Setup, request: Request, run_id: str, trace: Trace) -> AsyncGenerator[Event, None]:
    videos: list[Video] = []
    indexing = Meter(UNLIMITED)
    async with contextlib.aclosing(scope(setup, request, indexing)) as items:
        async for item in items:
            if isinstance(item, Video):
                videos.append(replace(item, info=None))
            else:
                yield item
    trace.note(videos=[_facts(video) for video in videos])
    await asyncio.to_thread(trace.save, setup.library())
    if "planner" not in setup.models and await asyncio.to_thread(setup.library().first, "offline hint"):
        yield Warned(OFFLINE_HINT)
    if setup.strategy != setup.config.strategy and setup.config.strategy != Config().strategy:
        yield Warned(f"the strategy {setup.config.strategy} needs a model: {setup.strategy} answers instead")
    steps = play(setup, request, videos, run_id)
    async with contextlib.aclosing(steps) as events:
        async for event in events:
            if not isinstance(event, Played):
                yield event
                continue
            known = await asyncio.to_thread(_coverage, setup, event.state)
            yield Answered(_answer(event, setup, run_id, indexing.by_role(), known))


def _coverage(setup: Setup, state: State) -> Coverage:
    """What was known of the videos; of no interest to a strategy that needs no memories."""
    if setup.needs() != "memories":
        return Coverage()
    return coverage(setup.library(), state.videos, state.before_s)


def _answer(
    final: Played, setup: Setup, run_id: str, indexing: Mapping[str, Usage], known: Coverage
) -> Answer:
    state, draft, context = final.state, final.draft, final.context
    roles, own = {**context.meter.by_role(), **indexing}, context.meter.total()
    names = {role: model.name for role, model in setup.models.items()}
    costs = priced(roles, names, setup.config.prices)
    evidence = state.evidence(draft.cites)
    text = draft.text
    if draft.found and draft.route != "quotes":
        text = marks.placed(text, [line.number for line in evidence], state.ledger)
    return Answer(
        text=text if draft.found or not known.shortfall else f"{text} {_sentence(known.shortfall)}",
        option=draft.option,
        confidence=draft.confidence,
        found=draft.found,
        stopped_because=draft.because,
        evidence=evidence,
        usage=replace(sum(indexing.values(), own), wall_s=own.wall_s),
        by_role=roles,
        run=run_id,
        searched=len(state.videos),
        route=draft.route,
        cost=total(costs, roles),
        cost_by_role=costs,
        coverage=known,
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _facts(video: Video) -> dict[str, Any]:
    return {"id": video.id, "path": video.path, "title": video.title, "duration_s": video.duration_s}
