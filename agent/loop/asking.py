"""One question to a chat model: rendered, sent, read; asked once more when the reply cannot be read. And who
decides when the model fails."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from playhead.agent.context import Context
from playhead.agent.events import Warned
from playhead.agent.loop import confidence, prompting
from playhead.agent.loop.prompting import Detail
from playhead.agent.loop.replies import endless
from playhead.agent.loop.schemas import offered
from playhead.agent.state import State
from playhead.prompts import render
from playhead.tools.errors import (
    ContextOverflowError,
    ModelError,
    ModelRejectedError,
    ModelReplyError,
    ModelTimeoutError,
    ModelUnreachableError,
    PrerequisiteError,
)
from playhead.tools.metering import exceeded
from playhead.tools.protocols import ChatModel, ChatReply, ChatRequest, ImagePart, Message

if TYPE_CHECKING:
    from playhead.agent.run import Run

T = TypeVar("T")
Decision = Callable[["Run"], Awaitable[T]]
Pictures = tuple[str | ImagePart, ...]
About = Literal["ledger", "question", "nothing"]
"""What a step is told besides its task: the question with all evidence, the question alone, or nothing."""
MAX_TOKENS = 1024
ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Ask:
    """What one step asks for. `purpose` names the step; `pictures` come before the task.

    `on_text` is told the reply while it arrives.
    """

    purpose: str
    task: str
    schema: Mapping[str, Any]
    pictures: Pictures = ()
    on_text: Callable[[str], None] | None = None
    roles: tuple[str, ...] = ("planner",)
    """Who is asked: the first role that has a model."""
    tools: Sequence[Mapping[str, Any]] | None = None
    """Schemas of the tools that the model is told of; None: all that the question's videos can answer."""
    about: About = "ledger"


async def ask(
    wanted: Ask, read: Callable[[ChatReply], T | None], state: State, context: Context
) -> tuple[T, ChatReply]:
    """The value that `read` finds in the reply, and the reply.

    Raises BudgetExceededError when the run's time is up, ModelReplyError when two replies could not be read,
    or one would never have ended, and whatever the model raises.
    """
    left_s = context.meter.left_s()
    try:
        async with asyncio.timeout(left_s if math.isfinite(left_s) else None) as deadline:
            return await _usable(wanted, read, state, context)
    except TimeoutError:
        if not deadline.expired():
            raise
        raise exceeded("wall_s", context.meter.budget.wall_s, "run") from None


async def decide(
    run: Run, dropped: str, by_model: Decision[T], by_rules: Decision[T], work: str = "decide from here on"
) -> tuple[T, str]:
    """What is decided, and why the model is `dropped` from now on (empty while it is not).

    `work` says what rules do then, for the warning. Raises BudgetExceededError when the time is up, and
    ModelError when no later call can do better: the server refuses for good, or nobody listens there at the
    first call.
    """
    if dropped:
        return await by_rules(run), dropped
    try:
        return await by_model(run), ""
    except ModelError as error:
        if is_final(error, run.context):
            raise
        run.emit(Warned(f"the model failed, so rules {work}: {error}"))
        return await by_rules(run), error.cause


def is_final(error: ModelError, context: Context) -> bool:
    """Whether no later call can do better: the server refuses, or no model has replied and nobody listens."""
    absent = isinstance(error, ModelUnreachableError) and not isinstance(error, ModelTimeoutError)
    replied = any(usage.output_tokens for usage in context.meter.by_role().values())
    return isinstance(error, ModelRejectedError) or (absent and not replied)


async def _usable(
    wanted: Ask, read: Callable[[ChatReply], T | None], state: State, context: Context
) -> tuple[T, ChatReply]:
    model = chat_model(wanted.roles, context)
    tokens, note = MAX_TOKENS, ""
    for _ in range(ATTEMPTS):
        reply = await _complete(model, replace(wanted, task=wanted.task + note), tokens, state, context)
        if (value := read(reply)) is not None:
            return value, reply
        if reply.finish_reason == "length" and endless(reply.text):
            break
        note = "\n\n" + render("retry")
        tokens *= 2 if reply.finish_reason == "length" else 1
    raise ModelReplyError(f"{model.name} gave no usable reply to {wanted.purpose!r}", "try a larger model")


def measure(
    stated: float, candidate: str, option: int | None, cites: Sequence[int], reply: ChatReply, state: State
) -> dict[str, float]:
    """Every signal that can be had for a candidate; those that cannot are absent."""
    words = candidate if option is None else state.options[option]
    offered = {
        "stated": stated,
        "option_token": confidence.option_token(reply.text, reply.tokens, len(state.options)),
        "endorsed": confidence.endorsed(words, cites, state),
        "agreement": confidence.agreement(words, option, cites, state),
    }
    return {name: value for name, value in offered.items() if value is not None}


def chat_model(roles: Sequence[str], context: Context) -> ChatModel:
    """The model of the first role that has one. Raises PrerequisiteError."""
    for role in roles:
        if model := context.models.get(role):
            return model
    raise PrerequisiteError(f"no model is configured as {roles[0]}", "name one with --model")


async def _complete(model: ChatModel, wanted: Ask, tokens: int, state: State, context: Context) -> ChatReply:
    """One reply; a request that the server finds too large is told more briefly, three times at most."""
    detail = Detail()
    for _ in range(3):
        try:
            return await model.complete(_request(wanted, tokens, state, context, detail))
        except ContextOverflowError:
            detail = detail.leaner(state)
    return await model.complete(_request(wanted, tokens, state, context, detail))


def _request(wanted: Ask, tokens: int, state: State, context: Context, detail: Detail) -> ChatRequest:
    known = () if wanted.about == "nothing" else (prompting.situation(state, context, detail, wanted.about),)
    tools = offered(context) if wanted.tools is None else wanted.tools
    return ChatRequest(
        (prompting.system(tools), Message("user", (*known, *wanted.pictures, wanted.task))),
        schema=wanted.schema,
        schema_name=wanted.purpose,
        max_tokens=tokens,
        logprobs=bool(state.options or wanted.pictures) and wanted.purpose != "plan",
        purpose=wanted.purpose,
        on_text=wanted.on_text,
    )
