"""VideoAgent: a few moments are described; what is missing is imagined in words, and the nearest moment
fetched.

Wang et al., VideoAgent: Long-form Video Understanding with Large Language Model as Agent (ECCV 2024); code
github.com/wxh1996/VideoAgent. Kept: five moments at equal distances, an answer and then a rating of it from 1
to 3; below 3 the model names stretches and describes what it wants to see there; the best hit inside each
stretch is described and the answer given again; the third answer is not rated. Changed: an unusable reply
ends the search (theirs draws at random); hits are found by pictures where there is a visual embedder, else by
words, and then the clip that says most of it is described, whose seconds nobody can tell apart.
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
from playhead.prompts import render

INFO = Info(
    idea="a few moments are described; what is missing is imagined in words and the nearest moment fetched",
    source="VideoAgent, Wang et al. (ECCV 2024), github.com/wxh1996/VideoAgent",
    claimed="EgoSchema-500 60.2",
    uses=("captions", "visual search", "speech"),
    instead={
        "captions": "what was said, written and noted of each moment",
        "visual search": "search of memory by the same words",
        "speech": "left out",
    },
    calls="2 to 7, and captions of some 8 moments",
    most_calls=23,
)
MOMENTS = 5
SURE = 3
CANDIDATES = 16


@dataclass(frozen=True)
class Settings:
    """What `[strategies.videoagent]` sets."""

    rounds: Annotated[int, Field(ge=1, le=10)] = 3
    """Answers, the last of which is not rated."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Wanted:
    segment: int
    description: Annotated[str, Field(max_length=300)]


@dataclass(frozen=True)
class _Wish:
    reason: Annotated[str, Field(max_length=400)]
    wanted: Annotated[list[_Wanted], Field(max_length=5)]


async def answer(run: Run) -> Draft:
    """Answer, rate, fetch what is missing."""
    whole = run.whole()
    each = -(-MOMENTS // max(1, len(whole)))
    places = [run.equal(part, 3)[1] for place in whole for part in run.equal(place, each)]
    items = list(await run.describe([run.middle(place) for place in places], "fine"))
    verdict = await run.conclude(items)
    for _ in range(1, run.settings.rounds):
        verdict = await run.self_rating(verdict, 1, SURE)
        if verdict.rating >= SURE or not (fetched := await _fetched(run, items)):
            break
        items += fetched
        verdict = await run.conclude(items)
    await run.recall([item.place for item in verdict.items], f"{run.question} {verdict.answer}", 2)
    because = "" if verdict.rating >= SURE else "rounds"
    return await run.answer(verdict.answer, option=verdict.option, confidence=verdict.sure, because=because)


async def _fetched(run: Run, items: Sequence[Item]) -> list[Item]:
    """The moments that come nearest to what the model would like to see, described; none it has seen."""
    segments = _segments(run, [item.place for item in items])
    listed = [f"{number}. {segment}" for number, segment in enumerate(segments, 1)]
    task = render("videoagent_wish", items=run.document(items), segments=listed)
    reply = await run.ask("wish", task, _Wish)
    wanted = [wish for wish in reply.value.wanted if 1 <= wish.segment <= len(segments)] if reply else []
    found = [await _nearest(run, segments[wish.segment - 1], wish.description) for wish in wanted]
    new = run.unseen(tuple(dict.fromkeys(found)), [item.place for item in items])
    seconds = [place for place in new if place.duration_s <= 1]
    clips = [place for place in new if place not in seconds]
    return [*await run.describe(seconds, "fine"), *await run.describe(clips)]


def _segments(run: Run, seen: Sequence[Place]) -> list[Place]:
    """What lies between the places that were seen."""
    found = []
    for whole in run.whole():
        own = sorted(place for place in seen if place.video == whole.video)
        gaps = zip([0.0, *(p.end_s for p in own)], [*(p.start_s for p in own), whole.end_s], strict=True)
        found += [
            place for low, high in gaps if high - low >= 1 and (place := run.place(low, high, whole.video))
        ]
    return found


async def _nearest(run: Run, segment: Place, description: str) -> Place:
    """The second of a segment that looks most like the description, else the clip that says most of it."""
    shots = await run.seen([segment], CANDIDATES, 224)
    alike = await run.visual_likeness(description, shots)
    if alike:
        shot = shots[max(range(len(alike)), key=lambda index: alike[index])]
        return run.place(shot.time_s, shot.time_s + 1, segment.video) or segment
    lines = await run.retrieve([description], most=1, within=segment)
    places = [item.place for item in run.items_of(lines)]
    best = next((place for place in places if place.overlaps(segment)), segment)
    low = max(best.start_s, segment.start_s)
    clip = run.place(low, max(low, min(best.end_s, segment.end_s)), segment.video)
    return clip if clip and lines else run.middle(segment)
