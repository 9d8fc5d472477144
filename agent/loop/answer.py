"""The end of a run: the answer worded with its citations, checked, and held against what rules quote."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from playhead.agent.events import Warned
from playhead.agent.loop import prompting
from playhead.agent.loop.asking import Pictures, ask_answer
from playhead.agent.loop.confidence import UNENDORSED_MOST
from playhead.agent.loop.deciding import is_final, within
from playhead.agent.loop.ledger import merged, numbered
from playhead.agent.loop.routes import joined, nearest_option
from playhead.agent.offline import rules
from playhead.agent.state import Draft, State
from playhead.agent.strategy import Strategy
from playhead.tools.errors import BudgetExceededError, ModelError

if TYPE_CHECKING:
    from playhead.agent.core import Core
    from playhead.agent.run import Run

NO_MODEL = "This strategy asks a model directly, and none is configured."


async def concluded(run: Run, strategy: Strategy) -> Draft:
    """What the strategy answers, whatever happens to it: checked and, unless it is a baseline, held against
    the quoted answer, since a model never makes an answer worse than none. An answer that rules gave cites
    what they found, whether a tool had brought it or not.

    Raises ModelError when the server is absent or refuses for good.
    """
    draft = await _drafted(run, strategy)
    baseline = strategy.info.baseline
    return _ended(checked(draft, run.state) if baseline else await _settled(run, draft))


async def answered(run: Core, task: str = "", pictures: Pictures = ()) -> Draft:
    """The planner's answer from the ledger or, when the budget is spent or the model fails, that of rules."""
    state, context = run.state, run.context
    words = prompting.answering(state)

    async def work() -> Draft:
        if state.dropped or "planner" not in context.models:
            return await _by_rules(run, "model_failed" if state.dropped else "")
        try:
            asked = ask_answer(f"{task}\n\n{words}" if task else words, state, context, pictures)
            return await within(asked, context)
        except ModelError as error:
            if is_final(error, context):
                raise
            run.emit(Warned(f"the model failed, so rules word the answer: {error}"))
            return await _by_rules(run, "model_failed")
        except BudgetExceededError as error:
            return await _by_rules(run, f"budget:{error.limit}")

    return (await run.once("answer", work, Draft))[0]


def checked(draft: Draft, state: State) -> Draft:
    """Citations that do not exist are dropped; without perceived support the confidence is held down."""
    cites = tuple(line.number for line in state.evidence(dict.fromkeys(draft.cites)))
    option = draft.option if draft.option is not None and 0 <= draft.option < len(state.options) else None
    confidence = min(max(draft.confidence, 0.0), 1.0)
    if draft.found and not any(line.perceived for line in state.evidence(cites)):
        confidence = min(confidence, UNENDORSED_MOST) * (1.0 if cites else 0.5)
    return replace(draft, cites=cites, option=option, confidence=round(confidence, 4))


async def _drafted(run: Run, strategy: Strategy) -> Draft:
    try:
        return await strategy.answer(run)
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


async def _by_rules(run: Core, because: str) -> Draft:
    return replace(await rules.answer(run), because=because)


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
