"""Candidates in the order in which they help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from playhead.prompts import render
from playhead.tools.protocols import ImagePart

if TYPE_CHECKING:
    from playhead.agent.run import Run


@dataclass(frozen=True)
class _Order:
    numbers: Annotated[list[int], Field(max_length=40)]


async def order(
    run: Run, candidates: Sequence[str | ImagePart], count: int, *, purpose: str = "order"
) -> tuple[int, ...]:
    """Indices of `count` candidates, the most helpful to the question first, each once.

    `candidates` are texts that begin with `[1]`, `[2]` …, each before its pictures, if any. Doubles in the
    reply are dropped, what it leaves out is appended; fewer than two are not asked about.
    """
    if count < 2:
        return tuple(range(count))
    pictured = any(isinstance(part, ImagePart) for part in candidates)
    words = "" if pictured else "\n".join(map(str, candidates))
    task = render("block_order", candidates=words, count=count)
    reply = await run.ask(purpose, task, _Order, images=tuple(candidates) if pictured else ())
    numbers = reply.value.numbers if reply else []
    first = [number - 1 for number in numbers if 1 <= number <= count]
    return tuple(dict.fromkeys([*first, *range(count)]))
