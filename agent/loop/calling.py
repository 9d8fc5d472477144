"""Tools called side by side, and what they find in the ledger. Nothing that a tool raises ends a run."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from playhead.agent.context import Context
from playhead.agent.events import Observed, ToolCalled, Warned
from playhead.agent.loop.base_run import BaseRun, Write
from playhead.agent.loop.durable import Steps
from playhead.agent.loop.ledger import key, repeated
from playhead.agent.state import CallRecord, State, ToolCall
from playhead.tools.context import ToolContext
from playhead.tools.errors import BudgetExceededError, ModelError, ModelReplyError, ToolError
from playhead.tools.types import Evidence, Kind, Span


@dataclass(frozen=True, slots=True)
class Seen:
    """What one call gave: its record, the ledger lines it found, and what its tool says in plain `data`."""

    record: CallRecord
    evidence: tuple[Evidence, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    limit: str = ""
    """The budget that stopped it, or empty."""
    wall_s: float = 0.0
    warning: str = ""
    """What a person should know besides: a model that a role cannot use."""

    @property
    def text(self) -> str:
        return self.record.text

    @property
    def failed(self) -> bool:
        return self.record.error


class Calling(BaseRun):
    """A question whose tools can be called; what they find is numbered."""

    def __init__(self, context: Context, state: State, settings: Any, steps: Steps, emit: Write) -> None:
        super().__init__(context, state, settings, steps, emit)
        self._seen: dict[str, Seen] = {}
        self._limits: dict[str, Mapping[str, int]] = {}
        self._batches = 0

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
        if known:  # told again: a killed run may have kept the step and not yet its events
            for one in seen:
                before = self.last_number
                self._keep(one.evidence)
                self._tell(one, before)
        self._limits |= {key(call): limits or {} for call in calls}
        if limit := next((one for one in seen if one.limit), None):
            error = BudgetExceededError(limit.text)
            error.limit = limit.limit
            raise error
        return seen

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

    async def _call(
        self, calls: Sequence[ToolCall], number: int, limits: Mapping[str, int]
    ) -> tuple[Seen, ...]:
        fresh = {key(call): call for call in calls if not self._known(call, limits)}
        for call in fresh.values():
            self.emit(ToolCalled(number, call))
        tools = self.context.tools
        limited = replace(tools, limits=replace(tools.limits, **limits))
        found = await self._side_by_side(fresh, limited)
        for warning in {seen.warning: None for seen in found.values() if seen.warning}:
            self.emit(Warned(warning))
        return tuple(self._observed(call, found.pop(key(call), None), number) for call in calls)

    async def _side_by_side(self, calls: Mapping[str, ToolCall], tools: ToolContext) -> dict[str, Seen]:
        """Run all calls at once; those still running when the time is up are cancelled."""
        left_s = self.context.meter.left_s()
        tasks = {name: asyncio.create_task(self._perform(call, tools)) for name, call in calls.items()}
        try:
            if tasks:
                await asyncio.wait(tasks.values(), timeout=left_s if math.isfinite(left_s) else None)
        finally:
            late = [task for task in tasks.values() if not task.done()]
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        stopped = "stopped: the time of this question is up"
        return {
            name: Seen(CallRecord(calls[name], stopped, error=True), limit="wall_s")
            if task.cancelled()
            else task.result()
            for name, task in tasks.items()
        }

    async def _perform(self, call: ToolCall, tools: ToolContext) -> Seen:
        """What one call gives; its evidence has no numbers yet."""
        started_s = time.monotonic()
        try:
            found = await self.context.toolbox.call(call.name, call.arguments, tools)
            evidence = tuple(line for line in found.evidence if tools.knows(line.span))
            seen = Seen(CallRecord(call, found.text), evidence, found.data)
        except ToolError as error:
            seen = Seen(CallRecord(call, str(error), error=True), warning=_unusable(error, call.name))
        except BudgetExceededError as error:
            seen = Seen(CallRecord(call, error.cause, error=True), limit=error.limit)
        return replace(seen, wall_s=time.monotonic() - started_s)

    def _known(self, call: ToolCall, limits: Mapping[str, int]) -> bool:
        """Whether it was made before under the same limits: sharper pictures are another look."""
        same = self._limits.get(key(call), limits) == limits
        return same and repeated(call, self.state.calls, self.ledger) is not None

    def _observed(self, call: ToolCall, fresh: Seen | None, number: int) -> Seen:
        """What a call found, numbered; without `fresh`, what an equal call had found before."""
        before = self.last_number
        if fresh is not None:
            lines = self._add(fresh.evidence)
            text = fresh.text[: self.context.config.observation_chars]
            numbers = tuple(line.number for line in lines)
            record = replace(fresh.record, text=text, numbers=numbers, round=number)
            seen = replace(fresh, record=record, evidence=lines)
        else:
            known = repeated(call, self.state.calls, self.ledger)
            last = self._seen.get(key(call)) or Seen(known or CallRecord(call, ""))
            record = replace(known or last.record, numbers=last.record.numbers, round=number)
            seen = Seen(record, self.state.evidence(record.numbers), last.data)
        self._tell(seen, before)
        return seen

    def _tell(self, seen: Seen, before: int) -> None:
        if not seen.record.repeated:
            self._seen[key(seen.record.call)] = seen
        self.state = replace(self.state, calls=(*self.state.calls, seen.record))
        added = tuple(line for line in seen.evidence if line.number > before)
        self.emit(Observed(seen.record.round, seen.record, added, seen.wall_s))


def _unusable(error: ToolError, name: str) -> str:
    """A warning when a model is to blame, and not a single reply of it."""
    cause = error.__cause__
    if isinstance(cause, ModelError) and not isinstance(cause, ModelReplyError):
        return f"{name} goes without its model: {cause}"
    return ""
