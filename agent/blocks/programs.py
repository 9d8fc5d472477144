"""A question as a small typed program whose every result can be checked, after STAIR's neural modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

Type = Literal["spans", "text", "number"]
Operation = Literal["locate", "before", "after", "between", "while", "filter", "ask", "count", "compare"]
SIGNATURES: dict[Operation, tuple[tuple[Type, ...] | None, Type]] = {
    "locate": ((), "spans"),
    "before": (("spans",), "spans"),
    "after": (("spans",), "spans"),
    "between": (("spans", "spans"), "spans"),
    "while": (("spans",), "spans"),
    "filter": (("spans",), "spans"),
    "ask": (("spans",), "text"),
    "count": (("spans",), "number"),
    "compare": (None, "text"),
}
"""What each operation takes and gives; compare takes two results of one type."""
NEEDS_TEXT: frozenset[Operation] = frozenset({"locate", "filter", "ask", "compare"})
MOST_STEPS = 8


@dataclass(frozen=True)
class Step:
    """One operation. `of` are numbers of earlier steps, from 1."""

    operation: Operation
    of: Annotated[list[int], Field(max_length=2)]
    text: Annotated[str, Field(max_length=300)]


@dataclass(frozen=True)
class Program:
    """Steps in order; the result of the last one answers."""

    thought: Annotated[str, Field(max_length=400)]
    steps: Annotated[list[Step], Field(max_length=MOST_STEPS)]


def wrong(steps: Sequence[Step]) -> str:
    """What is wrong with a program, in a sentence for whoever wrote it; empty when nothing is."""
    if not 1 <= len(steps) <= MOST_STEPS:
        return f"a program has 1 to {MOST_STEPS} steps"
    types: list[Type] = []
    for number, step in enumerate(steps, 1):
        if any(not 1 <= one < number for one in step.of):
            return f"step {number} refers to {step.of}: only to earlier steps, numbered from 1"
        takes, gives = SIGNATURES[step.operation]
        given = tuple(types[one - 1] for one in step.of)
        if takes is None and (len(given) != 2 or given[0] != given[1]):
            return f"step {number}: {step.operation} takes two results of one type, got {list(given)}"
        if takes is not None and given != takes:
            return f"step {number}: {step.operation} takes {list(takes)}, got {list(given)}"
        if step.operation in NEEDS_TEXT and not step.text.strip():
            return f"step {number}: {step.operation} needs a text"
        types.append(gives)
    return ""
