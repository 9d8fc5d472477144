"""What a strategy may touch: one question, its tools and models. What must never be forgotten is done here:
the cut-off, the budget, the evidence ledger, events, and that nothing is done or paid for twice."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from langgraph.graph.state import CompiledStateGraph
from pydantic import TypeAdapter, ValidationError

from playhead.agent.context import Context
from playhead.agent.events import Event, Noted, Observed, ToolCalled, Warned
from playhead.agent.loop import asking, confidence
from playhead.agent.loop.act import Outcome, side_by_side
from playhead.agent.loop.answer import answered
from playhead.agent.loop.asking import About, Ask, Pictures
from playhead.agent.loop.deciding import Write, within
from playhead.agent.loop.durable import Steps
from playhead.agent.loop.ledger import key, merged, numbered, repeated
from playhead.agent.loop.offer import offered
from playhead.agent.loop.schemas import option_index, shape_schema
from playhead.agent.state import CallRecord, Draft, Reflection, State, ToolCall, Turn
from playhead.tools.errors import (
    BudgetExceededError,
    ModelError,
    ModelRejectedError,
    ModelReplyError,
    ToolError,
)
from playhead.tools.protocols import ChatReply
from playhead.tools.types import Evidence, Kind, Span, Usage, Video

if TYPE_CHECKING:
    from playhead.agent.strategy import Strategy

STEPS = 100_000
"""Nodes that one graph may visit; budgets end it long before."""
T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one call gave: its record, the ledger lines it found, and what its tool says in plain `data`."""

    record: CallRecord
    evidence: tuple[Evidence, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    limit: str = ""
    """The budget that stopped it, or empty."""

    @property
    def text(self) -> str:
        return self.record.text

    @property
    def failed(self) -> bool:
        return self.record.error


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """A model's reply, of the shape that was asked for."""

    value: T
    option: int | None = None
    """The chosen one of the options that were asked about, an index; None when it chose none."""
    probabilities: tuple[float, ...] = ()
    """Of each option, where the server tells the probabilities of tokens; else empty."""


@dataclass(frozen=True, slots=True)
class Mapped(Generic[Item, Result]):
    """What a map gave, in the order of its items, and what failed and why."""

    done: tuple[tuple[Item, Result], ...]
    failed: tuple[tuple[Item, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """What may still be spent; the call that words the answer is kept back."""

    calls: float
    pictures: float
    seconds: float
    money: float


class Core:
    """One question being answered. Strategies get it as `Run`, with the building blocks on it."""

    def __init__(self, context: Context, state: State, settings: Any, steps: Steps, emit: Write) -> None:
        self.context = context
        self.state = state
        self.settings = settings
        self.emit = emit
        self._steps = steps
        self._seen: dict[str, Seen] = {}
        self._limits: dict[str, Mapping[str, int]] = {}
        self._batches = 0
        self.last_number = max((line.number for line in state.ledger), default=0)

    @property
    def question(self) -> str:
        return self.state.question

    @property
    def options(self) -> tuple[str, ...]:
        """The choices of a multiple-choice question; none for an open one."""
        return self.state.options

    @property
    def history(self) -> tuple[Turn, ...]:
        """Earlier questions of the conversation."""
        return self.state.history

    @property
    def videos(self) -> tuple[Video, ...]:
        return self.state.videos

    @property
    def ledger(self) -> tuple[Evidence, ...]:
        """Everything found so far, each line with its number."""
        return self.state.ledger

    @property
    def left(self) -> Left:
        meter = self.context.meter
        budget, spent = meter.budget, meter.total()
        calls = budget.model_calls - spent.model_calls - meter.answer_calls
        pictures, money = budget.frames - spent.frames, budget.money - meter.money()
        return Left(max(0.0, calls), max(0.0, pictures), meter.left_s(), max(0.0, money))

    @property
    def model(self) -> bool:
        """Whether there is a model that can plan and answer."""
        return "planner" in self.context.models

    @property
    def eyes(self) -> bool:
        """Whether a model can look at the pictures of any of the videos."""
        models = (self.context.models.get(role) for role in ("inspector", "captioner"))
        sees = any(model is not None and model.sees_images for model in models)
        return sees and any(video.source == "video" for video in self.videos)

    def end_s(self, video: int = 1) -> float:
        """The last second of a video, numbered from 1, that may be known."""
        return self.context.tools.end_s(self.videos[video - 1])

    async def call(self, *calls: ToolCall, limits: Mapping[str, int] | None = None) -> tuple[Seen, ...]:
        """Run tools side by side; what they find goes into the ledger. One `Seen` a call, in their order.

        A tool that fails says so in its `Seen`; an equal call made before is answered from it. `limits`
        replaces fields of `tools.context.Limits` for these calls. Raises BudgetExceededError.
        """
        self._batches += 1
        number = self._batches
        seen, known = await self.once(
            "call", lambda: self._call(calls, number, limits or {}), tuple[Seen, ...]
        )
        if known:
            for one in seen:
                self._keep(one.evidence)
                self._record(one)
        self._limits |= {key(call): limits or {} for call in calls}
        if limit := next((one for one in seen if one.limit), None):
            error = BudgetExceededError(limit.text)
            error.limit = limit.limit
            raise error
        return seen

    async def ask(
        self,
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
        roles = (
            (role, "planner") if role else ("inspector", "captioner", "planner") if images else ("planner",)
        )
        count = len(options)
        schema = shape_schema(cast(Any, shape), count)
        known = [tool for tool in offered(self.context) if tool["name"] in tools]
        wanted = Ask(purpose, task, schema, tuple(images), roles=roles, tools=known, about=about)
        state = replace(self.state, options=tuple(options)) if options else self.state
        fits = asking.read_object(schema)

        def read(reply: ChatReply) -> Reply[T] | None:
            try:
                return _reply(fits(reply), reply, shape, count)
            except ValidationError:
                return None

        return await self.put(wanted, read, Reply[shape], state)  # type: ignore[valid-type]

    async def put(
        self, wanted: Ask, read: Callable[[ChatReply], T | None], kind: Any, state: State | None = None
    ) -> T | None:
        """`ask` with a schema and a reader of one's own: what `read` finds, of the type `kind`; else None."""

        async def work() -> T | None:
            try:
                asked = asking.ask(wanted, read, state or self.state, self.context)
                return (await within(asked, self.context))[0]
            except ModelReplyError as error:
                self.emit(Warned(f"{wanted.purpose}: {error}"))
                return None

        return (await self.once(wanted.purpose, work, kind | None))[0]

    async def map(
        self, items: Iterable[Item], work: Callable[[Item], Awaitable[Result]], parallel: int = 8
    ) -> Mapped[Item, Result]:
        """`work` on every item, `parallel` at once. An item whose model or tool fails is told apart; a spent
        budget or a server that refuses ends them all. Raises BudgetExceededError and ModelRejectedError."""
        listed, room = list(items), asyncio.Semaphore(parallel)
        results: dict[int, Result] = {}
        failures: dict[int, str] = {}

        async def one(number: int, item: Item) -> None:
            enter(number)
            async with room:
                try:
                    results[number] = await work(item)
                except ModelRejectedError:
                    raise
                except (ModelError, ToolError) as error:
                    failures[number] = str(error)

        enter = self._steps.branch()
        try:
            async with asyncio.TaskGroup() as group:
                for number, item in enumerate(listed):
                    group.create_task(one(number, item))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        done = tuple((item, results[number]) for number, item in enumerate(listed) if number in results)
        return Mapped(done, tuple((listed[number], why) for number, why in sorted(failures.items())))

    def note(self, title: str, **data: Any) -> None:
        """Tell what is done or found, as plain JSON: an event, and a step of the trajectory."""
        self.tell(Noted(title, data))

    def tell(self, event: Event) -> None:
        """An event of the strategy itself, outside of any step; not told again when a run is gone on with."""
        if not self._steps.replaying:
            self.emit(event)

    async def graph(
        self, graph: CompiledStateGraph[Any, Any, Any, Any], state: Any, context: Any = None
    ) -> Any:
        """The final state of a LangGraph graph. It keeps no checkpoints of its own: what its nodes do through
        this run is kept, and the graph finds its way again."""
        work = graph.ainvoke(state, {"recursion_limit": STEPS}, context=context)
        return await asyncio.create_task(work, context=contextvars.Context())

    async def saw(
        self, video: int, span: Span, text: str, *, kind: Kind = "frame", score: float = 0.5
    ) -> Evidence:
        """Put what a model saw in the pictures of a place into the ledger, so that it can be cited."""

        async def work() -> Evidence:
            context = self.context.tools
            line = context.evidence(context.videos[video - 1], span, kind, text, tool="look", score=score)
            return self._add([line])[0]

        line, known = await self.once("saw", work, Evidence)
        if known:
            self._keep([line])
        return line

    async def answer(
        self,
        candidate: str = "",
        *,
        option: int | None = None,
        confidence: float | None = None,
        task: str = "",
        images: Pictures = (),
        because: str = "",
    ) -> Draft:
        """Word the answer with citations into the ledger; how sure it is follows from its signals.

        `candidate`, `option` and `confidence` (0..1) are what the strategy thinks by now; `task` comes before
        the question for the answer; `because` says why the strategy stopped. A failing model or a spent
        budget ends in what rules quote. Raises ModelError when the server is absent or refuses.
        """
        if confidence is not None:
            thought = Reflection(True, confidence, "", candidate, option)
            self.state = replace(self.state, reflection=thought)
        draft = await answered(self, task, images)
        return replace(draft, because=draft.because or because)

    async def nested(self, strategy: Strategy) -> Draft:
        """The answer of another strategy over what is known by now, under the same budget.

        Its calls and its confidence are its own; what it finds stays in the ledger.
        """
        settings = self.settings
        self.state = replace(self.state, calls=(), reflection=None, round=0)
        self.settings = strategy.settings
        try:
            return await strategy.answer(self)  # type: ignore[arg-type]
        finally:
            self.settings = settings

    async def once(self, name: str, work: Callable[[], Awaitable[T]], kind: Any) -> tuple[T, bool]:
        """The value of `work`, and whether an earlier process had done it: a step that is never paid for
        twice.

        `kind` is the type of the value: plain data or dataclasses of it.
        """
        return await self._steps.once(name, work, kind)

    async def _call(
        self, calls: Sequence[ToolCall], number: int, limits: Mapping[str, int]
    ) -> tuple[Seen, ...]:
        fresh = {key(call): call for call in calls if not self._known(call, limits)}
        for call in fresh.values():
            self.emit(ToolCalled(number, call))
        tools = self.context.tools
        context = replace(self.context, tools=replace(tools, limits=replace(tools.limits, **limits)))
        outcomes = await side_by_side(fresh, context)
        for warning in {outcome.warning: None for outcome in outcomes.values() if outcome.warning}:
            self.emit(Warned(warning))
        return tuple(self._observed(call, outcomes.pop(key(call), None), number) for call in calls)

    def _known(self, call: ToolCall, limits: Mapping[str, int]) -> bool:
        """Whether it was made before under the same limits: sharper pictures are another look."""
        same = self._limits.get(key(call), limits) == limits
        return same and repeated(call, self.state.calls, self.ledger) is not None

    def _observed(self, call: ToolCall, outcome: Outcome | None, number: int) -> Seen:
        before = self.last_number
        if outcome is not None:
            lines = self._add(outcome.evidence)
            text = outcome.text[: self.context.config.observation_chars]
            record = CallRecord(call, text, tuple(x.number for x in lines), outcome.error, round=number)
            seen = Seen(record, lines, outcome.data, outcome.limit)
        else:
            known = repeated(call, self.state.calls, self.ledger)
            last = self._seen.get(key(call)) or Seen(known or CallRecord(call, ""))
            record = replace(known or last.record, numbers=last.record.numbers, round=number)
            seen = Seen(record, self.state.evidence(record.numbers), last.data)
        self._record(seen)
        added = tuple(line for line in seen.evidence if line.number > before)
        self.emit(Observed(number, seen.record, added, outcome.wall_s if outcome else 0.0))
        return seen

    def _add(self, found: Sequence[Evidence]) -> tuple[Evidence, ...]:
        lines = numbered(self.ledger, found, self.last_number)
        self._keep(lines)
        return lines

    def _keep(self, lines: Sequence[Evidence]) -> None:
        self.last_number = max((self.last_number, *(line.number for line in lines)))
        cited = self.state.reflection.cites if self.state.reflection else ()
        ledger = merged(self.ledger, lines, self.context.config.ledger_lines, cited)
        self.state = replace(self.state, ledger=ledger)

    def _record(self, seen: Seen) -> None:
        if not seen.record.repeated:
            self._seen[key(seen.record.call)] = seen
        self.state = replace(self.state, calls=(*self.state.calls, seen.record))


def _reply(data: Mapping[str, Any] | None, reply: ChatReply, shape: type[T], count: int) -> Reply[T] | None:
    if data is None:
        return None
    option = option_index(data.get("option"), count) if count else None
    own = {name: value for name, value in data.items() if not (count and name == "option")}
    shares = confidence.option_shares(reply.text, reply.tokens, count) if count else None
    value: T = TypeAdapter(shape).validate_python(own)
    return Reply(value, option, shares[1] if shares and shares[0] == option else ())


def spent_at(values: Iterable[Mapping[str, Any]]) -> dict[str, Usage]:
    """What a run had spent when the last of its finished steps ended."""
    kept = [value["spent"] for value in values if value.get("spent")]
    last: Mapping[str, Any] = max(kept, key=lambda spent: spent["wall"]["wall_s"], default={})
    return {role: Usage(**usage) for role, usage in last.items()}
