"""What the strategies without rounds share."""

from __future__ import annotations

from typing import Any

from playhead.agent.answer import checked
from playhead.agent.asking import Pictures, ask_answer
from playhead.agent.context import Context
from playhead.agent.deciding import within
from playhead.agent.state import Draft, State
from playhead.tools.errors import BudgetExceededError, UsageError

NO_MODEL = "This strategy asks a model directly, and none is configured."


def whole_number(strategy: str, argument: str, default: int) -> int:
    """The number after the colon of a spec; raises UsageError for anything but a whole number above 0."""
    if not argument:
        return default
    if argument.isascii() and argument.isdigit() and 0 < int(argument) <= 10_000:
        return int(argument)
    raise UsageError(
        f"{strategy}:{argument} is no whole number from 1 to 10000", f"write {strategy}:{default}"
    )


async def ask_once(task: str, state: State, context: Context, pictures: Pictures = ()) -> dict[str, Any]:
    """One question to the planner as a change of state. Raises ModelError: nothing else can answer."""
    if "planner" not in context.models:
        return unanswered(NO_MODEL, "no_model")
    try:
        draft = checked(await within(ask_answer(task, state, context, pictures), context), state)
    except BudgetExceededError as error:
        return unanswered(f"No answer: {error.cause}.", f"budget:{error.limit}")
    stopped = "confident" if draft.found else "not_found"
    return {
        "ledger": state.ledger,
        "draft": draft,
        "stopped_because": stopped,
        "spent": context.meter.snapshot(),
    }


def unanswered(why: str, stopped_because: str) -> dict[str, Any]:
    """The change of state of a question that could not be asked."""
    return {"draft": Draft(why, found=False), "stopped_because": stopped_because}
