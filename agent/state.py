"""What a run knows: frozen values of text, numbers, tuples and dictionaries of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from playhead.tools.types import Evidence, Video

Route = Literal["model", "quotes", "both"]
"""Who gave an answer: the model, the rules that quote what was heard and read, or both the same."""


def _freeze(value: Any, *fields: str) -> None:
    for name in fields:
        object.__setattr__(value, name, tuple(getattr(value, name)))


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation with the answer it got."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool and its arguments, as the planner wrote them (not yet validated)."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, /, **arguments: Any) -> ToolCall:
        """`ToolCall.of("search_memory", query="a red car", limit=8)`."""
        return cls(name, arguments)


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call that was made: what the planner reads of it, and the ledger numbers of what it found."""

    call: ToolCall
    text: str
    numbers: tuple[int, ...] = ()
    error: bool = False
    repeated: bool = False
    round: int = 0

    def __post_init__(self) -> None:
        _freeze(self, "numbers")


@dataclass(frozen=True, slots=True)
class Plan:
    """The next calls, run side by side; none means that the planner has seen enough."""

    calls: tuple[ToolCall, ...]
    thought: str = ""

    def __post_init__(self) -> None:
        _freeze(self, "calls")


@dataclass(frozen=True, slots=True)
class Reflection:
    """Whether the evidence suffices. `signals` holds every number that `confidence` was blended from."""

    sufficient: bool
    confidence: float
    missing: str = ""
    candidate: str = ""
    option: int | None = None
    signals: dict[str, float] = field(default_factory=dict)
    cites: tuple[int, ...] = ()
    """Ledger numbers of the evidence for the candidate."""
    following: Plan | None = None
    """The next calls, where they were decided in the same reply."""

    def __post_init__(self) -> None:
        _freeze(self, "cites")


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is given: `cites` are ledger numbers, `option` an index from 0."""

    text: str
    option: int | None = None
    cites: tuple[int, ...] = ()
    found: bool = True
    confidence: float = 0.0
    route: Route = "model"
    because: str = ""
    """Why the strategy stopped, where it was not because it was confident: `rounds`, `exhausted`…"""
    elsewhere: tuple[int, ...] = ()
    """Those of `cites` that are other moments worth a look: the answer does not stand on them."""

    def __post_init__(self) -> None:
        _freeze(self, "cites", "elsewhere")


@dataclass(frozen=True, slots=True)
class State:
    """What is known of one question so far. `ledger` is numbered from 1 in the order things were found."""

    question: str
    options: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    videos: tuple[Video, ...] = ()
    overview: str = ""
    before_s: float | None = None
    near: tuple[Evidence, ...] = ()
    """What the last answer cited, where the question leans on it; a follow-up is mostly answered near it."""
    ledger: tuple[Evidence, ...] = ()
    calls: tuple[CallRecord, ...] = ()
    round: int = 0
    """Rounds of plan, act and reflect that are finished."""
    reflection: Reflection | None = None
    forced: str = ""
    """Why the run must answer now (`rounds`, `budget:frames`…), or empty."""
    dropped: str = ""
    """Why the model decides nothing more in this run, or empty."""

    def __post_init__(self) -> None:
        _freeze(self, "options", "history", "videos", "near", "ledger", "calls")

    def evidence(self, numbers: Iterable[int]) -> tuple[Evidence, ...]:
        """The ledger lines with these numbers, in the order asked; unknown numbers are left out."""
        lines: Mapping[int, Evidence] = {line.number: line for line in self.ledger}
        return tuple(lines[number] for number in numbers if number in lines)
