"""ViC and S-Grid: what two searches find is put into grids, a model orders them, and the first are looked at.

Eltahir et al., Vote-in-Context: Turning VLMs into Zero-Shot Rank Fusers (CVPR 2026 Findings, arXiv
2511.01617). Kept: two ranked lists taken in turn, fourteen candidates, each a grid of three by three in 448
pixels with what is said there, one call that orders them and knows which were found more than once. Changed:
candidates are stretches of ten seconds of the videos asked about, from a search by words and one by pictures;
one that was found again is told as such, not shown again; doubles in the order are dropped and what it left
out is appended (theirs ignores an invalid list silently); the first three are looked at, since a question
wants an answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.blocks.places import Place
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import fence
from playhead.tools.protocols import ImagePart

INFO = Info(
    idea="what searches find is put into grids; a model orders them, the first are looked at",
    source="Vote-in-Context with S-Grid, Eltahir et al. (CVPR 2026 Findings, arXiv 2511.01617)",
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


async def answer(run: Run) -> Draft:
    """Search, order, look."""
    votes = await _candidates(run)
    places, shown = list(votes), await _shown(run, votes) if len(votes) > 1 else []
    best = [places[index] for index in await run.order(shown, len(places))]
    for place in best[: run.settings.looks]:
        look = await run.look([place], run.question)
        if look.can_tell:
            return await run.answer(look.answer, confidence=look.sure)
    await run.recall(best[: run.settings.looks], run.question)
    return await run.answer(because="exhausted")


async def _candidates(run: Run) -> dict[Place, int]:
    """Stretches of ten seconds that hold a hit by words or by pictures, the best of both first, and how often
    each was found."""
    lists = [await run.retrieve([run.question], most=24), await run.retrieve([run.question], ("frame",), 24)]
    turns = [line for rank in range(24) for lines in lists for line in lines[rank : rank + 1]]
    votes = Counter(run.slot(item.place, CLIP_S) for item in run.items_of(turns))
    return dict(list(votes.items())[: run.settings.candidates])


async def _shown(run: Run, votes: Mapping[Place, int]) -> list[str | ImagePart]:
    """Each candidate with what is said there, how often it was found, and a grid of its pictures."""
    parts: list[str | ImagePart] = []
    items = await run.gather(list(votes), ("speech", "screen"))
    for number, item in enumerate(items, 1):
        shots = await run.seen([item.place], CELLS, SIDE_PX // 3)
        parts.append(f"[{number}] {item.place}, found {votes[item.place]} times: {fence(item.text[:300])}")
        parts += run.grid(shots, 3, 3, SIDE_PX // 3)[:1] if shots else ()
    return parts
