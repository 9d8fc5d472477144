"""One question to a chat model: rendered, sent, read; asked once more when the reply cannot be read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from playhead.agent import marks
from playhead.agent.context import Context
from playhead.agent.loop import confidence, prompting
from playhead.agent.loop.live_answer import LiveAnswer
from playhead.agent.loop.offer import offered
from playhead.agent.loop.prompting import Detail
from playhead.agent.loop.schemas import answer_schema, option_index
from playhead.agent.loop.soundness import endless, hollow
from playhead.agent.state import Draft, State
from playhead.prompts import render
from playhead.tools.errors import ContextOverflowError, ModelReplyError, PrerequisiteError
from playhead.tools.protocols import ChatModel, ChatReply, ChatRequest, ImagePart, Message
from playhead.tools.serving.structured import fits

T = TypeVar("T")
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

    Raises ModelReplyError when two replies could not be read, or one would never have ended, and whatever
    the model raises.
    """
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


async def ask_answer(task: str, state: State, context: Context, pictures: Pictures = ()) -> Draft:
    """The model's answer with the confidence that its signals support."""
    count = len(state.options)
    schema = answer_schema(count)
    tell = LiveAnswer(state.ledger) if context.config.live_answer else None
    wanted = Ask("answer", task, schema, pictures, tell)
    data, reply = await ask(wanted, _read_answer(schema, state), state, context)
    option, text = option_index(data.get("option"), count), data["answer"].strip()
    cites = numbers([*marks.cited(text, state.ledger), *data["cites"]])
    stated = _stated(text, option, state)
    signals = measure(stated, text, option, cites, reply, state)
    if not text and option is None:
        raise ModelReplyError(f"{reply.model or 'the model'} gave an empty answer", "try a larger model")
    if not data["found"]:
        stated = min(stated, 0.3)
        return Draft(marks.placed(text, (), state.ledger), option, (), found=False, confidence=stated)
    return Draft(text or state.options[option or 0], option, cites, True, confidence.blend(signals))


def _read_answer(schema: Mapping[str, Any], state: State) -> Callable[[ChatReply], Mapping[str, Any] | None]:
    """A reader of answers: none that goes round in circles, copies the task, or finds nothing in no words."""
    fitting, asked = read_object(schema), prompting.answering(replace(state, reflection=None))

    def read(reply: ChatReply) -> Mapping[str, Any] | None:
        data = fitting(reply)
        if data is None or hollow(data["answer"], asked):
            return None
        return data if data["found"] or any(map(str.isalpha, data["answer"])) else None

    return read


def _stated(answer: str, option: int | None, state: State) -> float:
    """What was said of the same candidate when evidence was last weighed; little for another one.

    A budget that ended the loop left new evidence unweighed, so that an earlier confidence counts half.
    """
    earlier = state.reflection
    if earlier is None:
        return 0.5
    same = earlier.option == option if state.options else _same(answer, earlier.candidate, state)
    if not same:
        return 0.3
    return min(earlier.confidence, 0.5) if state.forced.startswith("budget:") else earlier.confidence


def _same(answer: str, candidate: str, state: State) -> bool:
    """Whether two wordings say the same: they share half of the shorter one's own words."""
    one, other = (confidence.own_words(text, state) for text in (answer, candidate))
    if not one or not other:
        return " ".join(answer.casefold().split()) == " ".join(candidate.casefold().split()) or not candidate
    return len(one & other) >= 0.5 * min(len(one), len(other))


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


def read_object(schema: Mapping[str, Any]) -> Callable[[ChatReply], Mapping[str, Any] | None]:
    """A reader that takes a reply's object only if it has the asked shape."""
    return lambda reply: reply.data if reply.data is not None and fits(reply.data, schema) else None


def numbers(values: Sequence[Any]) -> tuple[int, ...]:
    """Citation numbers without doubles, in order."""
    return tuple(dict.fromkeys(int(value) for value in values[:100]))


def share(value: float) -> float:
    """A model's number as 0..1; percentages are understood, nonsense is 0."""
    if not math.isfinite(value) or value < 0 or value > 100:
        return 0.0
    return value / 100 if value > 1 else float(value)


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
        logprobs=bool(state.options) and wanted.purpose != "plan",
        purpose=wanted.purpose,
        on_text=wanted.on_text,
    )
