"""What a run yields while it works. Printing is somebody else's job.

Each event says what the trajectory keeps of it; a strategy's own are `Noted`, or further children of `Event`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from playhead.agent.loop.ledger import line_of
from playhead.agent.state import CallRecord, Plan, Reflection, ToolCall
from playhead.tools.types import Evidence

if TYPE_CHECKING:
    from playhead.agent.result import Answer
    from playhead.tools.indexing import Progress


class Event:
    """Something that happened in a run."""

    __slots__ = ()

    def step(self) -> dict[str, Any]:
        """The event as plain JSON for the trajectory; empty for one that explains nothing later."""
        return {}


@dataclass(frozen=True, slots=True)
class Indexing(Event):
    """A video is being indexed before the question can be answered."""

    progress: Progress

    def step(self) -> dict[str, Any]:
        warning = {"event": "warned", "message": self.progress.message}
        return warning if self.progress.warning else {}


@dataclass(frozen=True, slots=True)
class Planned(Event):
    """The planner chose its next calls. Rounds count from 1."""

    round: int
    plan: Plan

    def step(self) -> dict[str, Any]:
        calls = [asdict(call) for call in self.plan.calls]
        return {"event": "planned", "round": self.round, "thought": self.plan.thought, "calls": calls}


@dataclass(frozen=True, slots=True)
class ToolCalled(Event):
    """A call starts; calls of one round run side by side."""

    round: int
    call: ToolCall

    def step(self) -> dict[str, Any]:
        return {"event": "tool_called", "round": self.round, "call": asdict(self.call)}


@dataclass(frozen=True, slots=True)
class Observed(Event):
    """A call ended. `evidence` is what it added to the ledger, numbered."""

    round: int
    record: CallRecord
    evidence: tuple[Evidence, ...] = ()
    wall_s: float = 0.0

    def step(self) -> dict[str, Any]:
        record = {**asdict(self.record), "numbers": list(self.record.numbers), "round": self.round}
        found = [line_of(line) for line in self.evidence]
        return {"event": "observed", "wall_s": round(self.wall_s, 3), **record, "evidence": found}


@dataclass(frozen=True, slots=True)
class Reflected(Event):
    """The evidence was weighed; `forced` says why the run must answer now, or is empty."""

    round: int
    reflection: Reflection
    forced: str = ""

    def step(self) -> dict[str, Any]:
        told = {"event": "reflected", "round": self.round, "forced": self.forced}
        return {**told, **asdict(self.reflection)}


@dataclass(frozen=True, slots=True)
class Noted(Event):
    """A strategy tells what it does or has found; `data` is plain JSON."""

    title: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def step(self) -> dict[str, Any]:
        return {"event": "noted", "title": self.title, "data": dict(self.data)}


@dataclass(frozen=True, slots=True)
class Warned(Event):
    """Something went wrong that did not stop the run."""

    message: str

    def step(self) -> dict[str, Any]:
        return {"event": "warned", "message": self.message}


@dataclass(frozen=True, slots=True)
class Answering(Event):
    """The words of the answer so far, while the model writes it. Not yet checked: `Answered` may differ."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """The last event of a run."""

    answer: Answer
