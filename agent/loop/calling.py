"""Tools called by a strategy, and what they find in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from playhead.agent.context import Context
from playhead.agent.events import Observed, ToolCalled, Warned
from playhead.agent.loop.act import Outcome, side_by_side
from playhead.agent.loop.base_run import BaseRun
from playhead.agent.loop.deciding import Write
from playhead.agent.loop.durable import Steps
from playhead.agent.loop.ledger import key, merged, numbered, repeated
from playhead.agent.state import CallRecord, State, ToolCall
from playhead.tools.errors import BudgetExceededError
from playhead.tools.types import Evidence, Kind, Span


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


class Calling(BaseRun):
    """A question whose tools can be called; what they find is numbered."""

    def __init__(self, context: Context, state: State, settings: Any, steps: Steps, emit: Write) -> None:
        super().__init__(context, state, settings, steps, emit)
        self._seen: dict[str, Seen] = {}
        self._limits: dict[str, Mapping[str, int]] = {}
        self._batches = 0
        self.last_number = max((line.number for line in state.ledger), default=0)

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
