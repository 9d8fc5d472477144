"""The node that answers with what the ledger holds, or says honestly that the video does not show it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime

from playhead.agent.confidence import UNENDORSED_MOST
from playhead.agent.context import Context
from playhead.agent.deciding import Write, within
from playhead.agent.events import Warned
from playhead.agent.ledger import add
from playhead.agent.routes import joined, nearest_option
from playhead.agent.state import Draft, State
from playhead.tools.errors import BudgetExceededError, ModelError


async def answer(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """The draft, its citations checked, and why the run stopped."""
    context = runtime.context
    draft, failed = await _draft(state, context, runtime.stream_writer)
    return _ended(checked(draft, state), state, context, failed)


async def settle(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """`answer`, held against what rules quote from memory: a model never makes an answer worse than none."""
    context = runtime.context
    draft, failed = await _draft(state, context, runtime.stream_writer)
    if draft.route == "quotes":
        return _ended(checked(draft, state), state, context, failed)
    quoted = await context.fallback.evidence(state, context)
    ledger, _ = add(state.ledger, quoted, len(state.ledger) + len(quoted))
    known = replace(state, ledger=ledger)
    rival = await context.fallback.answer(known, context)
    given, embedder = checked(draft, known), context.tools.library.embedder
    nearest = await asyncio.to_thread(nearest_option, given, known, embedder)
    final = joined(given, checked(rival, known), known, nearest)
    return {**_ended(final, known, context, failed), "ledger": ledger}


def checked(draft: Draft, state: State) -> Draft:
    """Citations that do not exist are dropped; without perceived support the confidence is held down."""
    cites = tuple(line.number for line in state.evidence(dict.fromkeys(draft.cites)))
    option = draft.option if draft.option is not None and 0 <= draft.option < len(state.options) else None
    confidence = min(max(draft.confidence, 0.0), 1.0)
    if draft.found and not any(line.perceived for line in state.evidence(cites)):
        confidence = min(confidence, UNENDORSED_MOST) * (1.0 if cites else 0.5)
    return replace(draft, cites=cites, option=option, confidence=round(confidence, 4))


def _ended(draft: Draft, state: State, context: Context, failed: str) -> dict[str, Any]:
    dropped = "model_failed" if state.dropped else ""
    stopped = failed or state.forced or dropped or state.stopped_because or "confident"
    if not draft.found and stopped in ("confident", "exhausted"):
        stopped = "not_found"
    return {"draft": draft, "stopped_because": stopped, "spent": context.meter.snapshot()}


async def _draft(state: State, context: Context, write: Write) -> tuple[Draft, str]:
    """The policy's answer, or the fallback's and why: a hard budget, or a model that failed."""
    if state.dropped:
        return await context.fallback.answer(state, context), ""
    try:
        return await within(context.policy.answer(state, context), context), ""
    except ModelError as error:
        write(Warned(f"the model failed, so rules word the answer: {error}"))
        return await context.fallback.answer(state, context), "model_failed"
    except BudgetExceededError as error:
        return await context.fallback.answer(state, context), f"budget:{error.limit}"
