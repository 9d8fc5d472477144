"""What a question gets: the answer, the evidence it cites, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from playhead.agent import marks
from playhead.agent.state import Route
from playhead.tools.pipeline.coverage import Coverage
from playhead.tools.types import Evidence, Span, Usage

_PUBLIC_USAGE = ("model_calls", "input_tokens", "output_tokens", "frames", "wall_s")


Outcome = Literal["answered", "closest", "nothing"]
"""Answered; not answered, but here is where the answer most likely lies; or nothing near it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in words. `evidence` is what it cites, most telling first; or the closest moments.

    Marks such as `[2]` in a model's words are places in `evidence`, from 1.
    """

    text: str
    option: int | None = None
    """Index of the chosen option from 0; None without options or when none can be chosen."""
    confidence: float = 0.0
    """Probability that the answer is right, 0..1."""
    found: bool = True
    """False without a clear answer: an honest outcome, not an error. `evidence` holds the closest moments."""
    stopped_because: str = ""
    """confident, rounds, exhausted, not_found, model_failed, no_model or `budget:` and its name."""
    evidence: tuple[Evidence, ...] = ()
    usage: Usage = field(default_factory=Usage)
    """All that was spent, describing clips of a video that had to be indexed first included."""
    by_role: Mapping[str, Usage] = field(default_factory=dict)
    """The same by role; `indexing` is outside the budget of a question."""
    run: str = ""
    """Id of the run: `playhead show RUN`."""
    searched: int = 0
    """How many recordings the question was asked of."""
    route: Route = "model"
    """Whose answer it is: the model's, that of rules quoting what was heard and read, or the same of both."""
    cost: float | None = None
    """Money, in the currency of the price table; None when a model that was used has no price."""
    cost_by_role: Mapping[str, float] = field(default_factory=dict)
    """The money of every role whose model has a price."""
    coverage: Coverage = field(default_factory=Coverage)
    """How much of the recordings had been heard by then; all of it unless indexing was cut short."""

    @property
    def words(self) -> str:
        """The text without marks; a quote has none."""
        return self.text if self.route == "quotes" else marks.plain(self.text)

    @property
    def outcome(self) -> Outcome:
        if self.found:
            return "answered"
        return "closest" if self.evidence else "nothing"

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `playhead ask --json`."""
        costs = self.cost_by_role
        roles = {role: _usage(usage, costs.get(role)) for role, usage in self.by_role.items()}
        return {
            "answer": self.text,
            "option": self.option,
            "confidence": self.confidence,
            "found": self.found,
            "outcome": self.outcome,
            "route": self.route,
            "stopped_because": self.stopped_because,
            "evidence": [line.to_dict() for line in self.evidence],
            "usage": {**_usage(self.usage, self.cost), "by_role": roles},
            "run": self.run,
            "searched": self.searched,
            "coverage": asdict(self.coverage),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Answer:
        """The answer that `to_dict` wrote; evidence has no ids or scores there."""
        spent = data["usage"]
        return cls(
            text=data["answer"],
            option=data["option"],
            confidence=data["confidence"],
            found=data["found"],
            stopped_because=data["stopped_because"],
            evidence=tuple(_line(line) for line in data["evidence"]),
            usage=_read(spent),
            by_role={role: _read(values) for role, values in spent["by_role"].items()},
            run=data["run"],
            searched=data.get("searched", 0),
            route=data.get("route", "model"),
            coverage=Coverage(**data.get("coverage", {})),
            cost=spent.get("cost"),
            cost_by_role={r: values["cost"] for r, values in spent["by_role"].items() if "cost" in values},
        )


def _usage(usage: Usage, cost: float | None) -> dict[str, Any]:
    """What was spent; `unknown_calls`, whose tokens are estimates, and `cost` only where there are any."""
    values = {name: asdict(usage)[name] for name in _PUBLIC_USAGE}
    unknown = {"unknown_calls": usage.unknown_calls} if usage.unknown_calls else {}
    money = {} if cost is None else {"cost": round(cost, 6)}
    return {**values, "wall_s": round(usage.wall_s, 3), **unknown, **money}


def _read(spent: Mapping[str, Any]) -> Usage:
    known = {name: spent[name] for name in _PUBLIC_USAGE}
    return Usage(**known, unknown_calls=spent.get("unknown_calls", 0))


def _line(data: Mapping[str, Any]) -> Evidence:
    span = Span(data["start_s"], data["end_s"])
    heard = {"origin": data.get("source", ""), "confidence": data.get("confidence")}
    return Evidence("", data["video"], span, data["kind"], data["text"], **heard)
