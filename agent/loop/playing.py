"""A strategy at work: a LangGraph entrypoint whose steps are kept, so that a killed run goes on. Its answer
is checked and held against what rules quote."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from langchain_core.runnables import RunnableConfig
from langgraph.config import get_config, get_stream_writer
from langgraph.func import entrypoint
from pydantic import TypeAdapter

from playhead.agent.context import Context
from playhead.agent.events import Event, Warned
from playhead.agent.loop.asking import is_final
from playhead.agent.loop.confidence import UNENDORSED_MOST
from playhead.agent.loop.durable import Plain, Steps, checkpoints, spent_at
from playhead.agent.loop.ledger import merged, numbered, renumber
from playhead.agent.loop.routes import joined, nearest_option
from playhead.agent.offline import rules
from playhead.agent.request import Request
from playhead.agent.run import Run
from playhead.agent.state import Draft, State
from playhead.agent.strategy import Strategy, load
from playhead.agent.wiring import Setup
from playhead.tools.errors import BudgetExceededError, ModelError
from playhead.tools.types import Video

NO_MODEL = "This strategy asks a model directly, and none is configured."
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
    chosen = await asyncio.to_thread(load, setup.strategy, setup.config.strategies)
    async with checkpoints(setup.library().path) as saver:
        config: RunnableConfig = {"configurable": {"thread_id": run_id}}
        begun = await saver.finished(config)
        first = await asyncio.to_thread(_first, setup, request, videos, begun)
        context = await asyncio.to_thread(
            setup.context, first, videos, spent_at(begun.values()) or request.spent
        )
        done: list[Played] = []

        async def begin() -> State:
            return first

        @entrypoint(checkpointer=saver)
        async def whole(_: Mapping[str, Plain]) -> None:
            beside = lambda: {"spent": {role: asdict(u) for role, u in context.meter.snapshot().items()}}  # noqa: E731
            steps = Steps(get_config(), begun, beside, saver.stored)
            run = Run(context, first, chosen.settings, steps, get_stream_writer())
            await run.once("begin", begin, State)
            draft = await concluded(run, chosen)
            done.append(Played(run.state, draft, context))

        steps = whole.astream({}, config, stream_mode="custom", durability="sync")
        async with contextlib.aclosing(steps) as events:  # type: ignore[type-var]
            async for event in events:
                yield event  # type: ignore[misc]
        try:
            yield done[0]
        finally:
            await saver.adelete_thread(run_id)


async def concluded(run: Run, chosen: Strategy) -> Draft:
    """What the strategy answers, whatever happens to it: checked and, unless it is a baseline, held against
    the quoted answer, since a model never makes an answer worse than none. An answer that rules gave cites
    what they found, whether a tool had brought it or not.

    Raises ModelError when the server is absent or refuses for good.
    """
    if chosen.info.model and not run.model:
        return Draft(NO_MODEL, found=False, because="no_model")
    draft = await _drafted(run, chosen)
    return _ended(checked(draft, run.state) if chosen.info.baseline else await _settled(run, draft))


def checked(draft: Draft, state: State) -> Draft:
    """Citations that do not exist are dropped; without perceived support the confidence is held down."""
    cites = tuple(line.number for line in state.evidence(dict.fromkeys(draft.cites)))
    option = draft.option if draft.option is not None and 0 <= draft.option < len(state.options) else None
    confidence = min(max(draft.confidence, 0.0), 1.0)
    if draft.found and not any(line.perceived for line in state.evidence(cites)):
        confidence = min(confidence, UNENDORSED_MOST) * (1.0 if cites else 0.5)
    return replace(draft, cites=cites, option=option, confidence=round(confidence, 4))


async def _drafted(run: Run, chosen: Strategy) -> Draft:
    try:
        return await chosen.answer(run)
    except BudgetExceededError as error:
        because = f"budget:{error.limit}"
        run.state = replace(run.state, forced=because)
    except ModelError as error:
        if is_final(error, run.context):
            raise
        run.emit(Warned(f"the model failed, so rules word the answer: {error}"))
        because = "model_failed"
        run.state = replace(run.state, dropped=error.cause)
    draft = await run.answer()
    return replace(draft, because=draft.because or because)


async def _settled(run: Run, draft: Draft) -> Draft:
    lines = numbered(run.ledger, await rules.evidence(run), run.last_number)
    ledger = merged(run.ledger, lines, len(run.ledger) + len(lines))
    known = run.state = replace(run.state, ledger=ledger)
    rival = checked(await rules.answer(run), known)
    if draft.route == "quotes":
        return replace(rival, because=draft.because)
    given, embedder = checked(draft, known), run.context.tools.library.embedder
    nearest = await asyncio.to_thread(nearest_option, given, known, embedder)
    return replace(joined(given, rival, known, nearest), because=draft.because)


def _ended(draft: Draft) -> Draft:
    because = draft.because or "confident"
    if not draft.found and because in ("confident", "exhausted"):
        because = "not_found"
    return replace(draft, because=because)


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
