"""A model asked for one object, of a dataclass or pydantic model or of any schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from playhead.agent.events import Warned
from playhead.agent.loop import asking, confidence
from playhead.agent.loop.asking import About, Ask, Pictures
from playhead.agent.loop.replies import read_object
from playhead.agent.loop.schemas import offered, option_index, shape_schema
from playhead.agent.state import State
from playhead.tools.errors import ModelReplyError
from playhead.tools.pipeline.cached_replies import probability
from playhead.tools.protocols import ChatReply

if TYPE_CHECKING:
    from playhead.agent.run import Run

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """A model's reply, of the shape that was asked for."""

    value: T
    option: int | None = None
    """The chosen one of the options that were asked about, an index; None when it chose none."""
    probabilities: tuple[float, ...] = ()
    """Of each option, where the server tells the probabilities of tokens; else empty."""
    fluent: float | None = None
    """Geometric mean of the probabilities of the tokens of the field `answer`; None where it has none, or the
    server tells none."""


async def ask(
    run: Run,
    purpose: str,
    task: str,
    shape: type[T],
    *,
    images: Pictures = (),
    options: Sequence[str] = (),
    role: str = "",
    about: About = "question",
    tools: Sequence[str] = (),
) -> Reply[T] | None:
    """Ask a model for one object of `shape`, a dataclass or a pydantic model; None after two unusable
    replies.

    `purpose` names the step. The model is told what the step is `about`, sees `images` and then reads
    `task`; `tools` names those it may plan with. With `options` it must choose one of them, or none.
    `role` is the planner, for images the inspector, unless given. Raises BudgetExceededError and
    ModelError.
    """
    roles = (role, "planner") if role else ("inspector", "captioner", "planner") if images else ("planner",)
    count = len(options)
    schema = shape_schema(cast(Any, shape), count)
    known = [tool for tool in offered(run.context) if tool["name"] in tools]
    wanted = Ask(purpose, task, schema, tuple(images), roles=roles, tools=known, about=about)
    state = replace(run.state, options=tuple(options)) if options else run.state
    fits = read_object(schema)

    def read(reply: ChatReply) -> Reply[T] | None:
        try:
            return _reply(fits(reply), reply, shape, count)
        except ValidationError:
            return None

    return await put(run, wanted, read, Reply[shape], state)  # type: ignore[valid-type]


async def put(
    run: Run, wanted: Ask, read: Callable[[ChatReply], T | None], kind: Any, state: State | None = None
) -> T | None:
    """`ask` with a schema and a reader of one's own: what `read` finds, of the type `kind`; else None."""

    async def work() -> T | None:
        try:
            return (await asking.ask(wanted, read, state or run.state, run.context))[0]
        except ModelReplyError as error:
            run.emit(Warned(f"{wanted.purpose}: {error}"))
            return None

    return (await run.once(wanted.purpose, work, kind | None))[0]


def _reply(data: Mapping[str, Any] | None, reply: ChatReply, shape: type[T], count: int) -> Reply[T] | None:
    if data is None:
        return None
    option = option_index(data.get("option"), count) if count else None
    own = {name: value for name, value in data.items() if not (count and name == "option")}
    shares = confidence.option_shares(reply.text, reply.tokens, count) if count else None
    value: T = TypeAdapter(shape).validate_python(own)
    told = shares[1] if shares and shares[0] == option else ()
    return Reply(value, option, told, probability(reply))
