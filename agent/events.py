"""What a run yields while it works. Printing is somebody else's job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playhead.agent.state import CallRecord, Plan, Reflection, ToolCall
from playhead.tools.types import Evidence

if TYPE_CHECKING:
    from playhead.agent.agent import Answer
    from playhead.tools.indexing import Progress


@dataclass(frozen=True, slots=True)
class Indexing:
    """A video is being indexed before the question can be answered."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class Planned:
    """The planner chose its next calls. Rounds count from 1."""

    round: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """A call starts; calls of one round run side by side."""

    round: int
    call: ToolCall


@dataclass(frozen=True, slots=True)
class Observed:
    """A call ended. `evidence` is what it added to the ledger, numbered."""

    round: int
    record: CallRecord
    evidence: tuple[Evidence, ...] = ()
    wall_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Reflected:
    """The evidence was weighed; `forced` says why the run must answer now, or is empty."""

    round: int
    reflection: Reflection
    forced: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A strategy tells what it does or has found; `data` is plain JSON."""

    title: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Warned:
    """Something went wrong that did not stop the run."""

    message: str


@dataclass(frozen=True, slots=True)
class Answering:
    """The words of the answer so far, while the model writes it. Not yet checked: `Answered` may differ."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The last event of a run."""

    answer: Answer


Event = Indexing | Planned | ToolCalled | Observed | Reflected | Noted | Warned | Answering | Answered
