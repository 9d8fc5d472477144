"""VideoLucy: a coarse memory answers, or names a period that is described again, ever finer.

Zuo et al., VideoLucy: Deep Memory Backtracking for Long Video Understanding (NeurIPS 2025); code
github.com/Zplusdragon/VideoLucy. Kept: minutes described at 1 frame a second; a verdict that says whether it
is confident; narrowing to at most two periods and their neighbours unless order or position is asked; at most
five times one unused period with an instruction, whole and in pieces of ten seconds, a short one in pieces of
one second; then it must answer. Changed: whether order is asked is said by the model, not found by a
substring; the finest level is for periods up to 12 s, not of exactly 10; the last verdict sees the same texts
as those before; without a usable pick the unused period most similar to the question is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from playhead.agent.blocks.judging import Verdict
from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import Item
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render

INFO = Info(
    idea="coarse memories answer, or name a period that is described again, ever finer",
    source="VideoLucy, Zuo et al. (NeurIPS 2025), github.com/Zplusdragon/VideoLucy",
    claimed="LVBench 58.8, Video-MME long 66.8, MLVU 76.1",
    uses=("captions", "speech"),
    instead={"captions": "what was said, written and noted of each period", "speech": "left out"},
    calls="3 to 60, and the captions that indexing did not make",
    most_calls=60,
)
COARSE_S, FINE_S, FINEST_S = 60.0, 10.0, 1.0
SHORT_S = 12.0
"""Periods up to this long are described second by second."""


@dataclass(frozen=True)
class Settings:
    """What `[strategies.videolucy]` sets."""

    depth: Annotated[int, Field(ge=0, le=20)] = 5
    """How often a period is described anew."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Scope:
    reason: Annotated[str, Field(max_length=300)]
    asks: Literal["one_place", "whole_video", "order_or_position"]
    numbers: Annotated[list[int], Field(max_length=2)]


@dataclass(frozen=True)
class _Period:
    number: int
    instruction: Annotated[str, Field(max_length=300)]


async def answer(run: Run) -> Draft:
    """Conclude from coarse memories; as long as that is not certain, look closer at one more period."""
    periods = [period for place in run.whole() for period in run.pieces(place, COARSE_S)]
    known = list(await run.describe(periods, "coarse"))
    verdict = await run.conclude(known)
    if verdict.rating < 1:
        known = await _narrowed(run, known)
    used: list[Place] = []
    for _ in range(run.settings.depth):
        if verdict.rating >= 1 or not (free := [item for item in known if item.place not in used]):
            break
        item, instruction = await _next(run, free, verdict)
        used.append(item.place)
        known += await _closer(run, item.place, instruction)
        verdict = await run.conclude(known)
    await run.recall([item.place for item in verdict.items], f"{run.question} {verdict.answer}")
    because = "" if verdict.rating >= 1 else "exhausted"
    return await run.answer(verdict.answer, option=verdict.option, confidence=verdict.sure, because=because)


async def _narrowed(run: Run, items: list[Item]) -> list[Item]:
    """The periods that a question of one place is about, and their neighbours; all for any other one."""
    reply = await run.ask("scope", render("videolucy_scope", items=run.document(items)), _Scope)
    if reply is None or reply.value.asks != "one_place":
        return items
    near = {number + step for number in reply.value.numbers for step in (-1, 0, 1)}
    return [item for number, item in enumerate(items, 1) if number in near] or items


async def _next(run: Run, free: Sequence[Item], verdict: Verdict) -> tuple[Item, str]:
    task = render("videolucy_period", items=run.document(free), missing=verdict.reason or verdict.answer)
    reply = await run.ask("pick", task, _Period)
    if reply and 1 <= reply.value.number <= len(free):
        return free[reply.value.number - 1], reply.value.instruction or run.question
    for line in await run.retrieve([run.question]):
        for item in free:
            if any(place.overlaps(item.place) for place in (one.place for one in run.items_of([line]))):
                return item, run.question
    return free[0], run.question


async def _closer(run: Run, period: Place, instruction: str) -> list[Item]:
    """The period under an instruction: whole and in finer pieces. One text a place."""
    short = period.duration_s <= SHORT_S
    pieces = run.pieces(period, FINEST_S if short else FINE_S)
    finer = await run.describe(pieces, "fine" if short else "medium", instruction)
    if short:
        return [item for item in finer if item.text]
    again = await run.describe([period], "coarse", instruction)
    return [item for item in (*again, *finer) if item.text]
