"""QuoTA: pictures get as many pixels as they are likely to matter.

Luo et al., QuoTA: Query-oriented Token Assignment via CoT Query Decouple for Long Video Comprehension (2025);
code github.com/MAC-AutoML/QuoTA. Kept: pictures at equal distances, the things that the question is after
named first, a score of each picture, its square as its share. Changed: nine pictures are rated in one mosaic
from 0 to 10 (theirs reads the probability of a yes for each, 96 calls and more); tokens cannot be given to a
picture of a served model, so that a share becomes a size of 256, 512 or 768 pixels, or none; all scores 0
mean equal shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.blocks.looking import Shot
from playhead.agent.blocks.places import Place
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render

INFO = Info(
    idea="pictures get as many pixels as they are likely to matter",
    source="QuoTA, Luo et al. (2025), github.com/MAC-AutoML/QuoTA",
    claimed="+3.2 on six sets",
    needs="files",
    uses=("eyes",),
    instead={"eyes": "what was said, written and noted, never surer than 0.6"},
    calls="3, and one for nine pictures that are rated",
    most_calls=21,
)
CELLS, SMALL_PX = 9, 256
SIZES_PX = (256, 512, 768)
FIRST, A_HOUR, MOST = 96, 64, 180


@dataclass(frozen=True)
class Settings:
    """What `[strategies.quota]` sets."""

    pictures: Annotated[int, Field(ge=1, le=200)] = 32
    """Pictures that the answer sees."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Score:
    number: int
    score: float


@dataclass(frozen=True)
class _Scores:
    ratings: Annotated[list[_Score], Field(max_length=CELLS)]


async def answer(run: Run) -> Draft:
    """Name, rate, assign, answer."""
    wanted = await run.decouple()
    hours = sum(place.duration_s for place in run.whole()) / 3600
    count = min(MOST, FIRST + round(A_HOUR * hours), int(0.6 * min(run.left.pictures, 10_000)))
    small = await run.seen(run.whole(), max(1, count), SMALL_PX)
    scores = await _rated(run, small, wanted.things)
    sizes = sizes_px(scores, run.settings.pictures)
    shots: list[Shot] = []
    for side_px in SIZES_PX:
        places = [_instant(run, shot) for shot, size in zip(small, sizes, strict=True) if size == side_px]
        shots += await run.seen(places, len(places), side_px)
    run.note("sizes", **{f"{side_px} px": sizes.count(side_px) for side_px in SIZES_PX})
    ordered = sorted(shots, key=lambda shot: (shot.video, shot.time_s))
    notes = "" if ordered else run.document(await run.gather(run.whole(), ("speech", "screen", "caption")))
    seen = await run.watch(ordered, notes)
    if not ordered:
        await run.retrieve([run.question, seen.answer])
    return await run.answer(seen.answer, option=seen.option, confidence=seen.sure)


def sizes_px(scores: Sequence[float], most: int) -> list[int]:
    """The side of each picture, 0 where it is left out: by the square of its score; equal when all are 0."""
    if not any(scores):
        step = max(1.0, len(scores) / most)
        kept = {int(step * number + step / 2) for number in range(min(most, len(scores)))}
        return [SIZES_PX[1] if index in kept else 0 for index in range(len(scores))]
    best = max(scores)
    ranked = sorted(range(len(scores)), key=lambda index: (-scores[index], index))[:most]
    shares = {index: (scores[index] / best) ** 2 for index in ranked if scores[index] > 0}
    return [
        0
        if index not in shares
        else SIZES_PX[2]
        if shares[index] > 0.7
        else SIZES_PX[1]
        if shares[index] > 0.3
        else SIZES_PX[0]
        for index in range(len(scores))
    ]


async def _rated(run: Run, shots: Sequence[Shot], things: Sequence[str]) -> list[float]:
    """From 0 to 10, how much each picture matters; what was not rated has 0."""
    batches = [range(start, min(start + CELLS, len(shots))) for start in range(0, len(shots), CELLS)]

    async def one(batch: range) -> dict[int, float]:
        mosaic = run.grid([shots[index] for index in batch], 3, 3, SMALL_PX)
        task = render("quota_rate", things=things, count=len(batch))
        reply = await run.ask("rate", task, _Scores, images=mosaic)
        rows = reply.value.ratings if reply else []
        return {batch[row.number - 1]: row.score for row in rows if 1 <= row.number <= len(batch)}

    found: dict[int, float] = {}
    for _, scores in (await run.map(batches, one)).done:
        found |= scores
    return [min(max(found.get(index, 0.0), 0.0), 10.0) for index in range(len(shots))]


def _instant(run: Run, shot: Shot) -> Place:
    place = run.place(shot.time_s, shot.time_s + 0.01, shot.video)
    return place or run.whole()[0]
