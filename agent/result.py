"""What a question gets: the answer, the evidence it cites, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from playhead.tools.types import Evidence, Span, Usage

_PUBLIC_USAGE = ("model_calls", "input_tokens", "output_tokens", "frames", "wall_s")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in words. `evidence` is what it cites, most telling first; empty when nothing was found."""

    text: str
    option: int | None = None
    """Index of the chosen option from 0; None without options or when none can be chosen."""
    confidence: float = 0.0
    """Probability that the answer is right, 0..1."""
    found: bool = True
    """False when the video does not show it: an honest answer, not an error."""
    stopped_because: str = ""
    """confident, rounds, exhausted, not_found, model_failed, no_model or `budget:` and its name."""
    evidence: tuple[Evidence, ...] = ()
    usage: Usage = field(default_factory=Usage)
    by_role: Mapping[str, Usage] = field(default_factory=dict)
    run: str = ""
    """Id of the run: `playhead show RUN`."""
    cost: float | None = None
    """Money, in the currency of the price table; None when a model that was used has no price."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `playhead ask --json`."""
        roles = {role: _usage(usage) for role, usage in self.by_role.items()}
        spent = {**_usage(self.usage), **({} if self.cost is None else {"cost": round(self.cost, 6)})}
        return {
            "answer": self.text,
            "option": self.option,
            "confidence": self.confidence,
            "found": self.found,
            "stopped_because": self.stopped_because,
            "evidence": [line.to_dict() for line in self.evidence],
            "usage": {**spent, "by_role": roles},
            "run": self.run,
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
            usage=Usage(**{name: spent[name] for name in _PUBLIC_USAGE}),
            by_role={role: Usage(**values) for role, values in spent["by_role"].items()},
            run=data["run"],
            cost=spent.get("cost"),
        )


def _usage(usage: Usage) -> dict[str, Any]:
    values = {name: asdict(usage)[name] for name in _PUBLIC_USAGE}
    unknown = {"unknown_calls": usage.unknown_calls} if usage.unknown_calls else {}
    return {**values, "wall_s": round(usage.wall_s, 3), **unknown}


def _line(data: Mapping[str, Any]) -> Evidence:
    return Evidence("", data["video"], Span(data["start_s"], data["end_s"]), data["kind"], data["text"])
