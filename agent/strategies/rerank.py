"""ViC and S-Grid: what two searches find is put into grids, a model orders them, and the first are looked at.

Video-in-the-loop candidate ranking with grids, ViC / S-Grid (CVPR 2026 Findings). Kept: fourteen candidates,
each a grid of three by three in 448 pixels with what is said there, one call that orders them. Changed:
candidates are moments of the videos asked about, from a search by words and one by pictures, merged by rank;
doubles in the order are dropped and what it left out is appended (theirs ignores an invalid list silently);
the first three are looked at, since a question wants an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.blocks.places import Place
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import fence, render
from playhead.tools.protocols import ImagePart

INFO = Info(
    idea="what searches find is put into grids; a model orders them, the first are looked at",
    source="ViC / S-Grid (CVPR 2026 Findings)",
    claimed="MSR-VTT R@1 87 to 89",
    uses=("eyes", "visual search", "speech"),
    instead={
        "eyes": "what was said, written and noted of each candidate",
        "visual search": "search by words alone",
        "speech": "left out",
    },
    calls="2 to 5",
    most_calls=5,
)
SIDE_PX, CELLS = 448, 9
CLIP_S = 10.0


@dataclass(frozen=True)
class Settings:
    """What `[strategies.rerank]` sets."""

    looks: Annotated[int, Field(ge=1, le=20)] = 3
    """Candidates that are looked at."""
    candidates: Annotated[int, Field(ge=1, le=40)] = 14
    """Candidates that are ordered."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Order:
    numbers: Annotated[list[int], Field(max_length=40)]


async def answer(run: Run) -> Draft:
    """Search, order, look."""
    places = await _candidates(run)
    best = [places[index] for index in await _ordered(run, places)]
    for place in best[: run.settings.looks]:
        look = await run.look([place], run.question)
        if look.can_tell:
            return await run.answer(look.answer, confidence=look.sure)
    await run.recall(best[: run.settings.looks], run.question)
    return await run.answer(because="exhausted")


async def _candidates(run: Run) -> list[Place]:
    """Stretches of ten seconds that hold a hit by words or by pictures, the best of both first."""
    lists = [await run.retrieve([run.question], most=24), await run.retrieve([run.question], ("frame",), 24)]
    found: dict[Place, None] = {}
    for rank in range(24):
        for item in run.items_of([lines[rank] for lines in lists if rank < len(lines)]):
            found[run.slot(item.place, CLIP_S)] = None
    return list(found)[: run.settings.candidates]


async def _ordered(run: Run, places: Sequence[Place]) -> list[int]:
    """Indices of the candidates, best first, each once."""
    if len(places) < 2:
        return list(range(len(places)))
    parts: list[str | ImagePart] = []
    items = await run.gather(places, ("speech", "screen"))
    for number, item in enumerate(items, 1):
        shots = await run.seen([item.place], CELLS, SIDE_PX // 3)
        parts.append(f"[{number}] {item.place} {fence(item.text[:300])}")
        parts += run.grid(shots, 3, 3, SIDE_PX // 3)[:1] if shots else ()
    pictured = any(isinstance(part, ImagePart) for part in parts)
    words = "" if pictured else "\n".join(str(part) for part in parts)
    task = render("rerank_order", candidates=words, count=len(places))
    reply = await run.ask("order", task, _Order, images=tuple(parts) if pictured else ())
    numbers = reply.value.numbers if reply else []
    order = dict.fromkeys(number - 1 for number in numbers if 1 <= number <= len(places))
    return [*order, *(index for index in range(len(places)) if index not in order)]
