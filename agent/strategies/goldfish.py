"""Goldfish: a few distinct clips in detail, the rest of the video in a line each.

Ataallah et al., Goldfish: Vision-Language Understanding of Arbitrarily Long Videos (ECCV 2024), code
github.com/Vision-CAIR/MiniGPT4-video; the line for every other part after SALOVA (CVPR 2025), without which
it loses 8 points on Video-MME. Kept: clips of 90 s for videos over 180 s, hits until three distinct clips are
found, whole videos when they are short. Changed: clips are places, not matched by a substring of their name,
and keep their time and order; each is described, quoted and looked at (16 pictures).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import Item
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info

INFO = Info(
    idea="a few distinct clips in detail, the rest of the video in a line each",
    source="Goldfish, Ataallah et al. (ECCV 2024), github.com/Vision-CAIR/MiniGPT4-video; SALOVA (CVPR 2025)",
    claimed="TVQA-long 41.8",
    uses=("captions", "eyes", "speech"),
    instead={
        "captions": "what was said, written and noted",
        "eyes": "the same, never surer than 0.6",
        "speech": "left out",
    },
    calls="2 to 5, and captions of the clips",
    most_calls=5,
)
CLIP_S, SHORT_S = 90.0, 180.0
FRAMES, LINE_CHARS = 16, 160


@dataclass(frozen=True)
class Settings:
    """What `[strategies.goldfish]` sets."""

    clips: Annotated[int, Field(ge=1, le=30)] = 3
    """Distinct clips that are seen in detail."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """Find distinct clips, look at each, conclude from them and a line for the rest."""
    clips = await _clips(run)
    looks = await run.map(clips, lambda clip: run.look([clip], run.question, FRAMES))
    told = {place: look.answer for place, look in looks.done if look.can_tell}
    described = await run.describe(clips, "coarse")
    detailed = [
        Item(item.place, f"{told[item.place]} | {item.text}", seen=True) if item.place in told else item
        for item in described
    ]
    verdict = await run.conclude([*detailed, *await _rest(run, clips)])
    await run.recall([item.place for item in verdict.items] or clips, run.question, 2)
    return await run.answer(verdict.answer, option=verdict.option, confidence=verdict.sure)


async def _clips(run: Run) -> list[Place]:
    """Hits until enough distinct clips are found; short videos are a clip of their own."""
    found: dict[Place, None] = {}
    for line in await run.retrieve([run.question], most=100):
        (item,) = run.items_of([line])
        found[_clip(run, item.place)] = None
        if len(found) >= run.settings.clips:
            break
    return sorted(found) or list(run.whole()[: run.settings.clips])


def _clip(run: Run, place: Place) -> Place:
    whole = next(one for one in run.whole() if one.video == place.video)
    if whole.duration_s <= SHORT_S:
        return whole
    start_s = min(place.start_s, whole.end_s - 0.1)
    start_s -= start_s % CLIP_S
    return run.place(start_s, start_s + CLIP_S, place.video) or whole


async def _rest(run: Run, clips: Sequence[Place]) -> list[Item]:
    """A line for every chapter that no clip touches."""
    chapters = [one for place in run.whole() for one in await run.clips(place, "chapter", CLIP_S)]
    items = await run.gather(run.unseen(chapters, clips), ("digest", "caption", "speech", "screen"))
    return [Item(item.place, item.text[:LINE_CHARS]) for item in items if item.text]
