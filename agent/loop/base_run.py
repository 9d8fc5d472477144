"""One question as a strategy sees it: what is asked, what is left, and work done once, side by side."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from langgraph.graph.state import CompiledStateGraph

from playhead.agent.context import Context, Left
from playhead.agent.events import Event, Noted
from playhead.agent.loop.durable import Steps
from playhead.agent.loop.ledger import merged, numbered
from playhead.agent.state import State, Turn
from playhead.tools.errors import ModelError, ModelRejectedError, ToolError
from playhead.tools.types import Evidence, Video

STEPS = 100_000
"""Nodes that one graph may visit; budgets end it long before."""
T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")
Write = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Mapped(Generic[Item, Result]):
    """What a map gave, in the order of its items, and what failed and why."""

    done: tuple[tuple[Item, Result], ...]
    failed: tuple[tuple[Item, str], ...] = ()


class BaseRun:
    """What is asked and known, the ledger, events, and steps that are done once."""

    def __init__(self, context: Context, state: State, settings: Any, steps: Steps, emit: Write) -> None:
        self.context = context
        self.state = state
        self.settings = settings
        self.emit = emit
        self.last_number = max((line.number for line in state.ledger), default=0)
        """The highest that a line of the ledger was ever given."""
        self._steps = steps

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
        return self.context.left

    @property
    def model(self) -> bool:
        """Whether there is a model that can plan and answer."""
        return "planner" in self.context.models

    @property
    def eyes(self) -> bool:
        """Whether a model can look at the pictures of any of the videos."""
        return self.context.tools.eyes

    def end_s(self, video: int = 1) -> float:
        """The last second of a video, numbered from 1, that may be known."""
        return self.context.tools.end_s(self.videos[video - 1])

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
        self.report(Noted(title, data))

    def report(self, event: Event) -> None:
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

    async def once(self, name: str, work: Callable[[], Awaitable[T]], kind: Any) -> tuple[T, bool]:
        """The value of `work`, and whether an earlier process had done it: a step that is never paid for
        twice.

        `kind` is the type of the value: plain data or dataclasses of it.
        """
        return await self._steps.once(name, work, kind)

    def _add(self, found: Sequence[Evidence]) -> tuple[Evidence, ...]:
        lines = numbered(self.ledger, found, self.last_number)
        self._keep(lines)
        return lines

    def _keep(self, lines: Sequence[Evidence]) -> None:
        self.last_number = max((self.last_number, *(line.number for line in lines)))
        cited = self.state.reflection.cites if self.state.reflection else ()
        ledger = merged(self.ledger, lines, self.context.config.ledger_lines, cited)
        self.state = replace(self.state, ledger=ledger)
