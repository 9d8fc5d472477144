"""One run: from the request to the answer, as events; its trajectory saved whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from langchain_core.runnables import RunnableConfig

from playhead.agent.checkpoints import checkpoints
from playhead.agent.context import Context
from playhead.agent.events import Answered, Event, Reflected, Warned
from playhead.agent.graph import Graph
from playhead.agent.ledger import renumber
from playhead.agent.pricing import priced, total
from playhead.agent.request import Request
from playhead.agent.result import Answer
from playhead.agent.scope import check, scope
from playhead.agent.state import State
from playhead.agent.trace import Trace
from playhead.agent.wiring import Setup
from playhead.tools import registry
from playhead.tools.errors import LibraryError
from playhead.tools.metering import UNLIMITED, Meter
from playhead.tools.pipeline.coverage import Coverage, coverage
from playhead.tools.types import Usage, Video

log = logging.getLogger(__name__)

OFFLINE_HINT = (
    "no model is configured: answers quote what was heard and read; "
    "--model openai:NAME --base-url URL, or --model vllm:NAME, also looks at the pictures and reasons"
)


async def run(
    setup: Setup, request: Request, run_id: str, earlier: Mapping[str, Any] | None = None
) -> AsyncGenerator[Event, None]:
    """The events of one question, `Answered` last. `earlier` is the trajectory of a run that was cut off.

    Raises UsageError before anything is spent, MediaError, LibraryError, and ModelError when the model
    refuses for good or cannot be reached at all.
    """
    request = request.checked()
    await asyncio.to_thread(check, setup, request.videos)
    library = await asyncio.to_thread(setup.library)
    facts = {**request.facts(), **setup.facts()}
    trace = Trace(run_id, facts, setup.secrets, (earlier or {}).get("steps", ()))
    try:
        async with contextlib.aclosing(_work(setup, request, run_id, trace)) as events:
            async for event in events:
                trace.record(event)
                if isinstance(event, Reflected):
                    await asyncio.to_thread(trace.save, library)
                yield event
    except (asyncio.CancelledError, GeneratorExit):
        trace.end("interrupted")
        raise
    except BaseException as error:
        trace.end("failed", str(error) or type(error).__name__)
        raise
    finally:
        try:
            if trace.is_of_use:
                await asyncio.shield(asyncio.to_thread(trace.save, library))
        except LibraryError as error:
            log.warning("the trajectory of %s was not saved: %s", run_id, error)


async def _work(setup: Setup, request: Request, run_id: str, trace: Trace) -> AsyncGenerator[Event, None]:
    videos: list[Video] = []
    indexing = Meter(UNLIMITED)
    async with contextlib.aclosing(scope(setup, request, indexing)) as items:
        async for item in items:
            if isinstance(item, Video):
                videos.append(replace(item, info=None))
            else:
                yield item
    trace.note(videos=[_told(video) for video in videos])
    await asyncio.to_thread(trace.save, setup.library())
    if setup.policy == "scripted" and await asyncio.to_thread(setup.library().first, "offline hint"):
        yield Warned(OFFLINE_HINT)
    async with checkpoints(setup.library().path) as saver:
        load = partial(registry.load, "strategies", setup.config.strategy, checkpointer=saver)
        graph: Graph = await asyncio.to_thread(load)
        config: RunnableConfig = {"configurable": {"thread_id": run_id}, "recursion_limit": _steps(setup)}
        snapshot = await graph.aget_state(config)
        state = State(**snapshot.values) if snapshot.values else _first(request, videos)
        context = await asyncio.to_thread(setup.context, state, videos, state.spent)
        if not snapshot.values:
            state = replace(state, digest=await asyncio.to_thread(_digest, context))
        steps = _stream(graph, state, config, context, begun=bool(snapshot.values))
        async with contextlib.aclosing(steps) as events:
            async for event in events:
                yield event
        final = State(**(await graph.aget_state(config)).values)
        await saver.adelete_thread(run_id)
    told = await asyncio.to_thread(_coverage, setup, state)
    yield Answered(_answer(final, context, setup, run_id, indexing.by_role(), told))


async def _stream(
    graph: Graph, state: State, config: RunnableConfig, context: Context, *, begun: bool
) -> AsyncGenerator[Event, None]:
    """The events of the graph; a run that was cut off goes on behind its last finished node."""
    if begun and state.draft is not None:
        return
    given = None if begun else state
    steps = graph.astream(given, config, context=context, stream_mode="custom", durability="sync")
    async with contextlib.aclosing(steps) as events:  # type: ignore[type-var]
        async for event in events:
            yield event  # type: ignore[misc]


def _first(request: Request, videos: list[Video]) -> State:
    return State(
        question=request.question,
        options=request.options,
        history=request.history,
        videos=tuple(videos),
        before_s=request.before_s,
        spent=dict(request.spent),
        near=request.near,
        ledger=renumber(line for line in request.kept if any(line.video_id == v.id for v in videos)),
    )


def _digest(context: Context) -> str:
    """What the library says of each video as a whole; nothing that the cut-off hides."""
    tools = context.tools
    found = [
        memory for video in tools.videos for memory in tools.memories(video, ("digest",), levels=("video",))
    ]
    return "\n".join(memory.text for memory in found[:20])


def _coverage(setup: Setup, state: State) -> Coverage:
    """What was known of the videos; of no interest to a strategy that needs no memories."""
    if setup.needs() != "memories":
        return Coverage()
    return coverage(setup.library(), state.videos, state.before_s)


def _answer(
    state: State,
    context: Context,
    setup: Setup,
    run_id: str,
    indexing: Mapping[str, Usage],
    known: Coverage,
) -> Answer:
    draft = state.draft
    if draft is None:
        raise RuntimeError(f"the strategy {setup.config.strategy!r} ended without an answer")
    roles, own = {**context.meter.by_role(), **indexing}, context.meter.total()
    names = {role: model.name for role, model in setup.models.items()}
    costs = priced(roles, names, setup.config.prices)
    return Answer(
        text=draft.text if draft.found or not known.told else f"{draft.text} {_sentence(known.told)}",
        option=draft.option,
        confidence=draft.confidence,
        found=draft.found,
        stopped_because=state.stopped_because,
        evidence=state.evidence(draft.cites),
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


def _steps(setup: Setup) -> int:
    return 4 * setup.config.budget.rounds + 10


def _told(video: Video) -> dict[str, Any]:
    return {"id": video.id, "path": video.path, "title": video.title, "duration_s": video.duration_s}
