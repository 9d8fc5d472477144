"""VideoRAG over a corpus: first the videos, then their pictures, then the answer.

Jeong et al., VideoRAG: Retrieval-Augmented Generation over Video Corpus (2025, KAIST). Kept: videos ranked by
a mix of likeness in words and in pictures, three of them kept; 64 pictures chosen as the centres of groups;
the best 32 of them with what is said answer. Changed: the subset is chosen by a rating (theirs by a trained
scorer); with one video the first step is left out; without a visual embedder words rank alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import Item
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.tools.types import PERCEIVED, Vectors

INFO = Info(
    idea="first the videos, then their pictures, then the answer",
    source="VideoRAG, Jeong et al. (2025, KAIST)",
    claimed="ROUGE-L 23.2 on its own set",
    uses=("eyes", "visual search", "speech"),
    instead={
        "eyes": "what was said, written and noted, never surer than 0.6",
        "visual search": "words rank the videos and group the moments",
        "speech": "left out",
    },
    calls="3",
    most_calls=3,
)
BY_WORDS = 0.6
A_VIDEO = 4


@dataclass(frozen=True)
class Settings:
    """What `[strategies.videorag_corpus]` sets."""

    videos: Annotated[int, Field(ge=1, le=50)] = 3
    """Videos that are kept."""
    pictures: Annotated[int, Field(ge=1, le=200)] = 32
    """Pictures that the answer sees."""
    candidates: Annotated[int, Field(ge=1, le=400)] = 64
    """Moments that they are chosen from."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """Rank the videos, choose moments, answer."""
    kept = await _videos(run)
    each = max(1, 4 * run.settings.candidates // max(1, len(kept)))
    clips = [clip for place in kept for clip in run.equal(place, each)]
    items = await run.gather(clips, PERCEIVED)
    groups = run.cluster(await _vectors(run, items), run.settings.candidates) if items else ()
    centres = [items[group.centre] for group in groups]
    scores = await run.rate(centres, run.question, batch=run.settings.candidates)
    ranked = sorted(range(len(centres)), key=lambda index: (-scores[index], index))
    chosen = [centres[index].place for index in sorted(ranked[: run.settings.pictures])]
    shots = await run.seen([run.middle(place, 0.1) for place in chosen], run.settings.pictures)
    spoken = await run.gather(chosen, ("speech", "screen"))
    notes = run.document([item for item in spoken if item.text], 16_000)
    seen = await run.watch(shots, notes)
    await run.recall(chosen[:8], run.question, 1)
    return await run.answer(seen.answer, option=seen.option, confidence=seen.sure)


async def _videos(run: Run) -> list[Place]:
    """The videos whose overview and pictures come nearest to the question."""
    whole = run.whole()
    if len(whole) <= 1:
        return list(whole)
    told = await run.gather(whole, ("digest",))
    texts = [item.text or run.video_of(item.place).title for item in told]
    rows = await run.text_vectors([run.question, *texts])
    scores = rows[1:] @ rows[0]
    looks = [await _likeness(run, place) for place in whole]
    if all(look is not None for look in looks):
        scores = BY_WORDS * scores + (1 - BY_WORDS) * np.asarray(looks)
    order = sorted(range(len(whole)), key=lambda index: (-float(scores[index]), index))
    run.note("videos", order=[run.video_of(whole[index]).title for index in order])
    return [whole[index] for index in sorted(order[: run.settings.videos])]


async def _vectors(run: Run, items: Sequence[Item]) -> Vectors:
    """How each moment looks, else what is known of it."""
    rows = await run.look_vectors([item.place for item in items])
    return rows if rows is not None else await run.text_vectors([i.text or str(i.place) for i in items])


async def _likeness(run: Run, place: Place) -> float | None:
    alike: Sequence[float] | None = await run.visual_likeness(
        run.question, await run.seen([place], A_VIDEO, 224)
    )
    return max(alike) if alike else None
