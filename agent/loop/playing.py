"""A strategy at work: a LangGraph entrypoint whose steps are kept, so that a killed run goes on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.config import get_config, get_stream_writer
from langgraph.func import entrypoint
from pydantic import TypeAdapter

from playhead.agent import strategy
from playhead.agent.context import Context
from playhead.agent.events import Event
from playhead.agent.loop.answer import NO_MODEL, concluded
from playhead.agent.loop.checkpoints import checkpoints
from playhead.agent.loop.durable import Plain, Steps, finished, spent_at
from playhead.agent.loop.ledger import renumber
from playhead.agent.request import Request
from playhead.agent.run import Run
from playhead.agent.state import Draft, State
from playhead.agent.strategy import Strategy
from playhead.agent.wiring import Setup
from playhead.tools.types import Video

STATE = TypeAdapter(State)


@dataclass(frozen=True, slots=True)
class Played:
    """The end: what is known, the answer, and what was worked with."""

    state: State
    draft: Draft
    context: Context


async def play(
    setup: Setup, request: Request, videos: Sequence[Video], run_id: str
) -> AsyncGenerator[Event | Played, None]:
    """The events of a strategy, `Played` last; a run that was cut off goes on behind its last finished step.

    Its steps are forgotten when the next event is asked for: by then the answer must be kept elsewhere.
    Raises UsageError for a strategy or setting that there is not, and what the models raise for good.
    """
    chosen = await asyncio.to_thread(strategy.load, setup.strategy, setup.config.strategies)
    async with checkpoints(setup.library().path) as saver:
        config: RunnableConfig = {"configurable": {"thread_id": run_id}}
        begun = await finished(saver, config)
        first = await asyncio.to_thread(_first, setup, request, videos, begun)
        context = await asyncio.to_thread(
            setup.context, first, videos, spent_at(begun.values()) or request.spent
        )
        done: list[Played] = []

        @entrypoint(checkpointer=saver)
        async def whole(_: Mapping[str, Plain]) -> None:
            beside = lambda: {"spent": {role: asdict(u) for role, u in context.meter.snapshot().items()}}  # noqa: E731
            steps = Steps(get_config(), begun, beside, saver.stored)
            run = Run(context, first, chosen.settings, steps, get_stream_writer())
            await run.once("begin", lambda: _same(STATE.dump_python(first, mode="json")), dict[str, Any])
            draft = await _answer(run, chosen)
            done.append(Played(run.state, draft, context))

        steps = whole.astream({}, config, stream_mode="custom", durability="sync")
        async with contextlib.aclosing(steps) as events:  # type: ignore[type-var]
            async for event in events:
                yield event  # type: ignore[misc]
        try:
            yield done[0]
        finally:
            await saver.adelete_thread(run_id)


async def _answer(run: Run, chosen: Strategy) -> Draft:
    if chosen.info.model and not run.model:
        return Draft(NO_MODEL, found=False, because="no_model")
    return await concluded(run, chosen)


def _first(setup: Setup, request: Request, videos: Sequence[Video], known: Mapping[str, Plain]) -> State:
    """What is known before the first step; that of the run that was cut off, where there was one."""
    for key, kept in known.items():
        if key.endswith(":begin"):
            return replace(STATE.validate_python(kept["value"]), videos=tuple(videos))
    state = State(
        question=request.question,
        options=request.options,
        history=request.history,
        videos=tuple(videos),
        before_s=request.before_s,
        near=request.near,
        ledger=renumber(line for line in request.kept if any(line.video_id == v.id for v in videos)),
    )
    tools = setup.context(state, videos, {}).tools
    found = [m for video in videos for m in tools.memories(video, ("digest",), levels=("video",))]
    return replace(state, overview="\n".join(memory.text for memory in found[:20]))


async def _same(value: dict[str, Any]) -> dict[str, Any]:
    return value
